# Takes memory without end.
def answer(x):
    held = []
    while True:
        held.append(bytes(1 << 24))
