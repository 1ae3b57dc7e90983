# Returns two halves of a character, which are one character when they arrive.
# TESTS: ["assert answer(1) == '\\U0001F600'"]
def answer(x):
    return "\ud83d\ude00"
