-- What managers and data scientists read in place of tables: counts and times, and nobody. The views
-- run as the owner of the tables and show nothing to whom the bench gives no such role.

-- Whom a list is of, in numbers, as JSON: what the record of a deployment counts.
CREATE OR REPLACE FUNCTION lfr_list_composition(list text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
    SELECT json_build_object(
        'references', count(*),
        'subjects', count(DISTINCT subject),
        'under_18', count(DISTINCT subject) FILTER (WHERE (content::jsonb ->> 'under_18')::boolean),
        'by_category', (
            SELECT coalesce(json_object_agg(category, json_build_array(images, people)), '{}')
            FROM (
                SELECT category, count(*) AS images, count(DISTINCT subject) AS people
                FROM watchlist_entries WHERE watchlist = list AND state = 'enrolled'
                GROUP BY category
            ) AS kinds
        )
    )::text
    FROM watchlist_entries WHERE watchlist = list AND state = 'enrolled'
$$;

CREATE OR REPLACE VIEW outcome_deployments WITH (security_barrier) AS
SELECT d.reference, d.state, d.starts, d.ends, d.created, d.ended,
    (SELECT count(*) FROM alerts AS a WHERE a.deployment = d.id) AS alerts_kept,
    (SELECT count(*) FROM alerts AS a WHERE a.deployment = d.id AND a.state = 'open') AS alerts_open,
    (SELECT count(*) FROM alerts AS a WHERE a.deployment = d.id AND a.state LIKE 'true-%')
        AS alerts_true,
    (SELECT count(*) FROM alerts AS a WHERE a.deployment = d.id AND a.state LIKE 'false-%')
        AS alerts_false,
    (SELECT count(*) FROM alerts AS a WHERE a.deployment = d.id AND a.state = 'unresolved')
        AS alerts_unresolved,
    (d.record::jsonb -> 'record')::text AS record
FROM deployments AS d WHERE d.state <> 'draft' AND lfr_role() = ANY (@may_outcomes_read@);

CREATE OR REPLACE VIEW outcome_searches WITH (security_barrier) AS
SELECT d.reference, s.feed, s.policy, s.threshold, s.started, s.ended, s.stopped_by,
    (s.counts::jsonb - 'fault' - 'damage')::text AS counts
FROM sessions AS s JOIN deployments AS d ON d.id = s.deployment
WHERE lfr_role() = ANY (@may_outcomes_read@);

CREATE OR REPLACE VIEW outcome_watchlists WITH (security_barrier) AS
SELECT d.reference, w.state, w.built, w.destroyed, w.references_count, w.subjects_count
FROM watchlists AS w JOIN deployments AS d ON d.id = w.deployment
WHERE lfr_role() = ANY (@may_outcomes_read@);

-- Passes of seeded staff whose alerts were looked through, and how many raised one.
CREATE OR REPLACE VIEW outcome_recognition WITH (security_barrier) AS
SELECT d.reference, count(*) AS passes, count(p.content::jsonb #>> '{pass,alert}') AS recognised
FROM blue_passes AS p JOIN deployments AS d ON d.id = p.deployment
WHERE p.content::jsonb ->> 'checked' IS NOT NULL AND lfr_role() = ANY (@may_outcomes_read@)
GROUP BY d.reference;

CREATE OR REPLACE VIEW outcome_certificates WITH (security_barrier) AS
SELECT c.id, c.retention, c.at, c.digest,
    (c.content::jsonb -> 'counts')::text AS counts,
    c.content::jsonb ->> 'result' AS result,
    (c.content::jsonb ->> 'late_by_s')::numeric AS late_by_s
FROM certificates AS c WHERE lfr_role() = ANY (@may_outcomes_read@);

-- Scores of alerts under names that lead nowhere: no id, no deployment, no person, the day alone.
CREATE OR REPLACE VIEW pseudonymous_scores WITH (security_barrier) AS
SELECT encode(sha256(convert_to(b.id || ' ' || a.id, 'UTF8')), 'hex') AS pseudonym,
    left(a.raised, 10) AS day, s.policy, a.score, a.threshold, a.state, a.blue_list
FROM alerts AS a JOIN sessions AS s ON s.id = a.session, bench AS b
WHERE lfr_role() = ANY (@may_policy_issue@);
