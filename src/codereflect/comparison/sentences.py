"""What a comparison says, in plain words: one sentence for the verdict, notes on what it does not cover."""

from __future__ import annotations

from codereflect.comparison.arms import FACTOR
from codereflect.comparison.results import Comparison, Line
from codereflect.comparison.seeds import Seeded
from codereflect.comparison.statistics import FEW, Interval, Paired
from codereflect.params import flatten
from codereflect.terminal import one_line


def points(line: Line, value: float) -> str:
    """A difference in the unit of its line, signed: percentage points of shares, else the scale of the scores."""
    return f"{signed(value * 100, 1)} points" if line.share else signed(value, 2)


def signed(value: float, digits: int) -> str:
    """A number with its sign; what rounds to zero has none."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def size(line: Line, value: float) -> str:
    """The size of a difference, without a sign."""
    return f"{abs(value) * 100:.1f} points" if line.share else f"{abs(value):.2f}"


def verdict(line: Line, a: str, b: str) -> str:
    """One sentence: which arm is better on a line, or what could have been detected."""
    estimate = line.estimate
    where = one_line(f"{line.suite}{f', {line.category}' if line.category else ''}, {line.metric}")
    if estimate is None:
        return f"{where}: no scores per task, so there is no interval."
    if estimate.interval is None:
        return f"{where}: {_undefined(line, estimate)}"
    interval = f"{points(line, estimate.difference)}, 95% interval {signed_pair(line)}, {estimate.n:,} tasks"
    better, worse = map(one_line, (b, a) if estimate.difference > 0 else (a, b))
    significant = estimate.p is not None and estimate.p < 0.05
    if estimate.interval.excludes_zero and significant:
        return f"{where}: {better} is better than {worse} ({interval})."
    detectable = _detectable(line, estimate)
    if estimate.interval.excludes_zero or significant:
        return (
            f"{where}: borderline, the interval and the test disagree ({interval}, p = {estimate.p:.3f}); {detectable}."
        )
    return f"{where}: no difference shown ({interval}); {detectable}."


def signed_pair(line: Line) -> str:
    """The interval of a line, `[-1.2, +3.4]`, or a dash."""
    return bounds(line, line.interval) if line.interval else "-"


def bounds(line: Line, interval: Interval) -> str:
    """An interval in the unit of a line."""
    scale, digits = (100, 1) if line.share else (1, 2)
    return f"[{signed(interval.low * scale, digits)}, {signed(interval.high * scale, digits)}]"


def _undefined(line: Line, estimate: Paired | Seeded) -> str:
    if estimate.n == 1:
        return "a single task shows nothing."
    if isinstance(estimate, Seeded):
        return "all tasks and seeds differ by the same amount, so there is no interval."
    if estimate.difference == 0:
        return f"no task of {estimate.n:,} ends differently in the two arms; {_detectable(line, estimate)}."
    return f"all {estimate.n:,} tasks differ by the same amount, {points(line, estimate.difference)}."


def _detectable(line: Line, estimate: Paired | Seeded) -> str:
    if estimate.smallest is None:
        return "too few tasks to detect a difference of any size with 80% power"
    return f"minimum detectable effect (80% power): {size(line, estimate.smallest)}"


def needed(line: Line) -> str | None:
    """What it takes to detect a difference as large as the observed one, where it was not shown."""
    estimate = line.estimate
    if estimate is None or (estimate.interval and estimate.interval.excludes_zero) or estimate.difference == 0:
        return None
    start = f"{one_line(line.suite)}: detecting {size(line, estimate.difference)} with 80% power takes"
    if isinstance(estimate, Paired):
        return f"{start} about {estimate.needed:,} tasks (here {estimate.n:,})." if estimate.needed else None
    if estimate.seeds_needed:
        return f"{start} about {estimate.seeds_needed:,} {estimate.unit} (here {estimate.units})."
    return f"{start} more tasks: with {estimate.n:,}, no number of {estimate.unit} is enough."


def notes(comparison: Comparison) -> list[str]:
    """What a reader must know beside the table: noise left out, runs and tasks left out, rough intervals."""
    deciding = [line for line in comparison.lines if line.decides]
    found = [*_training_noise(comparison), *(text for line in deciding if (text := needed(line)))]
    left = {line.suite: line.left_out for line in comparison.lines if line.left_out and not line.category}
    found += [
        f"{one_line(suite)}: {count:,} tasks are left out, as some run has no score for them."
        for suite, count in left.items()
    ]
    if comparison.invalid:
        found.append(f"{comparison.invalid:,} invalid verdicts (failures of the sandbox, not of answers) are left out.")
    if len(deciding) > 1:
        found.append(f"The p values are not corrected for comparing {len(deciding)} suites.")
    found += [
        f"{one_line(line.suite)}: only {line.estimate.wins + line.estimate.losses} tasks differ: "
        "the interval is rough, rely on p."
        for line in deciding
        if isinstance(line.estimate, Paired) and 0 < line.estimate.wins + line.estimate.losses < FEW
    ]
    if comparison.unmatched:
        found.append(f"Left out, since the other arm has no run with these seeds: {', '.join(comparison.unmatched)}.")
    if comparison.silent:
        names = ", ".join(comparison.silent)
        found.append(f"What else differs is unknown: {names} record neither all parameters nor their code.")
    return found


def _training_noise(comparison: Comparison) -> list[str]:
    """Whether the intervals include the noise of training, and the command that makes them."""
    pairs = comparison.pairs
    bases = {pair.seeds[0] for pair in pairs}
    per_base = {pair.seeds[0]: sum(other.seeds[0] == pair.seeds[0] for other in pairs) for pair in pairs}
    methods = [name for name in dict.fromkeys(run.method for pair in pairs for run in (pair.a, pair.b)) if name]
    sweep = f"codereflect sweep -S {FACTOR}={','.join(methods or ['sft', 'reflection'])} -S train.seed=1,2,3"
    if len(pairs) == 1 and not pairs[0].a.params and not pairs[0].b.params:
        return ["The intervals hold for these two sets of answers: other draws or another training may turn the sign."]
    if len(pairs) == 1:
        both = "One training run per arm: the intervals hold for these two models. "
        return [both + f"Training noise is not included; another seed may reverse the sign. To include it:\n  {sweep}"]
    own_base = any(flatten(pair.a.params).get("model.name") == "micro" for pair in pairs)
    if len(bases) == 1 and own_base:
        start = "One base model: noise of its training is not included. To include it:"
        return [f"{start}\n  {sweep} -S base.seed=1,2,3"]
    if len(bases) > 1 and max(per_base.values()) == 1:
        return ["One training seed per base model: noise of base and method are included, but not separable."]
    return []


def spread(line: Line) -> str | None:
    """The seeds of the interval, the spread between seeds, and the two other intervals; None with one pair of seeds."""
    estimate = line.estimate
    if not isinstance(estimate, Seeded):
        return None
    parts = [
        f"{size(line, value)} between {name}"
        for name, value in (("base means", estimate.sd_base), ("training seeds of one base", estimate.sd_train))
        if value is not None
    ]
    deviation = f": SD of the difference {', '.join(parts)}" if parts else ""
    text = f"{one_line(line.suite)}, {line.metric}, over {estimate.units} {estimate.unit}{deviation}."
    others = [
        f"{interval.method} {bounds(line, interval)}"
        for interval in (estimate.seed_interval, estimate.bootstrap)
        if interval
    ]
    return f"{text} Other intervals: {'; '.join(others)}." if others else text


def flagged(comparison: Comparison) -> str:
    """One sentence on the differences beyond the declared factor."""
    beyond = [one for one in comparison.differences if not one.expected]
    if not beyond:
        return f"The arms differ in {FACTOR} only." if not comparison.silent else ""
    names = [f"{one.kind} {one.key}" for one in beyond]
    some = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"The arms differ in more than {FACTOR}, so the cause may be another: {some}."


def other_interval(line: Line) -> str | None:
    """Student's paired interval beside the bootstrap's, for scores that are not just right or wrong."""
    estimate = line.estimate
    if not isinstance(estimate, Paired) or estimate.binary or estimate.t_interval is None:
        return None
    low, high = estimate.t_interval.low, estimate.t_interval.high
    chance = "" if estimate.power is None else f" Power to detect a difference this large: {estimate.power:.3f}."
    return f"Paired t interval: [{signed(low, 2)}, {signed(high, 2)}].{chance}"
