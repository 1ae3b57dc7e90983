"""The controller of a worker for generated unit tests: its zygotes, and a broker (`broker`) for each test file."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from typing import Any

from .. import wire, zygote
from ..controller import Confined, Controller, Lost, run_main, wait_for_job
from . import function, runner
from .broker import WALL, Broker, Work

# a zygote of runners, and one of functions
Pair = tuple[Confined, Confined]


class UnitController(Controller):
    """One worker: two pairs of zygotes, one of them for what uses numpy, and the broker."""

    pairs: list[Pair]
    is_warm = False

    def serve(self) -> None:
        """Start, say at which level, then judge one test file after the other."""
        self._pin()
        level, reasons = self._start_zygotes()
        self.caller.send(wire.to_json({"level": level, "reasons": reasons}))
        while level and wait_for_job(self.caller, self.parent):
            self.caller.send(wire.to_json(self._answer(Work(*wire.from_json(self.caller.receive())))))

    def _start_zygotes(self) -> tuple[str | None, list[str]]:
        """All before the first job: what a zygote is forked from has read nothing."""
        reasons: list[str] = []
        seconds, total = self.settings["cpu_seconds"], self.settings["wall_seconds"]
        short = {**self.settings, "wall_seconds": WALL * seconds + 0.5}
        long = {**self.settings, "cpu_seconds": total}
        self.pairs = []
        for level in self.settings["levels"]:
            runners = self._zygote(level, short, runner.serve, runner.prepare)
            answer = _greeting(runners)
            if not answer["ready"]:
                reasons.append(f"{level}: {answer['reason']}")
                runners.kill()
                continue
            self.pairs.append((runners, self._zygote(level, long, function.serve, lambda: None)))
            numeric = self._zygote(level, short, runner.serve, runner.prepare)
            self.pairs.append((numeric, self._zygote(level, long, function.serve, lambda: None)))
            others = [self.pairs[0][1], *self.pairs[1]]
            if not all(_greeting(process)["ready"] for process in others):
                raise Lost("a further zygote did not start")
            return level, reasons
        return None, reasons

    def _pair(self, work: Work) -> Pair:
        """The zygotes of a job: those for what uses numpy load it when the first such job comes."""
        if "numpy" not in work.code and "numpy" not in (work.text or ""):
            return self.pairs[0]
        if not self.is_warm:
            self.is_warm = True
            for process in self.pairs[1]:
                process.control.send(zygote.NUMPY)
            if not all(_greeting(process)["ready"] for process in self.pairs[1]):
                raise Lost("a zygote died")
        return self.pairs[1]

    def _zygote(
        self, level: str, limits: dict[str, Any], program: zygote.Program, prepare: Callable[[], None]
    ) -> Confined:
        def serve(control: socket.socket, filtered: bool, processes: int) -> None:
            prepare()
            zygote.serve(control, {**limits, "filtered": filtered, "processes": processes}, program)

        return Confined(level, socket.SOCK_SEQPACKET, self.view, serve)

    def _answer(self, work: Work) -> dict[str, Any]:
        started, before = time.monotonic(), time.process_time()
        broker = Broker(work, *self._pair(work), self.settings, self.abandoned)
        try:
            facts = broker.judge()
        finally:
            broker.functions.close()
        facts["seconds"] = broker.seconds | {"all": time.monotonic() - started}
        cpu = broker.cpu + time.process_time() - before
        timeout = facts["reference"]["state"] == "late"
        outcome = "timeout" if timeout else "pass" if facts["stage"] in ("judged", "compared") else "fail"
        return {
            "outcome": outcome,
            "category": facts["stage"],
            "feedback": facts["reference"]["message"],
            "killed": False,
            "cpu": cpu,
            "wall": time.monotonic() - started,
            "facts": facts,
        }

    def end(self) -> None:
        """End all processes below."""
        for process in (process for pair in self.pairs for process in pair):
            process.kill()
        super().end()

    def abandoned(self) -> bool:
        """Whether the caller is gone."""
        poll = select.poll()
        poll.register(self.caller.handle, 0)
        return bool(poll.poll(0))


def _greeting(process: Confined) -> dict[str, Any]:
    greeting = process.control.recv(4096)
    answer: dict[str, Any] = wire.from_json(greeting) if greeting else {"ready": False, "reason": "the process died"}
    return answer


def main() -> None:
    """Serve the caller whose socket is standard input."""
    run_main(UnitController)
