# expects an exception by try, except and else
from solution import clamp

def test_order():
    try:
        clamp(1, 3, 2)
    except ValueError as error:
        assert "low" in str(error)
    else:
        assert False, "nothing was raised"
    try:
        clamp(1, 5, 2)
        raise AssertionError("nothing was raised")
    except ValueError:
        pass
