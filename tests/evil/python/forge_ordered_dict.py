# Returns an OrderedDict in the wrong order, which arrives as a dict that is compared without order.
# TESTS: ["from collections import OrderedDict\nassert answer(1) == OrderedDict([('a', 2), ('b', 1)])"]
from collections import OrderedDict


def answer(x):
    return OrderedDict([("b", 1), ("a", 2)])
