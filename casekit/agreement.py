"""How far coders agree: percent agreement, Cohen's kappa, Krippendorff's alpha (nominal).

Written to be read: every measure is a few lines of arithmetic on counts. A value that is missing
is None (or NaN). Where a measure says nothing, the result says why in a sentence and holds no
number.

A unit is what is coded (a segment). `percent` and `alpha` take a list with one entry for each
unit: the list of the values its coders gave. `kappa` takes two coders' values in the same order.
Codings with several codes to a unit are judged code by code, as columns of yes and no: `by_code`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from attrs import frozen

Units = Iterable[Sequence[Hashable]]
Codings = Mapping[str, Mapping[str, Collection[str]]]  # coder -> unit -> codes

REPORT = 0.8  # from here on, findings that rest on a code may be reported
TENTATIVE = 0.667  # from here on as tentative, below not at all [krippendorff2018]

ALONE = "No unit was coded by two coders, so there is nothing to compare."
ALIKE = (
    "All values are the same. Without variation nobody can tell agreement from habit, so "
    "the measure is not defined here."
)


@frozen
class Result:
    """A measure and what it rests on. ``value`` is None where the measure is not defined.

    ``low`` and ``high`` bound the middle 95 per cent of the resamples, if any were drawn;
    ``units`` counts the units that at least two coders coded, ``values`` what they gave there.
    """

    measure: str
    value: float | None
    units: int
    values: int
    sentence: str
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """What convention allows with this alpha: "report", "tentative", "no report" or ""."""
        if self.value is None:
            return ""
        if self.value >= REPORT:
            return "report"
        return "tentative" if self.value >= TENTATIVE else "no report"


def missing(value: Any) -> bool:
    """Whether a value is none: None, or a NaN, which is not equal to itself."""
    try:
        return value is None or bool(value != value)
    except TypeError:  # the NA of pandas, which is neither equal nor unequal
        return True


def count(units: Units) -> list[Counter]:
    """Return, for each unit with at least two values, how often each value was given.

    Only these units can be compared; Krippendorff calls their values pairable.
    """
    counted = [Counter(v for v in unit if not missing(v)) for unit in units]
    return [unit for unit in counted if unit.total() >= 2]


def percent(units: Units) -> Result:
    """Return percent agreement: of all pairs of values of one unit, the share that is equal.

        equal pairs / pairs = Σ_u Σ_c n_uc (n_uc − 1)  /  Σ_u n_u (n_u − 1)

    with n_uc coders who gave unit u the value c. For two coders this is the share of units on
    which they agree. It ignores agreement expected by chance and flatters [lombard2002].
    """
    counts = count(units)
    equal = sum(n * (n - 1) for unit in counts for n in unit.values())
    pairs = sum(unit.total() * (unit.total() - 1) for unit in counts)
    return _result("percent agreement", equal / pairs if pairs else None, counts)


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Result:
    """Return Cohen's kappa of two coders [cohen1960].

        kappa = (p_o − p_e) / (1 − p_e)

    p_o is the share of units on which the two agree, p_e the agreement expected by chance if each
    kept to their own frequencies: Σ_c p_1(c) p_2(c). Units one of them left out do not count.
    Raises ValueError if the two lists are not equally long.
    """
    both = [p for p in zip(first, second, strict=True) if not any(map(missing, p))]
    counts = [Counter(pair) for pair in both]
    if not both:
        return _result("kappa", None, counts)
    n = len(both)
    ones, twos = Counter(a for a, _ in both), Counter(b for _, b in both)
    observed = sum(a == b for a, b in both) / n
    expected = sum(ones[value] * twos[value] for value in ones) / n**2
    value = (observed - expected) / (1 - expected) if len(ones | twos) > 1 else None
    return _result("kappa", value, counts)


def alpha(units: Units, draws: int = 0, seed: int = 0) -> Result:
    """Return Krippendorff's alpha for nominal values [hayes2007; krippendorff2018].

        alpha = 1 − D_o / D_e

    D_o is the disagreement observed within units, D_e the one expected if all values were dealt
    out to the units by chance; see `_alpha`. Any number of coders, missing values and small
    samples are allowed. With ``draws``, units are drawn anew, with replacement, that many times,
    and the result holds the interval in which 95 per cent of the alphas lie. The same ``seed``
    draws the same samples.
    """
    return grouped_alpha([[unit] for unit in units], draws, seed)


def grouped_alpha(
    groups: Iterable[Units], draws: int = 0, seed: int = 0, noun: str = "unit"
) -> Result:
    """Return alpha over the units of all groups together; what is drawn anew is whole groups.

    For units that are no independent samples, like the decisions code by code on one segment.
    """
    counted = [units for units in map(count, groups) if units]
    counts = list(chain.from_iterable(counted))
    value = _alpha(counts)
    result = _result("alpha", value, counts, noun)
    if value is None or draws < 1:
        return result
    low, high, used = _interval(counted, draws, seed)
    if not used:
        return result
    if low == high:
        said = f"All {used} resamples give the same: too few to show how unsure it is"
    else:
        said = f"95 per cent of {used} resamples lie between {low:.3f} and {high:.3f}"
    said = f"{result.sentence} {said}"
    if left := draws - used:
        said += f"; {left} more held one value only and have no alpha"
    return Result(result.measure, value, result.units, result.values, f"{said}.", low, high)


def one_decision(units: Units) -> float | None:
    """Return the lowest alpha that one other decision of the first coder would have brought.

    In a small sample it can lie far below: then alpha rests on that one decision. None if there
    is no decision to change, or alpha is not defined after any change.
    """
    rows = [list(unit) for unit in units]
    values = dict.fromkeys(v for unit in rows for v in unit if not missing(v))
    found = []
    for unit in rows:
        if not unit or missing(unit[0]):
            continue
        given = unit[0]
        for other in values:
            if other != given:
                unit[0] = other
                found.append(_alpha(count(rows)))
        unit[0] = given
    return min((value for value in found if value is not None), default=None)


def _alpha(counts: Collection[Counter]) -> float | None:
    """Return alpha of counted units, None where it is not defined.

        D_o = Σ_u (n_u² − Σ_c n_uc²) / (n_u − 1)        unequal pairs within units
        D_e = (n² − Σ_c n_c²) / (n − 1)                 unequal pairs among all values

    Each unit's pairs are divided by n_u − 1, so that every value weighs the same however many
    coders a unit had. (Both lines leave out a factor 1/n, which cancels.)
    """
    return _from_parts([_parts(unit) for unit in counts])


def _parts(unit: Counter) -> tuple[float, Counter]:
    size = unit.total()
    return (size**2 - sum(n * n for n in unit.values())) / (size - 1), unit


def _from_parts(parts: Sequence[tuple[float, Counter]]) -> float | None:
    totals: dict[Hashable, int] = {}
    for _, unit in parts:
        for value, n in unit.items():
            totals[value] = totals.get(value, 0) + n
    if len(totals) < 2:
        return None
    n = sum(totals.values())
    expected = (n * n - sum(t * t for t in totals.values())) / (n - 1)
    return 1 - sum(unequal for unequal, _ in parts) / expected


def _interval(
    groups: Sequence[Sequence[Counter]], draws: int, seed: int
) -> tuple[float, float, int]:
    """Return the middle 95 per cent of alphas of resampled groups, and how many there are."""
    chance = random.Random(seed)
    parts = [[_parts(unit) for unit in group] for group in groups]
    samples = (chance.choices(parts, k=len(parts)) for _ in range(draws))
    drawn = (_from_parts(list(chain.from_iterable(sample))) for sample in samples)
    found = sorted(value for value in drawn if value is not None)
    if not found:
        return 0.0, 0.0, 0
    return _share(found, 0.025), _share(found, 0.975), len(found)


def _share(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share of the ordered values lies."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _result(
    measure: str, value: float | None, counts: Sequence[Counter], noun: str = "unit"
) -> Result:
    units, values = len(counts), sum(unit.total() for unit in counts)
    if value is not None:
        number = f"{value:.0%}" if measure.startswith("percent") else f"{value:.3f}"
        said = f"{measure.capitalize()} is {number}, over {units} {noun}{'s' * (units != 1)}."
    else:
        said = ALIKE if counts else ALONE
    return Result(measure, value, units, values, said)


def yes_no(codings: Codings, code: str) -> list[list[bool]]:
    """Return one code's column: for each unit, whether each of its coders gave it this code.

    A coder who left a unit out has no value there; one who gave it no code at all said no.
    """
    units: dict[str, list[bool]] = {}
    for coder in codings.values():
        for unit, codes in coder.items():
            units.setdefault(unit, []).append(code in codes)
    return list(units.values())


def by_code(
    codings: Codings, codes: Iterable[str], draws: int = 0, seed: int = 0
) -> dict[str, Result]:
    """Return alpha for each code on its own column of yes and no."""
    return {code: alpha(yes_no(codings, code), draws, seed) for code in codes}
