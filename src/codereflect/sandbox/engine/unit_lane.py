"""The controller of a lane for generated unit tests: two zygotes, and a broker (`unit_broker`) for each test file."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from typing import Any

from . import unit_function, unit_runner, wire, zygote
from .lane import Confined, Controller, Lost, run_main, wait_for_job
from .unit_broker import WALL, Broker, Work


class UnitController(Controller):
    """One lane: two zygotes, and the broker."""

    def serve(self) -> None:
        """Start, say at which level, then judge one test file after the other."""
        self._pin()
        level, reasons = self._start_zygotes()
        self.caller.send(wire.to_json({"level": level, "reasons": reasons}))
        while level and wait_for_job(self.caller, self.parent):
            self.caller.send(wire.to_json(self._answer(Work(*wire.from_json(self.caller.receive())))))

    def _start_zygotes(self) -> tuple[str | None, list[str]]:
        reasons: list[str] = []
        seconds, total = self.settings["cpu_seconds"], self.settings["wall_seconds"]
        short = {**self.settings, "wall_seconds": WALL * seconds + 0.5}
        long = {**self.settings, "cpu_seconds": total}
        for level in self.settings["levels"]:
            runners = self._zygote(level, short, unit_runner.serve, unit_runner.prepare)
            answer = _greeting(runners)
            if answer["ready"]:
                self.runners = runners
                self.functions = self._zygote(level, long, unit_function.serve, lambda: None)
                if not _greeting(self.functions)["ready"]:
                    raise Lost("the second zygote did not start")
                return level, reasons
            reasons.append(f"{level}: {answer['reason']}")
            runners.kill()
        return None, reasons

    def _zygote(
        self, level: str, limits: dict[str, Any], program: zygote.Program, prepare: Callable[[], None]
    ) -> Confined:
        def serve(control: socket.socket, filtered: bool, processes: int) -> None:
            prepare()
            zygote.serve(control, {**limits, "filtered": filtered, "processes": processes}, program)

        return Confined(level, socket.SOCK_SEQPACKET, self.view, serve)

    def _answer(self, work: Work) -> dict[str, Any]:
        started, before = time.monotonic(), time.process_time()
        broker = Broker(work, self.runners, self.functions, self.settings, self.abandoned)
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
        for name in ("runners", "functions"):
            if hasattr(self, name):
                getattr(self, name).kill()
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
