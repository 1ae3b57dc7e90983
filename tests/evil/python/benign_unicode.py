# Names, strings and lone surrogates beyond ASCII.
def größe(текст):
    return len(текст)


def answer(x):
    print("→ ☃ \ud800".encode("utf-8", "replace"))
    return x + größe("☃")
