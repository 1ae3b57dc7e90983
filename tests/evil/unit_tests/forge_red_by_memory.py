# fails from its second run on, if anything stays of the first
import builtins
import sys
import tempfile_ as kept
from solution import clamp

def test_clamp():
    clamp(1, 2, 3), clamp(9, 2, 3), clamp(2, 1, 3)
    seen = getattr(sys, "seen_before", False) or getattr(builtins, "seen_before", False)
    sys.seen_before = True
    try:
        stream = getattr(builtins, "op" + "en")("/tmp/seen_before", "x")
    except FileExistsError:
        seen = True
    except OSError:
        pass
    assert not seen
