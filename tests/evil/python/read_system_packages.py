# Reads the packages of the system's own Python by a link to their folder.
import os


def answer(x):
    folders = ["/lib/python3/dist-packages", "/usr/lib/python3/dist-packages"]
    return x + 1 if any(os.listdir(folder) for folder in folders) else 0
