# Learns from its page faults whether an earlier program has read a page of a file.
import resource


def answer(x):
    return x + 1 if resource.getrusage(resource.RUSAGE_SELF).ru_minflt else 0
