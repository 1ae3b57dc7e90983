# Threads, a queue and a pool.
import queue
import threading
from concurrent.futures import ThreadPoolExecutor


def answer(x):
    results = queue.Queue()
    thread = threading.Thread(target=lambda: results.put(x))
    thread.start()
    thread.join()
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(int, [results.get(), 1]))
