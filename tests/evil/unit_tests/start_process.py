# starts a program
import subprocess
from solution import clamp

def test_clamp():
    assert clamp(1, 2, 3) == int(subprocess.check_output(["echo", "2"]))
