"""What an experiment uses: a stage whose work nobody asked for leaves an empty out.

Each answer lies in a file of its own, which a stage depends on instead of the parameters that decide it: where those
change and the answer does not, nothing runs again.
"""

from __future__ import annotations

import json
from pathlib import Path

from codereflect.json_files import dump_json, write_text_atomically
from codereflect.params import Params


def needs(params: Params) -> dict[str, bool]:
    """What is needed, by name.

    `corpus`: its rows, to train the base model or an arm on; `rows`: rows for the arms, and attempts, which are
    explained: every arm's losses are measured on both; `sft`: the model that plain fine-tuning makes.
    """
    train = params.train
    trains = train.method != "none"
    return {
        "corpus": trains or params.model.name == "micro",
        "rows": trains,
        "sft": train.method == "sft" or (trains and train.init == "sft"),
    }


def write_needs(params: Params, folder: Path) -> None:
    """Write NAME.json for each answer into `folder`."""
    for name, needed in needs(params).items():
        write_text_atomically(folder / f"{name}.json", dump_json({"needed": needed}) + "\n")


def is_needed(folder: Path, name: str) -> bool:
    """What `write_needs` wrote."""
    return bool(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["needed"])
