"""MLflow's own pages, as a browser shows them: the runs table and the compare page begin with the head metrics."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from codereflect.runs.run import published_runs
from codereflect.tracking.mlflow_log import Tracker, sync

ROOT = Path(__file__).resolve().parents[2]
ARMS = ("sft-b1-s1", "reflection-b1-s1")
HEAD = [f"eval/micro_{suite}/pass_at_1" for suite in ("java", "python", "repair")]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Texts(HTMLParser):
    """The texts of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Tracker]]:
    """The address of an MLflow server that shows one published run of each arm."""
    root = tmp_path_factory.mktemp("mlflow")
    for folder in (folder for arm in ARMS for folder in (ROOT / "metrics/published").glob(f"{arm}-*")):
        shutil.copytree(folder, root / "metrics/published" / folder.name)
    database = f"sqlite:///{root / 'mlflow.db'}"
    tracker = Tracker(database)
    assert sync(published_runs(root), tracker) == {"logged": 2}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    with open(root / "log", "wb") as log:
        server = subprocess.Popen(
            [sys.executable, *command, "--backend-store-uri", database], stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", tracker
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def wait_for(address: str, patience: float = 120) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < until, f"{address} does not answer"
            time.sleep(0.5)


def texts(address: str, folder: Path, expected: str) -> list[str]:
    """What Chromium shows at an address, read again until what is expected is there: pages load in several steps."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=2400,4000"]
    waiting = ["--timeout=20000", "--virtual-time-budget=20000", f"--user-data-dir={folder}"]
    found: list[str] = []
    for _ in range(3):
        done = subprocess.run(
            ["chromium", *options, *waiting, "--dump-dom", address], capture_output=True, text=True, timeout=90
        )
        found = Texts(done.stdout).found
        if expected in found:
            return found
    pytest.fail(f"{expected} is not on {address}: {found}")


def test_the_runs_table_shows_the_head_metrics_of_both_arms(served, tmp_path):
    address, tracker = served
    shown = texts(address + tracker.page, tmp_path, "0.5345")
    assert {*HEAD, "train.method", "base.seed", "train.seed"} <= set(shown)
    assert {"sft", "reflection", "0.558"} <= set(shown)


def test_the_compare_page_plots_a_head_metric_and_lists_those_of_both_arms(served, tmp_path):
    address, tracker = served
    runs = tracker._client.search_runs([tracker._experiment])
    query = urllib.parse.urlencode(
        {"runs": json.dumps([run.info.run_id for run in runs]), "experiments": json.dumps([tracker._experiment])}
    )
    shown = texts(f"{address}/#/compare-runs?{query}", tmp_path, HEAD[2])
    before_details = shown[: shown.index("Run details")]
    assert HEAD[0] in before_details and "train.method" in before_details
    of_both = shown[shown.index("Metrics", shown.index("Run details")) :]
    for arm in (("0.304", "0.558", "0.2"), ("0.274", "0.535", "0.272")):
        assert {*HEAD, *arm} <= set(of_both)
