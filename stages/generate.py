"""dvc repro generate: the trained model answers every problem of every suite."""

import _source  # noqa: F401
from codereflect import paths
from codereflect.generation.answer_suites import answer_suites
from codereflect.generation.engines.local import LocalEngine
from codereflect.stage import Stage, run_stage


def generate(stage: Stage) -> None:
    """models/trained, data/suites -> data/generated"""
    engine = LocalEngine(paths.TRAINED_MODEL, stage.workers)
    answer_suites(engine, paths.SUITES, stage.params, stage.store, stage.out(paths.GENERATED))


if __name__ == "__main__":
    run_stage("generate", generate, outs=[paths.GENERATED])
