"""Agreement: published examples, a slow textbook version, and the alphas on record.

None of the expected values comes from `casekit.agreement`.
"""

from __future__ import annotations

import csv
import math
import os
import random
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from bench_agreement import agreement_growth
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


def test_it_agrees_with_the_oracle_on_random_matrices_with_values_missing():
    """The package krippendorff is for tests only: its licence is not that of the module."""
    try:
        import krippendorff
    except ImportError:
        reason = "krippendorff is not installed: run `make test`, which installs it"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    chance = random.Random(1970)
    compared = 0
    while compared < 500:
        coders, count = chance.randint(2, 7), chance.randint(2, 25)
        values, gaps = chance.randint(2, 6), chance.uniform(0.05, 0.6)
        matrix = [
            [math.nan if chance.random() < gaps else chance.randrange(values) for _ in range(count)]
            for _ in range(coders)
        ]
        found = agreement.alpha(units(*matrix)).value
        if found is None:  # the oracle raises here, or gives no number
            assert slow_alpha([[None if v != v else v for v in u] for u in units(*matrix)]) is None
            continue
        expected = krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal")
        assert found == pytest.approx(expected, abs=1e-9)
        compared += 1


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
        codings: dict = {}
        primary: dict = {}
        for r in some:
            codings.setdefault(r["coder"], {})[r["seg_id"]] = set(r["codes"])
            primary.setdefault(r["seg_id"], []).append(r["primary"])
        found[name] = (codings, list(primary.values()))
    return found


@pytest.mark.parametrize("column", ["ref_demo2_12", "ref_demo3_12", "all_12", "all_32"])
def test_the_alphas_on_record(column):
    codings, primary = samples()[column]
    expected = {code: row[column] for code, row in record().items()}
    codes = [code for code in expected if code.isupper()]
    assert len(codes) == 10
    found = {code: r.value for code, r in agreement.by_code(codings, codes).items()}
    found["primary"] = agreement.alpha(primary).value
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


def test_kappa_of_a_published_example():
    # From the documentation of scikit-learn's cohen_kappa_score: 0.6875.
    # By hand: p_o = 4/5; p_e = (2 · 3 + 1 · 1 + 2 · 1) / 25 = .36; kappa = .44 / .64.
    first = ["negative", "positive", "negative", "neutral", "positive"]
    second = ["negative", "positive", "negative", "neutral", "negative"]
    assert agreement.kappa(first, second).value == pytest.approx(0.6875)


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


def test_decisions_on_one_segment_are_drawn_together():
    """As many copies of a decision as there are codes say nothing that the first did not say."""
    columns = [[1, 1], [2, 2], [1, 2], [2, 1], [1, 1], [2, 2], [1, 1], [2, 2]]
    once = agreement.alpha(columns, draws=500)
    eight = agreement.grouped_alpha([[unit] * 8 for unit in columns], draws=500, noun="decision")
    apart = agreement.alpha([unit for unit in columns for _ in range(8)], draws=500)
    assert eight.high - eight.low == pytest.approx(once.high - once.low, rel=0.1)
    assert apart.high - apart.low < 0.6 * (eight.high - eight.low)
    assert "over 64 decisions." in eight.sentence and "over 8 units." in once.sentence


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


# What one decision does


def test_the_lowest_alpha_after_one_other_decision():
    # Both say yes once among twelve. Whatever one coder changes, alpha falls: a second yes of one
    # coder gives 1 − (2/24) / (3 · 21 · 2 / (24 · 23)); taking back the only one, half of that.
    both = units(marked(0), marked(0))
    changed = [units(marked(0, 1), marked(0)), units(marked(), marked(0))]
    expected = min(float(slow_alpha(rows)) for rows in changed)
    assert agreement.one_decision(both) == pytest.approx(expected)
    assert agreement.alpha(both).value == 1
    assert both == units(marked(0), marked(0)), "The decisions themselves were changed."


@given(st.lists(st.lists(st.sampled_from(["a", "b", None]), min_size=2, max_size=3), max_size=7))
def test_one_other_decision_is_the_worst_of_all_that_there_are(rows):
    tried = []
    values = {v for row in rows for v in row if v is not None}
    for place, row in enumerate(rows):
        for other in values - {row[0]} if row[0] is not None else ():
            again = [list(one) for one in rows]
            again[place][0] = other
            tried.append(slow_alpha(again))
    known = [float(value) for value in tried if value is not None]
    found = agreement.one_decision(rows)
    assert found is None if not known else found == pytest.approx(min(known))


def test_a_large_class_is_quick_and_twice_the_coders_cost_about_twice():
    lines, met = agreement_growth()
    assert met, "\n".join(lines)
