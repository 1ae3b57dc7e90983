# on: sort_in_place
# looks at what the function did to its argument
from solution import sort_in_place

def test_sort():
    values = [3, 1, 2]
    assert sort_in_place(values) is None
    assert values == [1, 2, 3]
