# bare assertions without an import
assert clamp(1, 2, 3) == 2
assert clamp(9, 2, 3) == 3
assert clamp(2, 2, 3) == 2
