-- Verdicts are blind: nobody reads another's on an alert that is not settled before their own is
-- in the store for good. A transaction that is still open does not count, or a verifier could look,
-- roll back, and then decide. So an alert is settled in a transaction after that of the verdict.

-- The number of a transaction with its epoch.
CREATE OR REPLACE FUNCTION lfr_full_xid(short xid) RETURNS xid8
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    found bigint := ((next >> 32) << 32) | short::text::bigint;
BEGIN
    IF found >= next AND next >> 32 > 0 THEN found := found - 4294967296; END IF;
    RETURN found::text::xid8;
END
$$;

-- Whether the row version that a transaction wrote is of this very transaction; what is visible
-- and of another one is in the store for good.
CREATE OR REPLACE FUNCTION lfr_is_ours(short xid) RETURNS boolean
LANGUAGE sql VOLATILE STRICT SET search_path = @schema@, pg_temp AS $$
    SELECT coalesce(pg_xact_status(lfr_full_xid(short)) = 'in progress', false)
$$;

-- Whether the workbench is destroying an alert.
CREATE OR REPLACE FUNCTION lfr_goes(alert_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM erasures
        WHERE finished IS NULL AND content::jsonb -> 'objects' ? alert_id
    )
$$;

CREATE OR REPLACE FUNCTION lfr_sees_verdicts(alert_id text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT EXISTS (SELECT FROM alerts WHERE id = alert_id AND decided IS NOT NULL)
        OR EXISTS (
            SELECT FROM verdicts AS own
            WHERE own.alert = alert_id AND own.kind = 'verdict' AND own.actor = lfr_account()
                AND NOT lfr_is_ours(own.xmin)
        )
        OR lfr_goes(alert_id)
$$;

-- What the verdicts on an alert make of it: `workbench.governance.adjudication`.
CREATE OR REPLACE FUNCTION lfr_verdict_state(
    alert_id text, OUT two_person boolean, OUT said bigint, OUT state text, OUT settled text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    words text[];
    moments text[];
BEGIN
    SELECT coalesce((d.content::jsonb ->> 'two_person')::boolean, true) INTO two_person
    FROM alerts AS a JOIN deployments AS d ON d.id = a.deployment WHERE a.id = alert_id;
    SELECT array_agg(v.verdict ORDER BY v.place), array_agg(v.at ORDER BY v.place), count(*)
    INTO words, moments, said
    FROM verdicts AS v WHERE v.alert = alert_id AND v.kind = 'verdict';
    IF said < (CASE WHEN two_person THEN 2 ELSE 1 END) THEN
        state := 'open';
    ELSIF two_person AND said = 2 AND words[1] <> words[2] THEN
        state := 'unresolved';
    ELSE
        state := words[said];
        settled := moments[said];
    END IF;
END
$$;

-- Brings the state of an alert to what its verdicts make of it; returns the state where that is
-- another than before, and nothing while one of them is not in the store for good.
CREATE OR REPLACE FUNCTION lfr_settle_alert(alert_id text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    after record;
    found text;
BEGIN
    PERFORM pg_advisory_xact_lock(@lock@);
    IF NOT coalesce(lfr_role() = ANY (@may_alert_consult@), false)
        OR EXISTS (SELECT FROM verdicts AS v WHERE v.alert = alert_id AND lfr_is_ours(v.xmin))
    THEN RETURN NULL; END IF;
    SELECT * INTO after FROM lfr_verdict_state(alert_id);
    UPDATE alerts AS a SET state = after.state, decided = after.settled
    WHERE a.id = alert_id AND a.decided IS NULL
        AND (a.state, coalesce(a.decided, '')) <> (after.state, coalesce(after.settled, ''))
    RETURNING a.state INTO found;
    RETURN found;
END
$$;

-- Alerts whose verdicts are complete and that were not settled: somebody was cut off in between.
CREATE OR REPLACE FUNCTION lfr_unsettled() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT a.id FROM alerts AS a, lfr_verdict_state(a.id) AS after
    WHERE a.decided IS NULL AND (a.state <> after.state OR after.settled IS NOT NULL)
        AND NOT EXISTS (SELECT FROM verdicts AS v WHERE v.alert = a.id AND lfr_is_ours(v.xmin))
    ORDER BY a.id
$$;

-- Refuses a verdict that is not one's own or not owed, and gives it its place.
CREATE OR REPLACE FUNCTION lfr_verdict_said() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    account text := coalesce(lfr_account(), '');
    content jsonb := NEW.content::jsonb;
    known record;
    decided text;
BEGIN
    PERFORM pg_advisory_xact_lock(@lock@);
    IF session_user <> current_user THEN
        SELECT a.decided INTO decided FROM alerts AS a WHERE a.id = NEW.alert;
        SELECT * INTO known FROM lfr_verdict_state(NEW.alert);
        IF NEW.actor IS DISTINCT FROM account OR content ->> 'by' IS DISTINCT FROM account THEN
            PERFORM lfr_refuse('a verdict is given in one''s own name');
        ELSIF NEW.kind = 'verdict' THEN
            IF content ->> 'verdict' IS DISTINCT FROM NEW.verdict OR NEW.verdict = 'open' THEN
                PERFORM lfr_refuse('this is no verdict');
            ELSIF EXISTS (
                SELECT FROM verdicts AS v
                WHERE v.alert = NEW.alert AND v.kind = 'verdict' AND v.actor = account
            ) THEN
                PERFORM lfr_refuse('nobody gives two verdicts on an alert');
            ELSIF decided IS NOT NULL OR known.settled IS NOT NULL THEN
                PERFORM lfr_refuse('the verdicts on that alert are complete');
            END IF;
        ELSIF NEW.kind = 'revision' THEN
            IF content ->> 'to' IS DISTINCT FROM NEW.verdict OR NEW.verdict = 'open' THEN
                PERFORM lfr_refuse('this is no revision');
            ELSIF decided IS NULL THEN
                PERFORM lfr_refuse('nothing is revised before it is settled');
            ELSIF content ->> 'move' IS DISTINCT FROM 'confirm'
                AND (lfr_role() = ANY (@may_alert_correct@)) IS NOT TRUE
            THEN
                PERFORM lfr_refuse('correcting a decision is for a reviewer');
            ELSIF EXISTS (
                SELECT FROM verdicts AS v
                WHERE v.alert = NEW.alert AND v.kind = 'verdict' AND v.actor = account
            ) AND (known.two_person OR content ->> 'move' IS DISTINCT FROM 'confirm') THEN
                PERFORM lfr_refuse('who gave a verdict does not revise what was decided');
            END IF;
        ELSE
            PERFORM lfr_refuse('only verdicts and revisions are kept here');
        END IF;
    END IF;
    SELECT coalesce(max(v.place), 0) + 1 INTO NEW.place FROM verdicts AS v WHERE v.alert = NEW.alert;
    RETURN NEW;
END
$$;

-- Keeps the state of an alert to what people said of it, whatever a statement asks for.
CREATE OR REPLACE FUNCTION lfr_alert_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = @schema@, pg_temp AS $$
BEGIN
    IF lfr_is_owner(TG_RELID) THEN RETURN NEW; END IF;
    IF OLD.decided IS NULL THEN
        NEW.state := OLD.state;
        NEW.decided := NULL;
    ELSIF NEW.decided IS DISTINCT FROM OLD.decided
        OR (NEW.state <> OLD.state AND NEW.state IS DISTINCT FROM lfr_revised(OLD.id))
    THEN
        PERFORM lfr_refuse('the state of an alert is what people said of it');
    END IF;
    IF OLD.moved_to IS NOT NULL AND (NEW.moved_to, NEW.object_id, NEW.key_id)
        IS DISTINCT FROM (OLD.moved_to, OLD.object_id, OLD.key_id)
    THEN
        PERFORM lfr_refuse('an alert that was moved to a case stays there');
    ELSIF OLD.moved_to IS NULL AND NEW.moved_to IS NULL
        AND (NEW.object_id, NEW.key_id) IS DISTINCT FROM (OLD.object_id, OLD.key_id)
    THEN
        PERFORM lfr_refuse('an alert keeps what it was sealed as');
    END IF;
    RETURN NEW;
END
$$;

-- What the newest revision of an alert made of it, if that is by the account of this connection.
CREATE OR REPLACE FUNCTION lfr_revised(alert_id text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT CASE WHEN actor = lfr_account() THEN verdict END FROM verdicts
    WHERE alert = alert_id AND kind = 'revision' ORDER BY place DESC LIMIT 1
$$;
