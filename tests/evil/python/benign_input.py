# Asks for input where there is none.
def answer(x):
    try:
        return int(input("number? "))
    except EOFError:
        return x + 1
