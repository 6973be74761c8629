"""Whatever a passport file holds: what is good is found, what is not is set aside, none is lost."""

from __future__ import annotations

import itertools
import json
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casekit import passport

ANSWER = {"choice": "a"}
BASE = {
    "case": "small",
    "version": "0.1.0",
    "codename": "calm-harbour-27",
    "item": "E01",
    "attempt": 1,
    "time": "2026-01-13T09:00:00+00:00",
    "answer": ANSWER,
    "reason": "약속을 지키다",
    "hints": 0,
}
WORDS = (
    "약속을 지키다",
    "約束を守る",
    "드럼을 치다 🥁",
    "太鼓を叩く",
    "a promise",
    'a "quoted"\nline',
)

quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
numbers = itertools.count()


@pytest.fixture
def place(small_case):
    """Return a fresh place for a passport at every call."""
    return lambda: small_case.root / f"student-{next(numbers)}" / "passport.jsonl"


def put(file, raw: bytes) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(raw)
    return raw


def beside(file) -> list[bytes]:
    """Return the lines that were copied into the file beside the passport."""
    other = file.with_name("passport-unread.jsonl")
    return other.read_bytes().split(b"\n")[:-1] if other.exists() else []


def one_sentence(text: str) -> bool:
    return text.endswith(".") and not re.search(r"[.!?]\s", text)


# Lines that are entries, and lines that are none

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(WORDS)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
TIMES = st.sampled_from(
    [
        "2026-01-13T09:00:00+00:00",
        "2026-01-13T18:00:01+09:00",
        "2026-01-13T09:00:02Z",
        "2026-01-13",
        "1970-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ]
)
CONTENT = st.fixed_dictionaries(
    {
        "case": st.just("small"),
        "version": st.sampled_from(["0.1.0", "99.0.0", ""]),
        "codename": st.sampled_from(["calm-harbour-27", "우리 반 7"]),
        "item": st.sampled_from(["E01", "L1-log", "no-such-question", "問い"]),
        "attempt": st.integers(1, 4) | st.just(passport.MOST),
        "time": TIMES,
        "answer": st.dictionaries(st.text(max_size=6), VALUES, max_size=3),
    },
    optional={
        "reason": st.sampled_from(WORDS) | st.text(max_size=20),
        "hints": st.integers(0, 3),
        "mood": VALUES,
        "more": VALUES,
    },
)


@st.composite
def written(draw, content=CONTENT) -> bytes:
    """A line that is an entry, in one of the ways in which it can be written."""
    entry = draw(content)
    entry = dict(draw(st.permutations(list(entry.items()))))
    line = json.dumps(entry, ensure_ascii=draw(st.booleans())).encode("utf-8")
    return b"\0" * draw(st.integers(0, 2)) + line + draw(st.sampled_from([b"", b" ", b"\r"]))


WRONG = {
    "case": [None, 1, "", [], {}],
    "version": [None, 1, []],
    "codename": [None, 1, "", "x" * 61, ["a"]],
    "item": [None, 1, "", "x" * 61, {"a": 1}, True],
    "attempt": [None, "1", 0, -1, 1.0, 1.5, True, passport.MOST + 1, [1]],
    "time": [None, 5, "yesterday", "", "2026-13-01", "25:00", ["2026-01-13"]],
    "answer": [None, 1, "a", [], True, [["choice", "a"]]],
    "reason": [None, 1, [], {}, "x" * (passport.LONGEST + 1)],
    "hints": [None, "1", -1, 0.0, False, passport.MOST + 1],
}
MUST = ("case", "version", "codename", "item", "attempt", "time", "answer")
WRONG_LINES = {
    f"{name}={str(value)[:12]}": json.dumps(BASE | {name: value}).encode()
    for name, values in WRONG.items()
    for value in values
} | {
    f"no {name}": json.dumps({key: BASE[key] for key in BASE if key != name}).encode()
    for name in MUST
}
WHOLE = json.dumps(BASE, ensure_ascii=False).encode("utf-8")
STRANGE = {
    "a 10 MB line": WHOLE[:-1] + b', "more": "' + b"x" * 10_000_000 + b'"}',
    "10 MB without sense": b"[" * 10_000_000,
    "not a number": WHOLE.replace(b'"a"', b"NaN"),
    "without end": WHOLE.replace(b'"a"', b"-Infinity"),
    "too large a number": WHOLE.replace(b'"a"', b"1e400"),
    "many digits": WHOLE.replace(b'"a"', b"9" * 400),
    "very many digits": WHOLE.replace(b'"a"', b"9" * 100_000),
    "many digits of attempts": WHOLE.replace(b'"attempt": 1', b'"attempt": ' + b"9" * 200),
    "deep": WHOLE.replace(b'"a"', b"[" * 200 + b"]" * 200),
    "very deep": WHOLE.replace(b'"a"', b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "deep in what a later version adds": WHOLE[:-1]
    + b', "more": '
    + b"[" * 900
    + b"]" * 900
    + b"}",
    "half a character": WHOLE.replace(b'"a"', rb'"\ud83d"'),
    "half a character in a key": WHOLE.replace(b'"choice"', rb'"\udc00"'),
    "another encoding": json.dumps(BASE, ensure_ascii=False).encode("cp949"),
    "two bytes a character": json.dumps(BASE).encode("utf-16"),
    "two entries without a line end": WHOLE + WHOLE,
    "a zero in the middle": WHOLE.replace(b"calm", b"ca\0lm"),
    "zeros": b"\0" * 4096,
    "a mark alone": b"\xef\xbb\xbf",
    "a list of entries": b"[" + WHOLE + b"]",
}


@st.composite
def broken(draw) -> bytes:
    """A line that is no entry."""
    line = draw(written())
    kind = draw(st.sampled_from(["torn", "spoilt", "wrong", "strange", "noise"]))
    if kind == "torn":
        line = line.rstrip()
        start = line.index(b"{")
        return line[: draw(st.integers(start + 1, len(line) - 1))]
    if kind == "spoilt":
        at = draw(st.integers(0, len(line.rstrip())))
        return line[:at] + draw(st.sampled_from([b"\xff", b"\xc3(", b"\xed\xa0\x80"])) + line[at:]
    if kind == "wrong":
        return draw(st.sampled_from(sorted(WRONG_LINES.values())))
    if kind == "strange":
        return draw(st.sampled_from(sorted(line for line in STRANGE.values() if len(line) < 5000)))
    noise = draw(st.binary(min_size=1, max_size=30)).replace(b"\n", b"")
    return noise if noise.strip() else b"?"


def meant(line: bytes) -> dict:
    """Return what a good line says, read without the kit."""
    said = json.loads(line.strip(b"\0").decode("utf-8"))
    return {"reason": "", "hints": 0} | said


def same(one: dict) -> str:
    return json.dumps(one, sort_keys=True)


def told(record: passport.Record) -> list[str]:
    return [same(json.loads(line)) for line in record.text.split("\n")[:-1]]


@quick
@given(
    lines=st.lists(
        st.tuples(st.just(True), written()) | st.tuples(st.just(False), broken()), max_size=8
    ),
    again=st.lists(st.integers(0, 7), max_size=3),
    mark=st.booleans(),
    end=st.booleans(),
)
def test_what_is_good_is_found_and_the_rest_is_set_aside(place, lines, again, mark, end):
    """Good and bad lines in any order, lines twice, with a mark at the start, torn at the end."""
    lines += [lines[at] for at in again if at < len(lines)]
    good = [line for whole, line in lines if whole]
    bad = [line for whole, line in lines if not whole]
    mark = mark and bool(lines) and lines[0][0] and lines[0][1][:1] == b"{"
    file = place()
    before = put(
        file,
        (b"\xef\xbb\xbf" if mark else b"")
        + b"\n".join(line for _, line in lines)
        + (b"\n" if end and lines else b""),
    )
    record = passport.read(file)
    wanted = list(dict.fromkeys(same(meant(line)) for line in good))
    assert told(record) == wanted, "An answer was lost, changed, or counted twice."
    assert record.damaged == tuple(line.decode("utf-8", "replace") for line in bad)
    assert file.read_bytes() == before, "Reading changed the file."
    if bad:
        assert one_sentence(record.problem)
        assert record.problem.startswith(f"{len(bad)} line")
    else:
        assert record.problem == ""

    saved = passport.save("E01", ANSWER, "다음", file=file)
    assert file.read_bytes().startswith(before), "Saving changed what was there."
    after = passport.read(file)
    assert after.entries == (*record.entries, saved)
    assert after.damaged == record.damaged
    assert set(beside(file)) == set(bad), "A bad line is not in the file beside."
    passport.save("E01", ANSWER, "그다음", file=file)
    assert sorted(beside(file)) == sorted(set(bad)), "A bad line was copied twice."


@pytest.mark.parametrize("kind", [*WRONG_LINES, *STRANGE])
def test_no_line_spoils_another(place, kind):
    bad = (WRONG_LINES | STRANGE)[kind]
    file = place()
    other = json.dumps(BASE | {"attempt": 2, "version": "0.2.0"}).encode()
    start = time.perf_counter()
    before = put(file, WHOLE + b"\n" + bad + b"\r\n" + other + b"\n")
    record = passport.read(file)
    assert [entry.attempt for entry in record.entries] == [1, 2]
    assert len(record.damaged) == len([part for part in bad.split(b"\n") if part.strip()])
    assert one_sentence(record.problem)
    saved = passport.save("E01", ANSWER, file=file)
    assert saved.attempt == 3 and saved.codename == BASE["codename"]
    assert file.read_bytes().startswith(before)
    assert b"\n".join(beside(file)).count(bad) == 1
    assert time.perf_counter() - start < 60, "One line holds everything up."


def test_what_a_later_version_says_is_kept_and_handed_on(place):
    line = BASE | {"version": "9.0.0", "mood": {"기분": ["좋다"]}, "more": [1]}
    file, other = place(), place()
    put(file, json.dumps(line).encode() + b"\n")
    passport.save("E02", ANSWER, file=file)
    assert json.loads(passport.read(file).text.split("\n")[0]) == line
    passport.add(file.read_bytes(), other)
    assert json.loads(other.read_text("utf-8").split("\n")[0]) == line


@pytest.mark.parametrize("depth", [10, 45, 60, 120, 500])
def test_how_deep_an_answer_may_go_is_one_thing_for_saving_and_reading(place, depth):
    """What is accepted is found again; what would not be is refused."""
    answer: dict = {}
    for _ in range(depth):
        answer = {"a": answer}
    file = place()
    try:
        saved = passport.save("E01", answer, file=file)
    except passport.PassportError as error:
        assert "Not saved" in str(error) and depth > 45
        return
    assert passport.read(file).entries == (saved,) and depth <= 60


# A file that ends anywhere


def test_a_file_that_ends_at_any_byte_keeps_every_whole_line(place):
    file = place()
    for at, word in enumerate(WORDS):
        passport.save(f"E0{at % 3}", {"text": {word: word}, "n": [at, 1.5]}, word, at, file)
    raw = file.read_bytes()
    entries = passport.read(file).entries
    assert raw.count(b"\n") == len(entries) == len(WORDS) and len(raw) > 1200
    ends = [at for at, byte in enumerate(raw) if byte == 10]
    torn = file.with_name("torn.jsonl")
    aside = file.with_name("torn-unread.jsonl")
    for length in range(len(raw) + 1):
        torn.write_bytes(raw[:length])
        aside.unlink(missing_ok=True)
        whole = sum(end <= length for end in ends)  # a line that only lacks its end is whole
        rest = raw[:length].split(b"\n")[-1] if length not in ends else b""
        record = passport.read(torn)
        assert record.entries == entries[:whole], length
        assert record.damaged == ((rest.decode("utf-8", "replace"),) if rest else ()), length
        saved = passport.save("E09", ANSWER, "뒤", file=torn)
        after = passport.read(torn)
        assert after.entries == (*entries[:whole], saved), length
        assert after.damaged == record.damaged, length
        assert torn.read_bytes().startswith(raw[:length]), length
        assert (aside.read_bytes() if rest else b"") == (rest + b"\n" if rest else b""), length


# Two files become one


@quick
@given(
    pool=st.lists(CONTENT, min_size=1, max_size=6),
    first=st.lists(st.integers(0, 5), max_size=6),
    second=st.lists(st.integers(0, 5), max_size=6),
    foreign=st.booleans(),
    noise=st.lists(broken(), max_size=2),
)
def test_two_files_of_one_student_become_one(place, pool, first, second, foreign, noise):
    """In either order, twice or once, with overlap: the same answers, and all of them."""
    lines = [json.dumps(one).encode() for one in pool]
    if foreign:
        lines[0] = json.dumps(pool[0] | {"case": "another"}).encode()
    files = []
    for chosen, bad in ((first, noise[:1]), (second, noise[1:])):
        held = [lines[at] for at in chosen if at < len(lines)]
        files.append((held, b"\n".join([*held, *bad])))
    union = {
        same({"reason": "", "hints": 0} | json.loads(line))
        for held, _ in files
        for line in held
        if json.loads(line)["case"] == "small"
    }
    results = []
    for order in (files, files[::-1]):
        file = place()
        for held, raw in order:
            if held or not raw:
                passport.add(raw, file)
            else:
                with pytest.raises(passport.PassportError, match="no passport"):
                    passport.add(raw, file)
        before = file.read_bytes() if file.exists() else b""
        for held, raw in order:
            if held:
                assert passport.add(raw, file).new == 0
        assert (file.read_bytes() if file.exists() else b"") == before, "Adding twice added twice."
        results.append(told(passport.read(file)))
    assert len(results[0]) == len(results[1]) == len(union)
    assert set(results[0]) == set(results[1]) == union


@quick
@given(raw=st.binary(max_size=300), into=st.lists(written(), max_size=3))
def test_bringing_in_anything_changes_nothing_that_is_there(place, raw, into):
    file = place()
    before = put(file, b"\n".join(into))
    held = passport.read(file).entries
    try:
        passport.add(raw, file)
    except passport.PassportError as error:
        assert str(error).endswith(".")
    assert file.read_bytes().startswith(before)
    assert passport.read(file).entries[: len(held)] == held


# Order


@quick
@given(
    attempts=st.permutations(range(1, 7)),
    times=st.lists(TIMES | st.datetimes().map(str), min_size=6, max_size=6),
)
def test_attempts_keep_their_order_whatever_the_clock_said(place, attempts, times):
    said = zip(attempts, times, strict=True)
    lines = [json.dumps(BASE | {"attempt": attempt, "time": time}) for attempt, time in said]
    file = place()
    put(file, "\n".join(lines).encode())
    assert [entry.attempt for entry in passport.read(file).of("E01")] == [1, 2, 3, 4, 5, 6]


def test_after_the_clock_was_changed_the_last_answer_is_the_last(place, monkeypatch):
    file = place()
    days = ["2031-05-01", "1999-12-31", "2026-11-02", "2026-11-01"]
    for day in days:

        class Clock(passport.datetime):
            now = classmethod(lambda cls, zone, day=day: cls.fromisoformat(f"{day}T10:00:00+00:00"))

        monkeypatch.setattr(passport, "datetime", Clock)
        saved = passport.commit("E01", {"day": day}, file=file)
        assert passport.read(file).of("E01")[-1] == saved
        assert passport.commit("E01", {"day": day}, file=file) == saved, "It was saved twice."
    found = passport.read(file).of("E01")
    assert [entry.answer["day"] for entry in found] == days
    assert [entry.attempt for entry in found] == [1, 2, 3, 4]
    assert [entry.time[:10] for entry in found] == days, "A time was made up."


def test_between_two_computers_time_decides(place):
    file = place()
    here = [BASE | {"attempt": at, "time": f"2026-01-1{at}"} for at in (1, 2, 3)]
    there = [
        BASE | {"codename": "deep-pine-12", "attempt": 1, "time": "2026-01-12T20:00:00+09:00"},
        BASE | {"codename": "deep-pine-12", "attempt": 2, "time": "2026-02-01T00:00:00Z"},
    ]
    put(file, "\n".join(map(json.dumps, [*there, *here])).encode())
    found = [(entry.codename[:4], entry.attempt) for entry in passport.read(file).of("E01")]
    assert found == [("calm", 1), ("calm", 2), ("deep", 1), ("calm", 3), ("deep", 2)]
