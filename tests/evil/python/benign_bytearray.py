# Changes a bytearray that it is given.
# TESTS: ["assert answer(bytearray(b'a')) == b'a\\x01'"]
def answer(data):
    data.append(1)
    return bytes(data)
