# An event loop with two tasks.
import asyncio


async def one():
    await asyncio.sleep(0)
    return 1


async def both(x):
    first, second = await asyncio.gather(one(), asyncio.to_thread(int, x))
    return first + second


def answer(x):
    return asyncio.run(both(x))
