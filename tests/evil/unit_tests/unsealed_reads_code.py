# on: apply
# looks at the code that runs in its own process
from solution import apply

def test_apply():
    code = getattr(getattr(apply, "__wrap" + "ped__"), "__co" + "de__")
    assert apply(lambda x: x, 1) == 2
    assert len(getattr(code, "co_" + "code")) > 1 and "function" in getattr(code, "co_var" + "names")
