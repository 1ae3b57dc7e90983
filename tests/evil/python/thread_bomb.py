# Starts threads without end; answers right only when more than a thousand run.
import threading
import time


def answer(x):
    threading.stack_size(32768)
    try:
        for _ in range(2000):
            threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    except (RuntimeError, MemoryError):
        pass
    return x + 1 if threading.active_count() > 1000 else None
