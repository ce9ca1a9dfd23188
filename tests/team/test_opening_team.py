from workbench.governance.roles import Role
import time
def test_it(team):
    t0=time.time()
    for role in Role:
        with team.open(role.value) as b:
            print(b.actor, b.expires, b.promise)
    print(time.time()-t0)
    with team.as_owner() as o:
        print(o.team.check().faults)
        print(o._context.store.log.verify(o._context.store.reading))
