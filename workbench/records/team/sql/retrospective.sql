-- A collection has an end that lies ahead, as near as the rules of the force want it, and a key of
-- its own.
CREATE OR REPLACE FUNCTION lfr_collection_made() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    logged timestamptz := (SELECT at FROM audit_head WHERE one = 1)::timestamptz;
    longest interval := coalesce(
        (SELECT settings::jsonb ->> 'longest_collection' FROM bench)::interval,
        make_interval(secs => @longest_collection_s@)
    );
BEGIN
    IF session_user = current_user THEN RETURN NULL; END IF;
    IF (
        NEW.ends::timestamptz > logged AND NEW.ends::timestamptz <= logged + longest
        AND NEW.made::timestamptz = logged
        AND NEW.content::jsonb ->> 'name' = NEW.name
        AND (NEW.content::jsonb ->> 'ends')::timestamptz = NEW.ends::timestamptz
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('a collection ends when it is said to, and not too far ahead');
    END IF;
    IF NOT EXISTS (
        SELECT FROM data_keys
        WHERE id = NEW.key_id AND retention = 'collection' AND purpose = NEW.id
    ) THEN
        PERFORM lfr_refuse('a collection has a key of its own');
    END IF;
    RETURN NULL;
END
$$;

-- Whether people are being removed from a collection that goes on: what an erasure names is a part
-- of it, by the id of what is sealed, or anything if none is asked for.
CREATE OR REPLACE FUNCTION lfr_loses_people(collection_id text, sealed text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM erasures
        WHERE purpose = collection_id AND retention = 'collection' AND finished IS NULL
            AND NOT content::jsonb -> 'objects' ? collection_id
            AND content::jsonb -> 'objects' <> '[]'::jsonb
            AND (sealed IS NULL OR content::jsonb -> 'objects' ? sealed)
    )
$$;

-- Whether an object is kept for a collection, as what it is to be, under a key that lasts.
CREATE OR REPLACE FUNCTION lfr_is_of_collection(object text, collection_id text, what text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM vault_objects JOIN data_keys ON data_keys.id = vault_objects.key_id
        WHERE vault_objects.id = object AND vault_objects.purpose = collection_id
            AND vault_objects.kind = what AND data_keys.destroying IS NULL
    )
$$;

-- A part of a collection is put anew only as one that people are removed from.
CREATE OR REPLACE FUNCTION lfr_part_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF NOT lfr_loses_people(OLD.collection, coalesce(OLD.shard, OLD.refusals))
        OR (OLD.shard IS NULL AND NEW.shard IS NOT NULL)
        OR (OLD.refusals IS NULL) IS DISTINCT FROM (NEW.refusals IS NULL)
        OR (
            NEW.shard IS NOT NULL
            AND NOT lfr_is_of_collection(NEW.shard, OLD.collection, 'collection-shard')
        )
        OR (
            NEW.refusals IS NOT NULL
            AND NOT lfr_is_of_collection(NEW.refusals, OLD.collection, 'collection-refusals')
        )
        OR (
            (NEW.counts::jsonb ->> 'references')::bigint
            <= (OLD.counts::jsonb ->> 'references')::bigint
        ) IS NOT TRUE
    THEN
        PERFORM lfr_refuse('a part of a collection changes when people are removed from it');
    END IF;
    RETURN NEW;
END
$$;

-- Whoever imports a collection ends its import, once; otherwise it is destroyed, with its key, or
-- has fewer people.
CREATE OR REPLACE FUNCTION lfr_collection_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.destroyed IS NOT NULL THEN
        PERFORM lfr_refuse('a collection that is destroyed stays so');
    ELSIF NEW.destroyed IS NOT NULL THEN
        IF (NEW.state, NEW.counts, NEW.finished)
            IS DISTINCT FROM (OLD.state, OLD.counts, OLD.finished)
            OR NOT EXISTS (
                SELECT FROM data_keys WHERE id = OLD.key_id AND destroying IS NOT NULL
            )
        THEN
            PERFORM lfr_refuse('a collection is destroyed with its key');
        END IF;
    ELSIF OLD.state = 'ready' THEN
        IF (
            NEW.state = 'ready' AND NEW.finished = OLD.finished
            AND (NEW.counts::jsonb ->> 'references')::bigint
            <= (OLD.counts::jsonb ->> 'references')::bigint
            AND lfr_loses_people(OLD.id, NULL)
        ) IS NOT TRUE THEN
            PERFORM lfr_refuse('an import is ended once, by whoever began it');
        END IF;
    ELSIF (
        OLD.state = 'importing' AND NEW.state = 'ready' AND OLD.owner = lfr_account()
        AND NEW.counts IS NOT NULL AND NEW.finished IS NOT NULL
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('an import is ended once, by whoever began it');
    END IF;
    RETURN NEW;
END
$$;

-- Whether an account imports a collection.
CREATE OR REPLACE FUNCTION lfr_imports(collection_id text, account text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM collections
        WHERE id = collection_id AND owner = account AND state = 'importing' AND destroyed IS NULL
    )
$$;

-- Whether a case goes on, also where nobody has ended yet what its time ended.
CREATE OR REPLACE FUNCTION lfr_case_goes_on(case_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM cases
        WHERE id = case_id AND NOT lfr_was_due(expires) AND (
            state = 'authorised' OR (state = 'open-provisional' AND NOT lfr_was_due(authorise_by))
        )
    )
$$;

-- Whether footage is still to be indexed, for a case that goes on.
CREATE OR REPLACE FUNCTION lfr_indexes(footage_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM footage
        WHERE id = footage_id AND state = 'added' AND lfr_case_goes_on(of_case)
    )
$$;

-- Footage is what it was added as; its index is ended once.
CREATE OR REPLACE FUNCTION lfr_footage_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.state <> 'added' OR NEW.state <> 'indexed' THEN
        PERFORM lfr_refuse('footage is indexed once');
    END IF;
    RETURN NEW;
END
$$;

-- Footage is searched for its own case alone, and whoever is seen in it is searched for in that.
CREATE OR REPLACE FUNCTION lfr_search_made() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE
    content jsonb := NEW.content::jsonb;
    asked text := content -> 'probe' ->> 'appearance';
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF (
        asked IS NOT NULL AND NOT EXISTS (
            SELECT FROM footage AS f
            WHERE f.id = split_part(asked, '/', 1) AND f.of_case = NEW.of_case
        )
    ) OR (
        content ->> 'kind' IS DISTINCT FROM 'collection' AND EXISTS (
            SELECT FROM jsonb_array_elements_text(content -> 'target') AS searched (footage)
            WHERE NOT EXISTS (
                SELECT FROM footage AS f
                WHERE f.id = searched.footage AND f.of_case = NEW.of_case
            )
        )
    ) THEN
        PERFORM lfr_refuse('footage is searched for its own case alone');
    END IF;
    RETURN NEW;
END
$$;

-- How far the examination of a search is: `workbench.governance.reviews`. Tells nothing of what was
-- concluded, nor by whom. What the running transaction says does not count: an examiner could say
-- this and that, see which of them ends the dispute, and roll back.
CREATE OR REPLACE FUNCTION lfr_review_state(search_id text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    said text[];
    given_up boolean;
BEGIN
    SELECT array_agg(
        jsonb_build_array(e.content::jsonb -> 'candidate', e.content::jsonb -> 'conclusion')::text
        ORDER BY e.place
    ) INTO said FROM examinations AS e
    WHERE e.search = search_id AND e.kind = 'examination' AND NOT lfr_is_ours(e.xmin);
    SELECT EXISTS (
        SELECT FROM examinations AS e
        WHERE e.search = search_id AND e.kind = 'surrender' AND NOT lfr_is_ours(e.xmin)
    ) INTO given_up;
    IF given_up OR coalesce(cardinality(said), 0) >= 3 THEN RETURN 'concluded'; END IF;
    IF coalesce(cardinality(said), 0) < 2 THEN RETURN 'open'; END IF;
    RETURN CASE WHEN said[1] = said[2] THEN 'concluded' ELSE 'disputed' END;
END
$$;

-- Examinations are blind: nobody reads another's before the search is concluded or their own is in
-- the store for good.
CREATE OR REPLACE FUNCTION lfr_sees_examinations(search_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT lfr_goes(search_id)
        OR EXISTS (
            SELECT FROM examinations AS own
            WHERE own.search = search_id AND own.kind = 'examination'
                AND own.actor = lfr_account() AND NOT lfr_is_ours(own.xmin)
        )
        OR lfr_review_state(search_id) = 'concluded'
$$;

-- What entries say of the account's own looks at a search, for those who read no entry:
-- `workbench.records.own_looks`. Of anything but a search it tells nothing.
CREATE OR REPLACE FUNCTION lfr_own_looks(search_id text) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    WITH naming AS MATERIALIZED (
        SELECT body FROM audit
        WHERE search_id ~ '^search-[A-Za-z0-9._:/-]{0,99}$'
            AND strpos(body, '"objects":["' || search_id || '"') > 0
            AND strpos(body, '"verb":"consult"') > 0
    )
    SELECT body::jsonb -> 'details' FROM naming WHERE body::jsonb ->> 'actor' = lfr_account()
$$;

-- Whether a search went through nothing that another did not, for the same face, as far as the rows
-- tell it: `workbench.governance.repeated_searches`. Which face of a picture was meant is sealed
-- where a part of it was cut out or eyes were placed by hand; the bench looks there.
CREATE OR REPLACE FUNCTION lfr_asks_again(later jsonb, earlier jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (earlier -> 'target') @> (later -> 'target') AND (
        coalesce(later #>> '{probe,appearance}' = earlier #>> '{probe,appearance}', false) OR (
            EXISTS (
                SELECT FROM jsonb_array_elements_text(coalesce(
                    nullif(later #> '{probe,pictures}', '[]'),
                    jsonb_build_array(later #> '{probe,log,file}')
                )) AS one (picture)
                WHERE coalesce(
                    nullif(earlier #> '{probe,pictures}', '[]'),
                    jsonb_build_array(earlier #> '{probe,log,file}')
                ) ? one.picture
            )
            AND later #>> '{probe,face}' IS NOT DISTINCT FROM earlier #>> '{probe,face}'
            AND later #>> '{probe,by_hand}' IS NULL AND earlier #>> '{probe,by_hand}' IS NULL
            AND NOT (later #> '{probe,log,steps}') @> '[{"operation": {"kind": "crop"}}]'
            AND NOT (earlier #> '{probe,log,steps}') @> '[{"operation": {"kind": "crop"}}]'
        )
    )
$$;

-- Refuses a conclusion that is not one's own or not owed, and gives it its place.
CREATE OR REPLACE FUNCTION lfr_examination_said() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    account text := coalesce(lfr_account(), '');
    content jsonb := NEW.content::jsonb;
    candidate text := content ->> 'candidate';
    known text;
BEGIN
    PERFORM pg_advisory_xact_lock(@lock@);
    IF session_user <> current_user THEN
        known := lfr_review_state(NEW.search);
        IF NEW.actor IS DISTINCT FROM account OR content ->> 'by' IS DISTINCT FROM account THEN
            PERFORM lfr_refuse('an examination is concluded in one''s own name');
        ELSIF EXISTS (
            SELECT FROM examinations AS e WHERE e.search = NEW.search AND lfr_is_ours(e.xmin)
        ) THEN
            PERFORM lfr_refuse('nobody concludes twice on a search');
        ELSIF NOT EXISTS (
            SELECT FROM searches AS s WHERE s.id = NEW.search AND lfr_case_goes_on(s.of_case)
        ) THEN
            PERFORM lfr_refuse('nothing is concluded for a case that has ended');
        ELSIF known = 'concluded' THEN
            PERFORM lfr_refuse('that search is concluded');
        ELSIF NEW.kind = 'examination' THEN
            IF (lfr_role() = ANY (@may_review_examine@)) IS NOT TRUE THEN
                PERFORM lfr_refuse('examining is for an examiner');
            ELSIF EXISTS (
                SELECT FROM searches AS s WHERE s.id = NEW.search AND s.actor = account
            ) THEN
                PERFORM lfr_refuse('nobody concludes on a search that they made');
            ELSIF EXISTS (
                SELECT FROM examinations AS e
                WHERE e.search = NEW.search AND e.kind = 'examination' AND e.actor = account
            ) THEN
                PERFORM lfr_refuse('nobody concludes twice on a search');
            ELSIF EXISTS (
                SELECT FROM searches AS s JOIN searches AS o ON o.of_case = s.of_case
                WHERE s.id = NEW.search AND o.id <> s.id
                    AND EXISTS (
                        SELECT FROM examinations AS own
                        WHERE own.search = o.id AND own.kind = 'examination'
                            AND own.actor = account AND NOT lfr_is_ours(own.xmin)
                    )
                    AND EXISTS (
                        SELECT FROM examinations AS e
                        WHERE e.search = o.id AND e.kind = 'examination' AND e.actor <> account
                    )
                    AND lfr_asks_again(s.content::jsonb, o.content::jsonb)
            ) THEN
                PERFORM lfr_refuse('nobody examines a search made again who read of the first');
            ELSIF NOT EXISTS (
                SELECT FROM searches AS s
                WHERE s.id = NEW.search AND s.content::jsonb -> 'full_scan' = 'true'::jsonb
                    AND s.content::jsonb ->> 'kind' <> 'between'
            ) THEN
                PERFORM lfr_refuse('a conclusion rests on a full scan, and on one probe');
            ELSIF (content ->> 'conclusion' = ANY (@conclusions@)) IS NOT TRUE OR (CASE
                WHEN content ->> 'conclusion' = ANY (@of_a_candidate@) THEN candidate IN (
                    SELECT 'candidate-' || rank
                    FROM searches AS s,
                        generate_series(1, (s.content::jsonb ->> 'candidates')::integer) AS rank
                    WHERE s.id = NEW.search
                ) AND jsonb_typeof(content -> 'checklist') = 'object'
                ELSE candidate IS NULL
            END) IS NOT TRUE THEN
                PERFORM lfr_refuse('this is no conclusion on that search');
            ELSIF content ->> 'conclusion' = ANY (@of_one_person@) AND EXISTS (
                SELECT FROM jsonb_each(content #> '{checklist,marks}') AS marked (part, mark)
                WHERE mark ->> 'seen' = 'different' AND coalesce(mark ->> 'note', '') = ''
            ) THEN
                PERFORM lfr_refuse('support for one person explains each part that differs');
            END IF;
        ELSIF NEW.kind = 'surrender' THEN
            IF known <> 'disputed' THEN
                PERFORM lfr_refuse('only a search on which examiners differ is left so');
            END IF;
        ELSE
            PERFORM lfr_refuse('only examinations are kept here');
        END IF;
    END IF;
    SELECT coalesce(max(e.place), 0) + 1 INTO NEW.place
    FROM examinations AS e WHERE e.search = NEW.search;
    RETURN NEW;
END
$$;
