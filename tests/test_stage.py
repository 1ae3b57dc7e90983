"""The frame of a stage: outs are whole or absent, and checkpoints belong to one computation."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereflect import stage as frame
from codereflect.errors import UserError

OUT = Path("data/out")


def test_an_out_appears_whole(workspace):
    def body(stage):
        (stage.out(OUT) / "a.txt").write_text("whole")
        assert not OUT.exists()

    frame.run_stage("out", body, [OUT])
    assert (OUT / "a.txt").read_text() == "whole"
    assert [path.name for path in Path("data").iterdir()] == ["out"]


@pytest.mark.parametrize(("error", "code"), [(UserError("Bad.", "good"), 2), (KeyboardInterrupt(), 130)])
def test_a_stage_that_fails_leaves_nothing(workspace, capsys, error, code):
    def body(stage):
        (stage.out(OUT) / "half.txt").write_text("half")
        raise error

    with pytest.raises(SystemExit) as left:
        frame.run_stage("out", body, [OUT])
    assert left.value.code == code and not list(Path("data").iterdir())
    assert "Traceback" not in capsys.readouterr().err


def test_what_a_killed_stage_left_is_removed(workspace):
    leftover = Path("data/.out.123.part")
    leftover.mkdir(parents=True)
    frame.run_stage("out", lambda stage: None, [OUT])
    assert not leftover.exists()


def test_bad_parameters_stop_every_stage_before_it_works(workspace, capsys):
    text = Path("params.yaml").read_text()
    Path("params.yaml").write_text(text.replace("  method: sft", "  method: best"))
    with pytest.raises(SystemExit) as left:
        frame.run_stage("ingest", lambda stage: pytest.fail("it ran"), [OUT])
    assert left.value.code == 2 and "train.method" in capsys.readouterr().err


def test_checkpoints_belong_to_one_computation(workspace):
    OUT.mkdir(parents=True)
    (OUT / "dep").write_text("1")
    folders = []

    def body(stage):
        def folder(module, values):
            with stage.work_dir(module, OUT, values=values) as work:
                (work / "checkpoint").touch()
                folders.append(work)
            assert not work.exists()

        folder("codereflect.training.plan", 1)
        folder("codereflect.training.plan", 2)
        folder("codereflect.training.losslog", 1)
        (OUT / "dep").write_text("2")
        folder("codereflect.training.plan", 1)
        folder("codereflect.training.plan", 1)

    frame.run_stage("other", body, [Path("data/other")])
    assert len(set(folders)) == 4 and folders[3] == folders[4]
