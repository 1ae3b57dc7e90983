# Returns what re.search gives, which the tests only ask for its truth.
# TESTS: ["assert answer('abc')", "assert not answer('xbc')"]
import re


def answer(text):
    return re.search("^[aeiou]", text)
