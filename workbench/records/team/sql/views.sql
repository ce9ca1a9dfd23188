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

-- What came of each deployment in counts, its searches and the size of its list: the queries that a
-- bench in a folder runs on its tables. A view whose columns change cannot be replaced.
DROP VIEW IF EXISTS outcome_deployments;
CREATE VIEW outcome_deployments WITH (security_barrier) AS
SELECT * FROM (@outcome_deployments@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_applications;
CREATE VIEW outcome_applications WITH (security_barrier) AS
SELECT * FROM (@outcome_applications@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_searches;
CREATE VIEW outcome_searches WITH (security_barrier) AS
SELECT * FROM (@outcome_searches@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_watchlists;
CREATE VIEW outcome_watchlists WITH (security_barrier) AS
SELECT * FROM (@outcome_watchlists@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

-- What a page for managers tells of each deployment: where, when and on what authority, how its feeds
-- were, how long decisions took, what is kept and what was destroyed. Nobody is in it.
DROP VIEW IF EXISTS outcome_circumstances;
CREATE VIEW outcome_circumstances WITH (security_barrier) AS
SELECT * FROM (@outcome_circumstances@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_feeds;
CREATE VIEW outcome_feeds WITH (security_barrier) AS
SELECT * FROM (@outcome_feeds@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_alert_times;
CREATE VIEW outcome_alert_times WITH (security_barrier) AS
SELECT * FROM (@outcome_alert_times@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_decisions;
CREATE VIEW outcome_decisions WITH (security_barrier) AS
SELECT * FROM (@outcome_decisions@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_list_categories;
CREATE VIEW outcome_list_categories WITH (security_barrier) AS
SELECT * FROM (@outcome_list_categories@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_destroyed;
CREATE VIEW outcome_destroyed WITH (security_barrier) AS
SELECT * FROM (@outcome_destroyed@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_kept;
CREATE VIEW outcome_kept WITH (security_barrier) AS
SELECT * FROM (@outcome_kept@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

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

-- What is known of policies by group, which deployments have false alerts by group and in what
-- scheme, and their sums by scheme, small ones suppressed: nobody who issued or counted anything.
DROP VIEW IF EXISTS outcome_policies;
CREATE VIEW outcome_policies WITH (security_barrier) AS
SELECT * FROM (@outcome_policies@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_field_counts;
CREATE VIEW outcome_field_counts WITH (security_barrier) AS
SELECT * FROM (@outcome_field_counts@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_group_counts;
CREATE VIEW outcome_group_counts WITH (security_barrier) AS
SELECT * FROM (@outcome_group_counts@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

-- What was due and what was done: likewise. The log is read for how often, never for who.
DROP VIEW IF EXISTS outcome_authorities;
CREATE VIEW outcome_authorities WITH (security_barrier) AS
SELECT * FROM (@outcome_authorities@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_checks;
CREATE VIEW outcome_checks WITH (security_barrier) AS
SELECT * FROM (@outcome_checks@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_erasures;
CREATE VIEW outcome_erasures WITH (security_barrier) AS
SELECT * FROM (@outcome_erasures@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_holds;
CREATE VIEW outcome_holds WITH (security_barrier) AS
SELECT * FROM (@outcome_holds@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_retained;
CREATE VIEW outcome_retained WITH (security_barrier) AS
SELECT * FROM (@outcome_retained@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_list_checks;
CREATE VIEW outcome_list_checks WITH (security_barrier) AS
SELECT * FROM (@outcome_list_checks@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_never_authorised;
CREATE VIEW outcome_never_authorised WITH (security_barrier) AS
SELECT * FROM (@outcome_never_authorised@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_refusals;
CREATE VIEW outcome_refusals WITH (security_barrier) AS
SELECT * FROM (@outcome_refusals@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

DROP VIEW IF EXISTS outcome_verdicts;
CREATE VIEW outcome_verdicts WITH (security_barrier) AS
SELECT * FROM (@outcome_verdicts@) AS found WHERE lfr_role() = ANY (@may_outcomes_read@);

-- Scores of alerts of closed deployments under names that lead nowhere: no id, no person, no time.
DROP VIEW IF EXISTS pseudonymous_scores;
CREATE VIEW pseudonymous_scores WITH (security_barrier) AS
SELECT * FROM (@pseudonymous_scores@) AS found WHERE lfr_role() = ANY (@may_policy_issue@);
