# Takes memory without end.
def answer(x):
    held = []
    while True:
        held.append(bytearray(1 << 24))
