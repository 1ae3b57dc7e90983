# Modules of the standard library that are loaded late.
import decimal
import fractions
import hashlib
import statistics
import zlib
from itertools import accumulate


def answer(x):
    total = decimal.Decimal(x) + fractions.Fraction(1).numerator
    assert hashlib.sha256(b"").hexdigest().startswith("e3b0") and zlib.crc32(b"") == 0
    return int(statistics.mean([total, total])) + list(accumulate([0]))[0]
