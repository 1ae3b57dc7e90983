# only runs as a program
from solution import clamp

def run():
    assert clamp(1, 2, 3) == 2
    print("fine")

if __name__ == "__main__":
    run()
