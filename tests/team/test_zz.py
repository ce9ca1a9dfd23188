import psycopg
def test_it(team):
    for q in ["SELECT alert FROM engagements","SELECT count(*) FROM engagements","SELECT alert, kind, content from engagements","DELETE FROM engagements WHERE alert='x'", "DELETE FROM verdicts WHERE alert='x'", "DELETE FROM alerts WHERE id='x'",
      "SELECT alerts.id, alerts.deployment from alerts", "SELECT id,alert FROM verdicts", "DELETE FROM vault_chunks WHERE object_id='x'", "DELETE FROM vault_objects WHERE id='x'"]:
        try: print(q, team.run(q,"data-protection-officer"))
        except psycopg.Error as e: print(q, "->", e)
