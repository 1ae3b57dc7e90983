"""Duplicates against a slow exact reference: which rows go, in whatever order they come and whatever is added."""

from __future__ import annotations

import itertools
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codereflect.corpora.duplicates import (
    Duplicate,
    Settings,
    counts,
    split_duplicates,
)
from codereflect.corpora.shingles import shingles

WORDS = [f"w{number}" for number in range(40)]
texts = st.lists(st.sampled_from(["a", "b", "c", "(", "é", "名"]), max_size=12).map(" ".join)
rows_of_texts = st.lists(texts, max_size=25).map(lambda found: [(f"k{i}", text) for i, text in enumerate(found)])


def near_duplicates(rows: Iterable[tuple[str, str]], how: Settings | None = None) -> dict[str, Duplicate]:
    """Of one side alone."""
    return split_duplicates(((key, text, False) for key, text in rows), how)


def grams(text: str, size: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+|[^\w\s]", text)
    if not words:
        return set()
    return {tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}


def jaccard(one: str, other: str) -> float:
    mine, theirs = grams(one), grams(other)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0


def family(rng: random.Random, members: int, length: int = 60) -> list[str]:
    """A text and variants of it that differ in more and more words."""
    words = rng.choices(WORDS, k=length)
    found = [" ".join(words)]
    for number in range(1, members):
        changed = list(words)
        for _ in range(number):
            changed[rng.randrange(length)] = rng.choice(WORDS)
        found.append(" ".join(changed))
    return found


def corpus(seed: int, families: int = 40) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    found = [text for _ in range(families) for text in family(rng, rng.randint(1, 5))]
    return [(f"row {number}", text) for number, text in enumerate(found)]


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.9, 1.0])
def test_what_goes_is_similar_to_what_stays_and_no_two_that_stay_are(threshold: float) -> None:
    rows = corpus(3)
    gone = near_duplicates(rows, Settings(threshold=threshold))
    text = dict(rows)
    for key, one in gone.items():
        assert one.kept not in gone
        assert one.similarity == pytest.approx(jaccard(text[key], text[one.kept])) and one.similarity >= threshold
    stay = [key for key, _ in rows if key not in gone]
    alike = [(a, b) for i, a in enumerate(stay) for b in stay[:i] if jaccard(text[a], text[b]) >= threshold]
    pairs = sum(jaccard(a, b) >= threshold for i, (_, a) in enumerate(rows) for _, b in rows[:i])
    assert len(alike) <= 0.02 * pairs  # what sketches may miss
    assert gone or threshold == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_and_their_keys_change_nothing(seed: int) -> None:
    rows = corpus(seed) + [("again", corpus(seed)[0][1])]
    gone = near_duplicates(rows)
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert near_duplicates(shuffled) == gone
    renamed = near_duplicates([("z" + key, text) for key, text in rows])
    assert renamed == {"z" + key: Duplicate("z" + one.kept, one.similarity, one.exact) for key, one in gone.items()}


@settings(max_examples=60, deadline=None)
@given(rows_of_texts, st.randoms(use_true_random=False), st.sampled_from([0.4, 0.7, 1.0]))
def test_any_rows_in_any_order(rows: list[tuple[str, str]], rng: random.Random, threshold: float) -> None:
    gone = near_duplicates(rows, Settings(threshold=threshold))
    assert near_duplicates(rng.sample(rows, len(rows)), Settings(threshold=threshold)) == gone
    text = dict(rows)
    for key, one in gone.items():
        assert jaccard(text[key], text[one.kept]) == pytest.approx(one.similarity)
        assert one.similarity >= threshold and one.kept not in gone
        assert one.exact == (text[key].split() == text[one.kept].split())
    stay = [text[key].split() for key, _ in rows if key not in gone]
    assert len({tuple(words) for words in stay}) == len(stay)


@settings(max_examples=40, deadline=None)
@given(rows_of_texts, texts)
def test_a_new_row_moves_none_whose_hash_is_smaller(rows: list[tuple[str, str]], text: str) -> None:
    before, after = near_duplicates(rows), near_duplicates([*rows, ("new", text)])
    place = {key: tuple(shingles([one], 5, pad=True).digests[0].tolist()) for key, one in [*rows, ("new", text)]}
    for key, _ in rows:
        if place[key] < place["new"]:
            assert before.get(key) == after.get(key)
    if any(one.split() == text.split() for _, one in rows):
        assert {key for key in after if key != "new"} == set(before)


def test_a_new_row_changes_the_fate_of_at_most_one_old_row_on_average() -> None:
    rows = corpus(7, families=60)
    rng = random.Random(5)
    changed = 0
    for number in range(30):
        added = family(random.Random(number), 2)[1] if number % 3 else rng.choice(rows)[1] + " more words here"
        before, after = set(near_duplicates(rows)), set(near_duplicates([*rows, ("new", added)])) - {"new"}
        changed += len(before ^ after)
    assert changed <= 30


def test_of_equally_similar_rows_the_order_does_not_choose() -> None:
    rng = random.Random(2)
    for number in range(10):
        left, right = ([f"{side}{number}x{place}" for place in range(60)] for side in "lr")
        rows = [("left", " ".join(left)), ("right", " ".join(right))]
        rows += [("middle", " ".join(left[20:] + right[:40]))]
        found = [near_duplicates(rng.sample(rows, 3), Settings(threshold=0.3)) for _ in range(6)]
        assert all(one == found[0] for one in found) and len(found[0]) in (1, 2)


def test_a_chain_does_not_join_what_is_not_alike() -> None:
    words = [f"t{number}" for number in range(200)]
    chain = [(f"link {start}", " ".join(words[start : start + 100])) for start in range(0, 60, 6)]
    gone = near_duplicates(chain, Settings(threshold=0.8))
    text = dict(chain)
    assert jaccard(text["link 0"], text["link 54"]) < 0.4 < 0.8 <= jaccard(text["link 0"], text["link 6"])
    assert len(chain) - len(gone) >= 3
    assert all(jaccard(text[key], text[one.kept]) >= 0.8 for key, one in gone.items())


def test_identical_rows_leave_the_smallest_key() -> None:
    rows = [("b", "int f ( ) { }"), ("a", "int  f(){}"), ("c", "int f ( ) { }\n"), ("d", "another text")]
    assert near_duplicates(rows) == {"b": Duplicate("a", 1.0, True), "c": Duplicate("a", 1.0, True)}
    assert counts(near_duplicates(rows)) == {"exact": 2, "near": 0}


def test_the_threshold_is_met_exactly() -> None:
    words = [f"t{number}" for number in range(104)]  # 100 n-grams; 10 of them touch the last 10 words
    rows = [("a", " ".join(words)), ("b", " ".join(words[:94]))]
    assert jaccard(rows[0][1], rows[1][1]) == 0.9
    assert near_duplicates(rows, Settings(threshold=0.9)) and not near_duplicates(rows, Settings(threshold=0.901))


def test_strange_rows() -> None:
    rows = [
        ("empty", ""),
        ("space", " \n\t"),
        ("short", "a"),
        ("short too", "a b"),
        ("half", "x \ud800 y"),
        ("nul", "\0"),
    ]
    rows += [("huge", "word " * 300_000), ("huge too", "word " * 300_001), ("名", "名前 = 'é' # 🙂" * 5)]
    gone = near_duplicates(rows)
    assert set(gone) == {"space", "huge"} or set(gone) == {"space", "huge too"}
    assert gone["space"] == Duplicate("empty", 1.0, True)
    assert near_duplicates([]) == {} == split_duplicates([("a", "b", True)])


def test_an_order_of_words_is_not_lost_in_short_rows() -> None:
    rows = [("a", "x y"), ("b", "y x"), ("c", "x y z"), ("d", "x")]
    assert near_duplicates(rows, Settings(threshold=0.1)) == {}


def test_two_rows_of_one_key_are_refused() -> None:
    for sides in ((False, False), (True, True), (True, False)):
        with pytest.raises(ValueError, match="key a"):
            split_duplicates([("a", "x", sides[0]), ("a", "y", sides[1])])
    with pytest.raises(ValueError, match="threshold"):
        Settings(threshold=0)


@settings(max_examples=60, deadline=None, derandomize=True)  # a sketch may miss a pair, the same one every time
@given(rows_of_texts, rows_of_texts, st.randoms(use_true_random=False))
def test_no_duplicate_is_left_on_either_side_or_on_both(
    train: list[tuple[str, str]], tests: list[tuple[str, str]], rng: random.Random
) -> None:
    rows = [(f"test {key}", text, True) for key, text in tests] + [(f"train {key}", text, False) for key, text in train]
    gone = split_duplicates(rows)
    assert split_duplicates(rng.sample(rows, len(rows))) == gone
    text_of = {key: text for key, text, _ in rows}
    stay = [key for key in text_of if key not in gone]
    assert all(jaccard(text_of[one], text_of[other]) < 0.7 for one, other in itertools.combinations(stay, 2))
    for key, why in gone.items():
        assert why.kept in stay and jaccard(text_of[key], text_of[why.kept]) == pytest.approx(why.similarity)
        assert why.similarity >= 0.7
        assert key.startswith("train") or why.kept.startswith("test"), "a tested row goes for a tested one alone"


def test_one_pass_over_both_sides_is_the_tested_side_first_then_across_then_what_is_left() -> None:
    rows = [(key, text, number % 4 == 0) for number, (key, text) in enumerate(corpus(13))]
    rows += [("copy", rows[0][1], False), ("tested copy", rows[4][1], True)]
    gone = split_duplicates(random.Random(1).sample(rows, len(rows)))
    tested = [(key, text) for key, text, side in rows if side]
    among_tested = near_duplicates(tested)
    left = [(key, text) for key, text in tested if key not in among_tested]
    train = [(key, text) for key, text, side in rows if not side]
    beside = {key for key, text in train if max(jaccard(text, other) for _, other in left) >= 0.7}
    among_train = near_duplicates([(key, text) for key, text in train if key not in beside])
    assert set(gone) == set(among_tested) | beside | set(among_train)
    assert all(gone[key].kept in dict(left) for key in beside)
    assert {key: gone[key] for key in among_tested} == among_tested and "tested copy" in among_tested
    assert gone["copy"] == Duplicate("row 0", 1.0, True) or "row 0" in gone
    assert among_tested and beside and among_train


@settings(max_examples=40, deadline=None)
@given(rows_of_texts, rows_of_texts, texts)
def test_training_rows_never_move_tested_ones(
    train: list[tuple[str, str]], tests: list[tuple[str, str]], new: str
) -> None:
    tested = [(f"test {key}", text, True) for key, text in tests]
    alone = split_duplicates(tested)
    gone = split_duplicates([*((key, text, False) for key, text in [*train, ("new", new)]), *tested])
    assert {key: one for key, one in gone.items() if key.startswith("test ")} == alone
    with pytest.raises(ValueError, match="key k"):
        split_duplicates([("k", "a", True), ("k", "b", False)])


def test_bands_keep_the_recall() -> None:
    for threshold in (0.1, 0.5, 0.7, 0.8, 0.95, 1.0):
        chosen = Settings(threshold=threshold)
        bands, slots = chosen.banding()
        assert bands * slots <= chosen.permutations
        assert 1 - (1 - threshold**slots) ** bands >= chosen.recall


def test_the_same_under_another_hash_seed() -> None:
    program = (
        "from codereflect.corpora.duplicates import split_duplicates\n"
        "rows = [(str(i), ' '.join(str(j // (1 + i % 3)) for j in range(i // 4, 60)), i % 7 == 0) for i in range(60)]\n"
        "print(split_duplicates(rows))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1 and "Duplicate" in said.pop()
