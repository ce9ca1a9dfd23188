-- Rules that the database keeps by itself, whatever a kernel asks for. They bind every connection
-- but the owner's; in a function of the owner's, statements are the owner's too.

CREATE OR REPLACE FUNCTION lfr_refuse(why text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE OR REPLACE FUNCTION lfr_is_owner(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = relation
$$;

-- Nothing unlogged: a transaction that wrote has added to the audit log by its end.
CREATE OR REPLACE FUNCTION lfr_logged() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF session_user <> current_user
        AND NOT EXISTS (SELECT FROM audit_head AS head WHERE lfr_is_ours(head.xmin))
    THEN
        PERFORM lfr_refuse('a transaction without an entry of the audit log is not kept');
    END IF;
    RETURN NULL;
END
$$;

-- Whether a moment had come when the transaction logged: the clock of a kernel decides nothing.
CREATE OR REPLACE FUNCTION lfr_was_due(moment text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT coalesce(
        moment COLLATE "C" <= (SELECT at FROM audit_head WHERE one = 1) COLLATE "C", false
    )
$$;

-- Who may move a deployment, and change what of it.
CREATE OR REPLACE FUNCTION lfr_deployment_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE
    account text := coalesce(lfr_account(), '');
    standing text := coalesce(lfr_role(), '');
    move text := OLD.state || '>' || NEW.state;
    before jsonb := OLD.authority::jsonb;
    after jsonb := NEW.authority::jsonb;
    allowed boolean;
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF (NEW.id, NEW.reference, NEW.created) IS DISTINCT FROM (OLD.id, OLD.reference, OLD.created)
    THEN
        PERFORM lfr_refuse('a deployment keeps its reference');
    END IF;
    IF NEW.content::jsonb <> OLD.content::jsonb
        AND (OLD.state = 'draft' AND standing = ANY (@may_deployment_draft@)) IS NOT TRUE
    THEN
        PERFORM lfr_refuse('an application is changed while it is a draft, by an analyst');
    END IF;
    IF NEW.applicant <> OLD.applicant
        AND (move = 'draft>applied' AND NEW.applicant = account) IS NOT TRUE
    THEN
        PERFORM lfr_refuse('the applicant is who applied');
    END IF;
    IF (NEW.starts, NEW.ends) IS DISTINCT FROM (OLD.starts, OLD.ends)
        AND (
            (OLD.state = 'draft' AND standing = ANY (@may_deployment_draft@))
            OR standing = ANY (@may_deployment_authorise@)
        ) IS NOT TRUE
    THEN
        PERFORM lfr_refuse('the times of a deployment are for its applicant and its officer');
    END IF;
    IF after IS DISTINCT FROM before THEN
        IF (standing = ANY (@may_deployment_authorise@)) IS NOT TRUE
            OR account = OLD.applicant
        THEN
            PERFORM lfr_refuse('an authority is given by an authorising officer who did not apply');
        ELSIF before IS NULL
            AND (move = 'applied>authorised' AND after ->> 'officer' = account) IS NOT TRUE
        THEN
            PERFORM lfr_refuse('an authority is given in one''s own name');
        ELSIF before IS NOT NULL AND (
            after - 'review' IS DISTINCT FROM before - 'review'
            OR after #>> '{review,officer}' IS DISTINCT FROM account
            OR before ->> 'officer' = account
            OR coalesce(before -> 'review', 'null') <> 'null'::jsonb
        ) THEN
            PERFORM lfr_refuse('an authority is never changed, and reviewed by another officer');
        END IF;
    END IF;
    IF NEW.withdrawal IS DISTINCT FROM OLD.withdrawal AND (
        OLD.withdrawal IS NULL AND NEW.withdrawal::jsonb ->> 'by' = account
        AND (standing = ANY (@may_deployment_cancel@) OR standing = ANY (@may_deployment_refuse@))
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('a deployment is ended early in one''s own name, and once');
    END IF;
    IF NEW.ended IS DISTINCT FROM OLD.ended AND (OLD.ended IS NOT NULL OR NEW.state = OLD.state)
    THEN
        PERFORM lfr_refuse('a deployment ends once');
    END IF;
    IF NEW.state <> OLD.state THEN
        allowed := CASE
            WHEN move IN ('draft>applied', 'applied>draft')
                THEN standing = ANY (@may_deployment_apply@)
            WHEN move IN ('draft>cancelled', 'applied>cancelled', 'authorised>cancelled')
                THEN standing = ANY (@may_deployment_cancel@)
            WHEN move = 'applied>authorised'
                THEN standing = ANY (@may_deployment_authorise@) AND after IS NOT NULL
            WHEN move = 'applied>refused' THEN standing = ANY (@may_deployment_refuse@)
            WHEN move = 'authorised>live' THEN standing = ANY (@may_live_start@)
            -- By time alone; whether it had come is seen at the end of the transaction.
            WHEN move IN ('applied>expired', 'authorised>expired', 'live>closed') THEN true
            WHEN move IN (
                'closed>purged', 'refused>purged', 'cancelled>purged', 'expired>purged'
            ) THEN NOT lfr_is_kept(OLD.id)
            ELSE false
        END;
        IF allowed IS NOT TRUE THEN
            PERFORM lfr_refuse(format('moving a deployment from %s to %s', OLD.state, NEW.state));
        END IF;
    END IF;
    RETURN NEW;
END
$$;

-- Whether anything of a deployment is left that is to be destroyed.
CREATE OR REPLACE FUNCTION lfr_is_kept(deployment_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (SELECT FROM watchlists WHERE deployment = deployment_id AND destroyed IS NULL)
        OR EXISTS (SELECT FROM alerts WHERE deployment = deployment_id AND moved_to IS NULL)
$$;

-- What time alone ends had come to its time.
CREATE OR REPLACE FUNCTION lfr_deployment_was_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE standing text := coalesce(lfr_role(), '');
BEGIN
    IF session_user = current_user OR NEW.state = OLD.state
        OR NEW.state NOT IN ('expired', 'closed')
        OR (NEW.state = 'closed' AND (
            standing = ANY (@may_deployment_close@) OR standing = ANY (@may_deployment_authorise@)
        ))
        OR lfr_was_due(OLD.ends)
    THEN RETURN NULL; END IF;
    PERFORM lfr_refuse('the time of that deployment has not come');
END
$$;

-- A policy is approved once, by another than who issued it, and is otherwise never changed.
CREATE OR REPLACE FUNCTION lfr_policy_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE
    account text := coalesce(lfr_account(), '');
    after jsonb := NEW.content::jsonb;
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.approver IS NOT NULL OR NEW.approver IS DISTINCT FROM account
        OR account = OLD.issued_by
        OR after ->> 'approver' IS DISTINCT FROM account
        -- What a policy from before does not say, it says nothing of now.
        OR jsonb_strip_nulls(after - 'approver' - 'approved')
            IS DISTINCT FROM jsonb_strip_nulls(OLD.content::jsonb - 'approver' - 'approved')
    THEN
        PERFORM lfr_refuse('a policy is approved once, by another than who issued it');
    END IF;
    RETURN NEW;
END
$$;

-- A locked test opens once for a policy, which is issued later, and when the log says.
CREATE OR REPLACE FUNCTION lfr_test_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF session_user = current_user THEN RETURN NULL; END IF;
    IF EXISTS (SELECT FROM policies WHERE id = NEW.policy) THEN
        PERFORM lfr_refuse('no locked test is opened for a policy that was issued');
    ELSIF NEW.opened::timestamptz
        IS DISTINCT FROM (SELECT at FROM audit_head WHERE one = 1)::timestamptz
    THEN
        PERFORM lfr_refuse('a locked test is opened when the log says so');
    -- As `next_place` of workbench.records.openings reckons it.
    ELSIF NEW.place <> (
        SELECT greatest(count(*), coalesce(max(place), 0)) + 1 FROM locked_openings
        WHERE policy <> NEW.policy AND (digest = NEW.digest OR lower(data_set) = lower(NEW.data_set))
    ) THEN
        PERFORM lfr_refuse('openings of a locked test are numbered in their order');
    ELSIF NEW.chosen::jsonb ->> 'threshold' IS NULL THEN
        PERFORM lfr_refuse('a locked test is opened with the threshold that was chosen before');
    END IF;
    RETURN NULL;
END
$$;

-- A policy is issued with the evidence of a locked test that was opened for it before.
CREATE OR REPLACE FUNCTION lfr_policy_issued() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE evidence jsonb := NEW.content::jsonb -> 'evidence';
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT FROM locked_openings
        WHERE policy = NEW.id AND digest = evidence ->> 'digest'
            AND opened_by = evidence ->> 'opened_by'
            AND opened::timestamptz = (evidence ->> 'opened_at')::timestamptz
    ) THEN
        PERFORM lfr_refuse('a policy is issued with the evidence of a test opened for it');
    ELSIF NOT EXISTS (
        SELECT FROM locked_openings
        WHERE policy = NEW.id AND chosen::jsonb -> 'threshold' = evidence -> 'threshold'
            AND evidence -> 'threshold' = NEW.content::jsonb -> 'threshold'
            AND chosen::jsonb -> 'tuning' = evidence -> 'tuning'
            AND (chosen::jsonb ->> 'minimum_threshold')::float8
                <= (NEW.content::jsonb ->> 'minimum_threshold')::float8
    ) THEN
        PERFORM lfr_refuse('a policy is issued with the threshold that its opening fixed');
    END IF;
    RETURN NEW;
END
$$;

-- Who compared an image is not who added it, and whoever reviews does so in their own name.
CREATE OR REPLACE FUNCTION lfr_entry_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE account text;
BEGIN
    IF lfr_is_owner(TG_RELID) OR (NEW.identity_check, NEW.review, NEW.removed)
        IS NOT DISTINCT FROM (OLD.identity_check, OLD.review, OLD.removed)
    THEN RETURN NEW; END IF;
    IF NEW.removed IS DISTINCT FROM OLD.removed AND (
        OLD.removed IS NULL AND (
            lfr_role() = ANY (@may_watchlist_build@) OR lfr_role() = ANY (@may_live_start@)
            OR EXISTS (SELECT FROM watchlists WHERE id = NEW.watchlist AND state = 'destroyed')
        )
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('an entry ceases to be on a list once, and for those who keep the list');
    END IF;
    account := coalesce(lfr_account(), '');
    IF NEW.identity_check IS DISTINCT FROM OLD.identity_check AND (
        NEW.identity_check::jsonb ->> 'by' IS DISTINCT FROM account OR NEW.added_by = account
    ) THEN
        PERFORM lfr_refuse('an image is compared by a second person, in their own name');
    END IF;
    IF NEW.review IS DISTINCT FROM OLD.review AND NEW.review IS NOT NULL AND (
        NEW.review::jsonb ->> 'by' = account AND lfr_role() = ANY (@may_watchlist_review@)
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('an entry is reviewed in one''s own name');
    END IF;
    RETURN NEW;
END
$$;

-- A case is decided on by another than who asked for it, and ends by its rules.
CREATE OR REPLACE FUNCTION lfr_case_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE
    account text := coalesce(lfr_account(), '');
    standing text := coalesce(lfr_role(), '');
    move text := OLD.state || '>' || NEW.state;
    decision jsonb := NEW.authority::jsonb;
    decided boolean := NEW.authority IS DISTINCT FROM OLD.authority;
    allowed boolean;
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF decided AND (
        OLD.authority IS NOT NULL OR decision ->> 'by' IS DISTINCT FROM account
        OR account = OLD.requester
    ) THEN
        PERFORM lfr_refuse('a case is decided on once, by another than who asked for it');
    END IF;
    IF NEW.ended IS DISTINCT FROM OLD.ended AND OLD.ended IS NOT NULL THEN
        PERFORM lfr_refuse('a case ends once');
    END IF;
    IF NEW.state <> OLD.state THEN
        allowed := CASE
            WHEN move = 'open-provisional>authorised'
                THEN decided AND standing = ANY (@may_case_authorise@)
                    AND (decision ->> 'granted')::boolean
            WHEN move = 'open-provisional>refused' AND decided
                THEN standing = ANY (@may_case_refuse@) AND NOT (decision ->> 'granted')::boolean
            WHEN move = 'authorised>closed' THEN standing = ANY (@may_case_close@)
            -- By time alone; whether it had come is seen at the end of the transaction.
            WHEN move IN ('open-provisional>refused', 'authorised>expired') THEN true
            WHEN move IN ('refused>purged', 'closed>purged', 'expired>purged') THEN true
            ELSE false
        END;
        IF allowed IS NOT TRUE THEN
            PERFORM lfr_refuse(format('moving a case from %s to %s', OLD.state, NEW.state));
        END IF;
    ELSIF decided THEN
        PERFORM lfr_refuse('a decision moves its case');
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION lfr_case_was_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF session_user = current_user OR NEW.state = OLD.state
        OR NOT (
            NEW.state = 'expired'
            OR (NEW.state = 'refused' AND NEW.authority IS NOT DISTINCT FROM OLD.authority)
        )
        OR lfr_was_due(CASE NEW.state WHEN 'expired' THEN OLD.expires ELSE OLD.authorise_by END)
    THEN RETURN NULL; END IF;
    PERFORM lfr_refuse('the time of that case has not come');
END
$$;

-- A hold is released once, by another than who placed it, and stays as it was then.
CREATE OR REPLACE FUNCTION lfr_hold_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE account text := coalesce(lfr_account(), '');
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.released IS NOT NULL THEN
        PERFORM lfr_refuse('a hold that was released stays released');
    ELSIF NEW.released IS NOT NULL AND (
        NEW.released::jsonb ->> 'by' IS DISTINCT FROM account OR OLD.placed_by = account
    ) THEN
        PERFORM lfr_refuse('a hold is released by another than who placed it');
    END IF;
    RETURN NEW;
END
$$;

-- A change of the rules takes two people.
CREATE OR REPLACE FUNCTION lfr_rule_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE account text := coalesce(lfr_account(), '');
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.decided_by IS NOT NULL OR NEW.decided_by IS DISTINCT FROM account
        OR (CASE
            WHEN NEW.decision = 'superseded' THEN lfr_role() = ANY (@may_rules_propose@)
            ELSE lfr_role() = ANY (@may_rules_confirm@) AND account <> OLD.proposed_by
        END) IS NOT TRUE
    THEN
        PERFORM lfr_refuse('a change of the rules is decided on once, by another person');
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION lfr_rules_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT FROM rule_changes
        WHERE content::jsonb -> 'rules' = NEW.settings::jsonb
            AND proposed_by <> lfr_account()
            AND (decided_by IS NULL OR (decided_by = lfr_account() AND decision = 'confirmed'))
    ) THEN
        PERFORM lfr_refuse('the rules are those that another person proposed');
    END IF;
    RETURN NEW;
END
$$;

-- What is begun to be destroyed is of the class and the purpose that the erasure names, is for this
-- role to destroy, and is kept by no legal hold.
CREATE OR REPLACE FUNCTION lfr_erasure_begun() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    objects jsonb := NEW.content::jsonb -> 'objects';
    keys jsonb := NEW.content::jsonb -> 'keys';
    named text;
    due boolean := lfr_role() = ANY (@may_retention_run@);
BEGIN
    IF session_user = current_user THEN RETURN NEW; END IF;
    IF jsonb_typeof(objects) IS DISTINCT FROM 'array' OR jsonb_typeof(keys) IS DISTINCT FROM 'array'
    THEN
        PERFORM lfr_refuse('an erasure names what goes');
    END IF;
    IF EXISTS (
        SELECT FROM held_objects JOIN holds ON holds.id = held_objects.hold
        WHERE holds.released IS NULL
            AND (objects ? held_objects.object OR held_objects.object = NEW.purpose)
    ) THEN
        PERFORM lfr_refuse('a legal hold keeps some of it');
    END IF;
    FOR named IN SELECT jsonb_array_elements_text(keys) LOOP
        IF NOT EXISTS (
            SELECT FROM data_keys
            WHERE id = named AND retention = NEW.retention AND purpose = NEW.purpose
        ) THEN
            PERFORM lfr_refuse('a key of another class or purpose is not part of an erasure');
        END IF;
    END LOOP;
    IF NEW.retention = 'case' AND NOT EXISTS (
        SELECT FROM cases WHERE id = NEW.purpose AND state IN ('refused', 'closed', 'expired')
    ) THEN
        PERFORM lfr_refuse('what is kept for a case goes once that has ended');
    END IF;
    FOR named IN SELECT jsonb_array_elements_text(objects) LOOP
        IF (CASE NEW.retention
            WHEN 'case' THEN named = NEW.purpose
                OR EXISTS (SELECT FROM alerts WHERE id = named AND moved_to = NEW.purpose)
                OR EXISTS (SELECT FROM footage WHERE id = named AND of_case = NEW.purpose)
                OR EXISTS (SELECT FROM searches WHERE id = named AND of_case = NEW.purpose)
            WHEN 'alert' THEN due AND EXISTS (
                SELECT FROM alerts
                WHERE id = named AND deployment = NEW.purpose AND moved_to IS NULL
            )
            WHEN 'evaluation-set' THEN named = NEW.purpose AND EXISTS (
                SELECT FROM evaluation_sets WHERE id = named AND destroyed IS NULL
            )
            WHEN 'collection' THEN EXISTS (
                SELECT FROM collections WHERE id = NEW.purpose AND destroyed IS NULL
                    AND (named = NEW.purpose OR NOT (objects ? NEW.purpose OR keys ? key_id))
            ) AND (named = NEW.purpose OR EXISTS (
                SELECT FROM collection_parts
                WHERE collection = NEW.purpose AND named IN (shard, refusals)
            ))
            ELSE NOT EXISTS (SELECT FROM alerts WHERE id = named)
        END) IS NOT TRUE THEN
            PERFORM lfr_refuse('an alert goes with its deployment or with its case');
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

-- An erasure destroys what it named when it was begun.
CREATE OR REPLACE FUNCTION lfr_erasure_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.finished IS NOT NULL OR EXISTS (
        SELECT FROM unnest(ARRAY['objects', 'keys', 'sealed']) AS part
        WHERE NEW.content::jsonb -> part IS DISTINCT FROM OLD.content::jsonb -> part
    ) THEN
        PERFORM lfr_refuse('an erasure destroys what it named when it was begun');
    END IF;
    RETURN NEW;
END
$$;

-- A list is destroyed with its key, and otherwise changed by those who build and search.
CREATE OR REPLACE FUNCTION lfr_list_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
DECLARE standing text := coalesce(lfr_role(), '');
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF NEW.state = 'destroyed' AND OLD.state <> 'destroyed' THEN
        IF NEW.key_id IS NOT NULL OR NOT EXISTS (
            SELECT FROM data_keys WHERE id = OLD.key_id AND destroying IS NOT NULL
        ) THEN
            PERFORM lfr_refuse('a list is destroyed with its key');
        END IF;
    ELSIF NOT (standing = ANY (@may_watchlist_build@) OR standing = ANY (@may_live_start@)) THEN
        PERFORM lfr_refuse('a list is changed by those who build and search');
    END IF;
    IF NEW.builder <> OLD.builder AND (
        NEW.builder = lfr_account() AND standing = ANY (@may_watchlist_build@)
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('the builder of a list is who built it');
    END IF;
    RETURN NEW;
END
$$;

-- An evaluation set has an end that lies ahead, as near as the rules of the force want it, and a
-- key of its own.
CREATE OR REPLACE FUNCTION lfr_set_made() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    logged timestamptz := (SELECT at FROM audit_head WHERE one = 1)::timestamptz;
    longest interval := coalesce(
        (SELECT settings::jsonb ->> 'longest_evaluation_set' FROM bench)::interval,
        make_interval(secs => @longest_set_s@)
    );
BEGIN
    IF session_user = current_user THEN RETURN NULL; END IF;
    IF (
        NEW.ends::timestamptz > logged AND NEW.ends::timestamptz <= logged + longest
        AND NEW.made::timestamptz = logged
        AND NEW.content::jsonb ->> 'name' = NEW.name
        AND (NEW.content::jsonb ->> 'ends')::timestamptz = NEW.ends::timestamptz
    ) IS NOT TRUE THEN
        PERFORM lfr_refuse('an evaluation set ends when it is said to, and not too far ahead');
    END IF;
    IF NOT EXISTS (
        SELECT FROM data_keys
        WHERE id = NEW.key_id AND retention = 'evaluation-set' AND purpose = NEW.id
    ) THEN
        PERFORM lfr_refuse('an evaluation set has a key of its own');
    END IF;
    RETURN NULL;
END
$$;

-- Nothing of a set changes but that it is destroyed, once, with its key.
CREATE OR REPLACE FUNCTION lfr_set_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.destroyed IS NOT NULL OR NEW.destroyed IS NULL OR NOT EXISTS (
        SELECT FROM data_keys WHERE id = OLD.key_id AND destroying IS NOT NULL
    ) THEN
        PERFORM lfr_refuse('an evaluation set is destroyed with its key');
    END IF;
    RETURN NEW;
END
$$;

-- Whether something is of an evaluation set, and whether a hold keeps one.
CREATE OR REPLACE FUNCTION lfr_is_of_set(purpose text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (SELECT FROM evaluation_sets WHERE id = purpose)
$$;

CREATE OR REPLACE FUNCTION lfr_holds_set(hold_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (SELECT FROM held_objects WHERE hold = hold_id AND lfr_is_of_set(object))
$$;

-- Whether a hold keeps an alert, for those who read alerts and no hold.
CREATE OR REPLACE FUNCTION lfr_is_held(alert_id text, deployment_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM held_objects JOIN holds ON holds.id = held_objects.hold
        WHERE holds.released IS NULL AND held_objects.object IN (alert_id, deployment_id)
    )
$$;

-- Whether a row has the digest that the newest entry of it bears, for those who read no entry:
-- `workbench.records.standing_rows`. It says no more than yes or no, and that of whole names and
-- digests of rows alone: of any other text it would tell letter by letter what the log holds, and
-- with it what a verifier or an examiner said.
CREATE OR REPLACE FUNCTION lfr_row_stands(named text, digest text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT CASE
        WHEN digest ~ '^[0-9a-f]{64}$' AND (
            named ~ '^"objects":\["[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}"$'
            OR named ~ '^"account":"([^"\\]|\\.)+"$'
        ) THEN coalesce(
            (
                SELECT strpos(body, '"row":"' || digest || '"') > 0 FROM audit
                WHERE strpos(body, named) > 0 AND strpos(body, '"row":"') > 0
                ORDER BY seq DESC LIMIT 1
            ),
            EXISTS (SELECT FROM audit WHERE strpos(body, named) > 0)
        )
        ELSE false
    END
$$;

-- Whether the parts of a collection are those that entries tell of, and all of them, for those who
-- read no entry: `workbench.records.standing_rows`. Of anything but a collection it tells nothing.
CREATE OR REPLACE FUNCTION lfr_parts_stand(collection_id text, parts jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    WITH told AS (
        SELECT DISTINCT ON (details ->> 'part')
            details ->> 'part' AS place, details ->> 'said' AS digest
        FROM (
            SELECT seq, body::jsonb ->> 'result' AS result, body::jsonb -> 'details' AS details
            FROM audit
            WHERE collection_id ~ '^collection-[A-Za-z0-9._:/-]{0,99}$'
                AND strpos(body, '"objects":["' || collection_id || '"') > 0
                AND strpos(body, '"part":') > 0
        ) AS entries
        WHERE result = 'done' AND jsonb_typeof(details -> 'part') = 'number'
        ORDER BY details ->> 'part', seq DESC
    )
    SELECT NOT EXISTS (
        SELECT FROM told FULL JOIN jsonb_each_text(parts) AS kept (place, digest)
            ON kept.place = told.place
        WHERE told.place IS NULL
            OR (told.digest IS NOT NULL AND told.digest IS DISTINCT FROM kept.digest)
    )
$$;

-- The same of an account, for those who do not read its row either: its digest is that of
-- `workbench.records.row_digests`, to the byte.
CREATE OR REPLACE FUNCTION lfr_account_stands(account text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT coalesce((
        SELECT lfr_row_stands(
            '"account":' || to_json(name)::text,
            encode(sha256(convert_to(
                '{"kind":"account","row":{"active":' || to_json(active)::text
                || ',"database_user":' || coalesce(to_json(database_user)::text, 'null')
                || ',"folded":' || to_json(folded)::text
                || ',"name":' || to_json(name)::text
                || ',"rank":' || coalesce(to_json(rank)::text, 'null')
                || ',"role":' || to_json(role)::text || '}}',
                'UTF8'
            )), 'hex')
        )
        FROM actors WHERE name = account
    ), false)
$$;

-- No live search without an authority that covers the moment.
CREATE OR REPLACE FUNCTION lfr_search_begun() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF session_user <> current_user AND NOT EXISTS (
        SELECT FROM deployments AS d, audit_head AS head
        WHERE d.id = NEW.deployment AND d.state = 'live' AND d.authority IS NOT NULL
            AND d.starts COLLATE "C" <= head.at COLLATE "C"
            AND d.ends COLLATE "C" > head.at COLLATE "C"
    ) THEN
        PERFORM lfr_refuse('no authority covers a search of that deployment now');
    END IF;
    RETURN NULL;
END
$$;

-- A key is marked as to be destroyed only together with the erasure that names it.
CREATE OR REPLACE FUNCTION lfr_key_marked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF session_user <> current_user AND NEW.destroying IS DISTINCT FROM OLD.destroying AND (
        OLD.destroying IS NOT NULL OR NOT EXISTS (
            SELECT FROM erasures WHERE finished IS NULL AND content::jsonb -> 'keys' ? NEW.id
        )
    ) THEN
        PERFORM lfr_refuse('a data key goes with an erasure that names it');
    END IF;
    RETURN NULL;
END
$$;

-- What rows of the vault a role comes to: those of the retention classes that it works with.
CREATE OR REPLACE FUNCTION lfr_opens(key text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT coalesce((
        SELECT CASE retention
            WHEN 'watchlist' THEN lfr_role() = ANY (@watchlist_roles@)
            WHEN 'alert' THEN lfr_role() = ANY (@alert_roles@)
            WHEN 'case' THEN lfr_role() = ANY (@case_roles@)
            WHEN 'evaluation-set' THEN lfr_role() = ANY (@evaluation_set_roles@)
            WHEN 'collection' THEN lfr_role() = ANY (@collection_roles@)
            ELSE false
        END
        FROM data_keys WHERE id = key
    ), false)
$$;

CREATE OR REPLACE FUNCTION lfr_opens_object(object text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT coalesce((SELECT lfr_opens(key_id) FROM vault_objects WHERE id = object), true)
$$;

-- Whether an object is not in the store for good: to one that is, nobody adds a byte.
CREATE OR REPLACE FUNCTION lfr_is_unkept(object text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
BEGIN
    RETURN lfr_opens_object(object)
        AND NOT EXISTS (SELECT FROM vault_objects WHERE id = object AND NOT lfr_is_ours(xmin));
END
$$;

-- Whether the key of an object is destroyed or about to be, or nothing knows the object.
CREATE OR REPLACE FUNCTION lfr_is_waste(object text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT coalesce((
        SELECT destroying IS NOT NULL FROM vault_objects
        JOIN data_keys ON data_keys.id = vault_objects.key_id
        WHERE vault_objects.id = object
    ), true)
$$;

-- Whether somebody on a list was alerted on.
CREATE OR REPLACE FUNCTION lfr_was_alerted(entry_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (SELECT FROM alerts WHERE entry = entry_id)
$$;

-- Whether a live search is one's own and goes on.
CREATE OR REPLACE FUNCTION lfr_runs(session text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM sessions WHERE id = session AND operator = lfr_account() AND ended IS NULL
    )
$$;
