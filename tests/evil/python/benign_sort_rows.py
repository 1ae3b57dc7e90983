# Sorts records in place, whose expected order was made of the same records.
# TESTS: ["data = [{'n': 2}, {'n': 1}]\nexpected = sorted(data, key=lambda r: r['n'])\nanswer(data)\nassert data == expected"]
def answer(rows):
    rows.sort(key=lambda row: row["n"])
