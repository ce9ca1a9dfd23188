-- How entries get into the audit log of a team's store: by `audit_append` alone, which runs as the
-- owner of the tables, knows whose connection it is, and computes the chain itself.

-- Who asks: the active account of the user that this connection was made by.
CREATE OR REPLACE FUNCTION lfr_account() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT name FROM actors WHERE database_user = session_user AND active
$$;

CREATE OR REPLACE FUNCTION lfr_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT role FROM actors WHERE database_user = session_user AND active
$$;

-- `workbench.records.audit.chain.prefixed` of one part.
CREATE OR REPLACE FUNCTION lfr_prefixed(part bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT int8send(octet_length(part)::bigint) || part
$$;

-- `workbench.records.audit.chain.genesis`.
CREATE OR REPLACE FUNCTION lfr_genesis(bench text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = @schema@, pg_temp AS $$
    SELECT encode(sha256(
        lfr_prefixed(convert_to('workbench audit log 1', 'UTF8'))
        || lfr_prefixed(convert_to(bench, 'UTF8'))
    ), 'hex')
$$;

-- `workbench.records.audit.chain.link`.
CREATE OR REPLACE FUNCTION lfr_link(previous text, place bigint, body text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = @schema@, pg_temp AS $$
    SELECT encode(sha256(
        lfr_prefixed(convert_to(previous, 'UTF8'))
        || lfr_prefixed(convert_to(place::text, 'UTF8'))
        || lfr_prefixed(convert_to(body, 'UTF8'))
    ), 'hex')
$$;

-- Whether a JSON value is a text as Python writes it, and one that `workbench.governance.text`
-- takes: what can be shown, in normal form C, neither empty nor with space around it.
CREATE OR REPLACE FUNCTION lfr_is_text(raw json, longest integer, breaks boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT json_typeof(raw) = 'string'
        AND to_json(said)::text = raw::text
        AND char_length(said) BETWEEN 1 AND longest
        AND said IS NFC NORMALIZED
        AND said = btrim(said, E' \n\t')
        AND CASE WHEN breaks THEN translate(said, E'\n\t', '') ELSE said END !~ '[@hidden@]'
    FROM (SELECT raw #>> '{}' AS said) AS value
$$;

CREATE OR REPLACE FUNCTION lfr_is_identifier(raw json) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT json_typeof(raw) = 'string' AND raw::text ~ '^"[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}"$'
$$;

-- Whether a JSON number is as Python writes a whole number of 64 bits, or the shortest text of a
-- fraction (`repr`): with an exponent from 1e16 on and below 1e-4.
CREATE OR REPLACE FUNCTION lfr_is_number(raw text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
SET extra_float_digits = 1 AS $$
DECLARE size numeric;
BEGIN
    IF char_length(raw) > 40 THEN RETURN false; END IF;
    IF raw ~ '^(0|-?[1-9][0-9]*)$' THEN
        RETURN abs(raw::numeric) <= 9223372036854775807;
    ELSIF raw ~ '^-?(0|[1-9][0-9]*)\.([0-9]*[1-9]|0)$' THEN
        size := abs(raw::numeric);
        RETURN (size = 0 OR (size >= 0.0001 AND size < 1e16))
            AND raw::numeric = (raw::float8)::text::numeric;
    ELSIF raw ~ '^-?[1-9](\.[0-9]*[1-9])?e(\+[1-9][0-9]{1,2}|-(0[1-9]|[1-9][0-9]{1,2}))$' THEN
        size := abs(raw::numeric);
        RETURN (size < 0.0001 OR size >= 1e16)
            AND (raw::float8)::text NOT IN ('Infinity', '-Infinity')
            AND raw::numeric = (raw::float8)::text::numeric;
    END IF;
    RETURN false;
END
$$;

CREATE OR REPLACE FUNCTION lfr_is_detail(raw json) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT SET search_path = @schema@, pg_temp AS $$
    SELECT CASE json_typeof(raw)
        WHEN 'null' THEN true
        WHEN 'boolean' THEN true
        WHEN 'number' THEN lfr_is_number(raw::text)
        WHEN 'string' THEN raw::text = '""' OR lfr_is_text(raw, 500, true)
        ELSE false
    END
$$;

-- Whether a text is an entry exactly as `workbench.records.audit.entries.canonical` writes it, so
-- that nobody can put anything into the log that nobody can read.
CREATE OR REPLACE FUNCTION lfr_is_entry(body text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = @schema@, pg_temp AS $$
DECLARE
    entry json;
    verb text;
    moment text;
BEGIN
    entry := body::json;
    IF json_typeof(entry) <> 'object'
        OR (SELECT array_agg(key ORDER BY place) IS DISTINCT FROM ARRAY[
                'actor', 'details', 'form', 'justification', 'objects', 'purpose', 'recipient',
                'result', 'role', 'utc', 'verb'
            ]
            OR '{' || string_agg(to_json(key)::text || ':' || value::text, ',' ORDER BY place)
                || '}' <> body
            FROM json_each(entry) WITH ORDINALITY AS part(key, value, place))
    THEN RETURN false; END IF;
    verb := entry ->> 'verb';
    moment := entry ->> 'utc';
    IF (entry -> 'form')::text <> '1'
        OR json_typeof(entry -> 'verb') <> 'string' OR NOT verb = ANY (@verbs@)
        OR json_typeof(entry -> 'result') <> 'string'
        OR NOT entry ->> 'result' = ANY (@results@)
        OR NOT lfr_is_text(entry -> 'actor', 200, false)
        OR NOT lfr_is_identifier(entry -> 'role')
        OR NOT lfr_is_identifier(entry -> 'purpose')
    THEN RETURN false; END IF;
    IF json_typeof(entry -> 'justification') = 'null' THEN
        IF verb = ANY (@justified@) THEN RETURN false; END IF;
    ELSIF NOT lfr_is_text(entry -> 'justification', 10000, true) THEN RETURN false;
    END IF;
    IF json_typeof(entry -> 'recipient') = 'null' THEN
        IF verb = ANY (@received@) THEN RETURN false; END IF;
    ELSIF NOT lfr_is_text(entry -> 'recipient', 200, false) THEN RETURN false;
    END IF;
    IF json_typeof(entry -> 'utc') <> 'string'
        OR moment !~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00$'
        OR to_char(moment::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
            || '+00:00' <> moment
        OR (entry -> 'utc')::text <> '"' || moment || '"'
    THEN RETURN false; END IF;
    IF json_typeof(entry -> 'objects') <> 'array'
        OR (SELECT count(*) > 10000
            OR coalesce(bool_or(NOT lfr_is_identifier(value)), false)
            OR '[' || coalesce(string_agg(value::text, ',' ORDER BY place), '') || ']'
                <> (entry -> 'objects')::text
            FROM json_array_elements(entry -> 'objects') WITH ORDINALITY AS part(value, place))
    THEN RETURN false; END IF;
    RETURN json_typeof(entry -> 'details') = 'object'
        AND (SELECT count(*) <= 32
            AND coalesce(bool_and(key ~ '^[a-z][a-z0-9_-]{0,63}$' AND lfr_is_detail(value)), true)
            AND coalesce(bool_and(key COLLATE "C" > before COLLATE "C"), true)
            AND '{' || coalesce(string_agg('"' || key || '":' || value::text, ',' ORDER BY place), '')
                || '}' = (entry -> 'details')::text
            FROM (
                SELECT key, value, place, lag(key) OVER (ORDER BY place) AS before
                FROM json_each(entry -> 'details') WITH ORDINALITY AS part(key, value, place)
            ) AS detail);
EXCEPTION
    WHEN data_exception OR statement_too_complex THEN RETURN false;
END
$$;

-- Adds an entry and returns its place and its hash. It is refused unless it names the account of
-- this connection, in the role that the account has; or the workbench itself, through it.
CREATE OR REPLACE FUNCTION audit_append(body text) RETURNS TABLE (place bigint, digest text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
DECLARE
    entry json;
    account text := lfr_account();
    standing text := lfr_role();
    head record;
    ending record;
    previous text;
BEGIN
    PERFORM pg_advisory_xact_lock(@lock@);
    IF account IS NULL THEN
        RAISE EXCEPTION 'the database user % has no active account of this bench', session_user
            USING ERRCODE = '@stranger@';
    END IF;
    IF NOT coalesce(lfr_is_entry(body), false) THEN
        RAISE EXCEPTION 'this is no entry as the workbench writes it' USING ERRCODE = '@form@';
    END IF;
    entry := body::json;
    IF (
        (entry ->> 'actor' = account AND entry ->> 'role' = standing)
        OR (
            entry ->> 'actor' = '@system@' AND entry ->> 'role' = 'system'
            AND standing = ANY (@by_itself@)
            AND entry -> 'details' ->> 'through' = account
        )
    ) IS NOT TRUE THEN
        RAISE EXCEPTION 'an entry of % is not for this connection to write', entry ->> 'actor'
            USING ERRCODE = '@stranger@';
    END IF;
    IF entry ->> 'verb' = '@clock@' AND (standing = ANY (@accepts_clock@)) IS NOT TRUE THEN
        RAISE EXCEPTION 'accepting the clock is not for this connection'
            USING ERRCODE = '@stranger@';
    END IF;
    SELECT seq, hash, at INTO head FROM audit_head WHERE one = 1;
    SELECT seq, hash INTO ending FROM audit ORDER BY seq DESC LIMIT 1;
    IF head.seq IS DISTINCT FROM ending.seq OR head.hash IS DISTINCT FROM ending.hash THEN
        RAISE EXCEPTION 'the audit log does not end as its head says' USING ERRCODE = '@broken@';
    END IF;
    IF head.seq IS NOT NULL AND entry ->> 'verb' <> '@clock@'
        AND (entry ->> 'utc') COLLATE "C" < head.at COLLATE "C"
    THEN
        RAISE EXCEPTION 'the entry is of %, the last one of %', entry ->> 'utc', head.at
            USING ERRCODE = '@early@';
    END IF;
    IF abs(extract(epoch FROM (entry ->> 'utc')::timestamptz - clock_timestamp())) > @apart_s@ THEN
        RAISE EXCEPTION 'the entry is of %, the clock of the database says %',
            entry ->> 'utc', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
            USING ERRCODE = '@early@';
    END IF;
    place := coalesce(head.seq, 0) + 1;
    previous := coalesce(head.hash, lfr_genesis((SELECT id FROM bench)));
    digest := lfr_link(previous, place, body);
    INSERT INTO audit (seq, body, hash) VALUES (place, audit_append.body, digest);
    IF head.seq IS NULL THEN
        INSERT INTO audit_head (one, seq, hash, at) VALUES (1, place, digest, entry ->> 'utc');
    ELSE
        UPDATE audit_head SET seq = place, hash = digest, at = entry ->> 'utc', signature = NULL
        WHERE one = 1;
    END IF;
    RETURN NEXT;
END
$$;
