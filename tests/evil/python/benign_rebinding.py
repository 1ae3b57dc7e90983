# Puts another list in the place of a row and leaves the row itself as it was.
# TESTS: ["row = [1]\nassert answer([row]) == 1\nassert row == [1]"]
def answer(rows):
    rows[0] = []
    return 1
