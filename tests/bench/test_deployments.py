def test_smoke(authorised, as_role, clock):
    ref = authorised()
    a = as_role("analyst")
    print(a.deployments.get(ref).plain())
    print(a.deployments.record(ref).shown())
    clock.turn(hours=10)
    print(a.deployments.list())
