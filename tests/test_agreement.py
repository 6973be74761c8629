"""Agreement: published examples, a slow textbook version, and the alphas on record.

None of the expected values comes from `casekit.agreement`.
"""

from __future__ import annotations

import csv
import math
import random
import time
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casekit import agreement, tables

RECORDED = Path(__file__).parent / "fixtures" / "coders_demo_alpha.csv"

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers,
# twelve units, values missing; nominal alpha .743.
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def units(*coders) -> list[list]:
    return [list(unit) for unit in zip(*coders, strict=True)]


def slow_alpha(rows: list[list]) -> Fraction | None:
    """Alpha by way of the coincidence matrix, pair by pair, in exact fractions."""
    o: dict[tuple, Fraction] = {}
    for row in rows:
        given_values = [v for v in row if v is not None]
        for i, a in enumerate(given_values):
            for j, b in enumerate(given_values):
                if i != j:
                    o[a, b] = o.get((a, b), Fraction(0)) + Fraction(1, len(given_values) - 1)
    values = {a for a, _ in o}
    if len(values) < 2:
        return None
    margin = {a: sum(o.get((a, b), Fraction(0)) for b in values) for a in values}
    n = sum(margin.values())
    observed = sum(x for (a, b), x in o.items() if a != b) / n
    expected = sum(margin[a] * margin[b] for a in values for b in values if a != b) / (n * (n - 1))
    return 1 - observed / expected


def test_the_published_example_with_missing_values():
    result = agreement.alpha(units(*FOUR))
    assert result.value == pytest.approx(0.743, abs=0.0005)
    assert (result.units, result.values) == (11, 40)  # the twelfth has one value only


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        # Examples A and B of the same text: two observers, binary and nominal, nothing missing.
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
    ],
)
def test_the_published_examples_with_two_coders(one, two, expected):
    assert agreement.alpha(units(one, two)).value == pytest.approx(expected, abs=0.0005)


def test_it_agrees_with_the_textbook_on_random_values():
    chance = random.Random(743)
    defined = 0
    for _ in range(500):
        coders, count = chance.randint(1, 6), chance.randint(1, 15)
        values, gaps = chance.randint(1, 5), chance.random()
        rows = [
            [None if chance.random() < gaps else chance.randrange(values) for _ in range(coders)]
            for _ in range(count)
        ]
        expected, found = slow_alpha(rows), agreement.alpha(rows)
        if expected is None:
            assert found.value is None
            assert found.sentence in (agreement.ALONE, agreement.ALIKE)
        else:
            defined += 1
            assert found.value == pytest.approx(float(expected), abs=1e-9)
    assert defined > 200


def marked(*places: int) -> list[bool]:
    return [place in places for place in range(12)]


@pytest.mark.parametrize(
    ("one", "two", "share", "expected"),
    [
        # The three demonstration cases of the codebook, section 10, with the numbers it prints.
        (marked(0, 1, 2, 3), marked(0, 1, 2), "92%", 0.81),
        (marked(0, 1, 2, 3), marked(0, 1), "83%", 0.57),
        (marked(0), marked(1), "83%", -0.05),
    ],
)
def test_the_three_demonstration_cases(one, two, share, expected):
    assert share in agreement.percent(units(one, two)).sentence
    assert agreement.alpha(units(one, two)).value == pytest.approx(expected, abs=0.005)


# The alphas on record, computed elsewhere when the demonstration coders were made.


def record() -> dict[str, dict[str, float]]:
    with RECORDED.open(encoding="utf-8", newline="") as file:
        return {
            row.pop("code"): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)
        }


def samples() -> dict[str, tuple[dict, dict]]:
    """For each column on record: codings, and primary codes, coder by coder."""
    segments = tables.table("segments").to_dict("records")
    demo = tables.table("coders_demo").to_dict("records")
    rows = [
        {
            "coder": "ref",
            "seg_id": r["seg_id"],
            "codes": r["codes_ref"],
            "primary": r["primary_ref"],
        }
        for r in segments
    ] + demo
    sets = {r["seg_id"]: r["set"] for r in segments}
    found = {}
    for name, coders, wanted in (
        ("ref_demo2_12", ("ref", "demo-2"), ("main",)),
        ("ref_demo3_12", ("ref", "demo-3"), ("main",)),
        ("all_12", ("ref", "demo-2", "demo-3"), ("main",)),
        ("all_32", ("ref", "demo-2", "demo-3"), ("main", "twin", "reserve")),
    ):
        some = [r for r in rows if r["coder"] in coders and sets[r["seg_id"]] in wanted]
        primary: dict = {}
        for r in some:
            primary.setdefault(r["coder"], {})[r["seg_id"]] = r["primary"]
        found[name] = (agreement.read_codings(some, "coder", "seg_id", "codes"), primary)
    return found


@pytest.mark.parametrize("column", ["ref_demo2_12", "ref_demo3_12", "all_12", "all_32"])
def test_the_alphas_on_record(column):
    codings, primary = samples()[column]
    expected = {code: row[column] for code, row in record().items()}
    codes = [code for code in expected if code.isupper()]
    assert len(codes) == 10
    found = {code: r.value for code, r in agreement.by_code(codings, codes).items()}
    found["primary"] = agreement.alpha(agreement.side_by_side(primary)).value
    pooled = [unit for code in codes for unit in agreement.yes_no(codings, code)]
    found["pooled"] = agreement.alpha(pooled).value
    assert found == pytest.approx(expected, abs=0.0005)


# Cohen's kappa and percent agreement


def test_kappa_of_a_table_worked_by_hand():
    # Fifty applications, yes or no: both yes 20, first only 5, second only 10, both no 15.
    # p_o = 35/50; p_e = (25 · 30 + 25 · 20) / 50² = .5; kappa = .2 / .5 = .4.
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    first, second = zip(*pairs, strict=True)
    assert agreement.kappa(first, second).value == pytest.approx(0.4)
    assert agreement.percent(pairs).value == pytest.approx(0.7)


def test_kappa_leaves_out_what_one_coder_left_out():
    whole = agreement.kappa("aabb", "abbb")
    gaps = agreement.kappa([*"aabb", None, "a", math.nan], [*"abbb", "a", None, "b"])
    assert gaps == whole
    assert whole.value == pytest.approx(0.5)  # p_o = 3/4, p_e = (2 · 1 + 2 · 3) / 16 = 1/2


def test_kappa_needs_lists_of_one_length():
    with pytest.raises(ValueError):
        agreement.kappa([1, 2], [1])


def test_percent_of_three_coders_counts_pairs():
    # a a b: one of three pairs; a a: one of one. Together two of four.
    assert agreement.percent([["a", "a", "b"], ["a", "a", None]]).value == 0.5


# Where there is nothing to measure

MISSING = [None, math.nan, pd.NA, pd.NaT]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], agreement.ALONE),
        ([[]], agreement.ALONE),
        ([["a"], ["b"], ["a"]], agreement.ALONE),
        ([["a", None], [None, "b"]], agreement.ALONE),
        ([MISSING, MISSING], agreement.ALONE),
        ([["a", "a"], ["a", "a"]], agreement.ALIKE),
        ([[False, False, None], [False, None, False]], agreement.ALIKE),
    ],
)
def test_without_anything_to_measure_a_sentence_stands_in_place_of_a_number(rows, sentence):
    result = agreement.alpha(rows, draws=20)
    assert (result.value, result.low, result.high, result.verdict) == (None, None, None, "")
    assert result.sentence == sentence


def test_kappa_and_percent_say_so_too():
    assert agreement.kappa([], []).sentence == agreement.ALONE
    assert agreement.kappa(["a", None], [None, "a"]).sentence == agreement.ALONE
    assert agreement.kappa("aaa", "aaa").sentence == agreement.ALIKE
    assert agreement.kappa("aaa", "bbb").value == 0
    assert agreement.percent([["a"]]).value is None
    assert agreement.percent([["a", "a"]]).value == 1


@pytest.mark.parametrize(
    ("one", "two", "verdict"),
    [
        ("ab" * 20, "ab" * 20, "report"),
        ("0000011111", "0000011110", "report"),  # alpha .809
        ("000111", "000110", "tentative"),  # alpha .686
        ("ab" * 6, "ba" * 6, "no report"),
    ],
)
def test_what_convention_allows(one, two, verdict):
    result = agreement.alpha(units(one, two))
    assert result.value == pytest.approx(float(slow_alpha(units(one, two))))
    assert result.verdict == verdict


# Columns, intervals, size


def test_a_unit_left_out_is_missing_and_no_code_is_a_no():
    codings = {"one": {"s": {"A"}, "t": set()}, "two": {"s": {"A", "B"}}}
    assert agreement.yes_no(codings, "A") == [[True, True], [False]]
    assert agreement.yes_no(codings, "B") == [[False, True], [False]]
    assert agreement.by_code(codings, ["A"])["A"].units == 1


def test_values_are_put_side_by_side_by_the_name_of_the_unit():
    values = {"one": {"s": 1, "t": 2}, "two": {"t": 2, "u": 3}}
    assert agreement.side_by_side(values) == [[1, None], [2, 2], [None, 3]]


def test_the_interval_holds_the_value_and_comes_back_with_the_seed():
    first = agreement.alpha(units(*FOUR), draws=300, seed=7)
    assert first == agreement.alpha(units(*FOUR), draws=300, seed=7)
    assert (first.low, first.high) != (
        agreement.alpha(units(*FOUR), draws=300, seed=8).low,
        agreement.alpha(units(*FOUR), draws=300, seed=8).high,
    )
    assert -1 <= first.low < first.value < first.high <= 1
    assert f"{first.low:.3f} and {first.high:.3f}" in first.sentence


def test_a_large_sample_has_a_narrow_interval():
    chance = random.Random(1)
    rows = [[v, v if chance.random() < 0.8 else not v] for v in (True, False) * 600]
    result = agreement.alpha(rows, draws=400)
    # One fifth of the pairs differ where half would by chance: alpha is near .6, and the
    # share's standard error, .4 / √1200, is doubled in alpha.
    assert result.value == pytest.approx(0.6, abs=0.06)
    assert result.high - result.low == pytest.approx(4 * 2 * 0.4 / math.sqrt(1200), rel=0.25)


def test_resamples_with_one_value_only_are_counted_apart():
    result = agreement.alpha(units(marked(0), marked(0)), draws=400)
    assert result.value == 1
    assert "more held one value only" in result.sentence


@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=5), max_size=8),
    st.randoms(use_true_random=False),
)
def test_neither_the_order_of_coders_nor_of_units_matters(rows, chance):
    shuffled = [chance.sample(row, len(row)) for row in chance.sample(rows, len(rows))]
    one, two = agreement.alpha(rows).value, agreement.alpha(shuffled).value
    assert one is two is None or one == pytest.approx(two, abs=1e-12)
    assert one is None or one <= 1


def test_a_large_class_is_quick():
    chance = random.Random(0)
    codes = [f"C{n}" for n in range(10)]
    codings = {
        f"coder {c}": {
            f"s{s}": {code for code in codes if chance.random() < 0.2} for s in range(40)
        }
        for c in range(1000)
    }
    start = time.perf_counter()
    found = agreement.by_code(codings, codes, draws=200)
    assert time.perf_counter() - start < 5
    assert all(abs(result.value) < 0.01 and result.low is not None for result in found.values())
