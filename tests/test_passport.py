"""The passport keeps every answer, whatever happens to the file, the disk or the window."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import stat
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casekit import passport
from casekit.passport import LONGEST, PassportError, Record

ANSWER = {"choice": "a"}


@pytest.fixture
def file(small_case):
    return small_case.root / "student" / "passport.jsonl"


def line(**changed) -> str:
    """A line as the file holds it, one thing changed."""
    entry = {
        "case": "small",
        "version": "1",
        "codename": "calm-harbour-27",
        "item": "E01",
        "attempt": 1,
        "time": "2026-01-13T09:00:00+00:00",
        "answer": ANSWER,
        "reason": "because",
        "hints": 0,
    }
    entry |= changed
    return json.dumps({name: value for name, value in entry.items() if value is not ...})


def write(file, *lines: bytes | str) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    parts = [part if isinstance(part, bytes) else part.encode() for part in lines]
    file.write_bytes(b"\n".join(parts))
    return file.read_bytes()


# What is saved is found again


def test_an_absent_file_holds_nothing(file):
    assert passport.read(file) == Record(())
    assert not file.exists()


def test_what_is_saved_is_found_again(file):
    before = datetime.now(UTC).replace(microsecond=0)
    saved = passport.save("E01", {"choice": "b", "n": [1, 2.5]}, "because", hints=2, file=file)
    assert passport.read(file).entries == (saved,)
    assert (saved.case, saved.item, saved.attempt, saved.hints) == ("small", "E01", 1, 2)
    assert saved.answer == {"choice": "b", "n": [1, 2.5]}
    assert saved.reason == "because"
    time = datetime.fromisoformat(saved.time)
    assert time.utcoffset() == timedelta(0)
    assert before <= time <= datetime.now(UTC)


def test_every_line_is_json_that_ends_with_the_line(file):
    for reason in ("one", "two\nlines\r\n", "three\u2028\u2029\x85"):
        passport.save("E01", ANSWER, reason, file=file)
    raw = file.read_bytes()
    assert raw.endswith(b"\n")
    assert [json.loads(one)["reason"] for one in raw.split(b"\n")[:-1]] == [
        "one",
        "two\nlines\r\n",
        "three\u2028\u2029\x85",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "약속을 지키다 約束を守る",
        "مرحبا \u202e reversed \u202c",
        "\x00\x01\x1b[31m\x7f",
        "e\u0301 \U0001f941 \ufeff",
        '"}\n{"case": "x"}\n',
        "<script>alert(1)</script>",
    ],
)
def test_any_text_comes_back_as_it_was(file, text):
    passport.save("E01", {"text": {text: text}}, text, file=file)
    passport.save("E01", ANSWER, file=file)
    record = passport.read(file)
    assert not record.damaged
    assert record.entries[0].answer == {"text": {text: text}}
    assert record.entries[0].reason == text


def test_half_a_character_costs_that_character_and_nothing_else(file):
    saved = passport.save("E01", {"text": "a\ud83db", "\udc00": 1}, "x\udfffy", file=file)
    assert (saved.answer, saved.reason) == ({"text": "a?b", "?": 1}, "x?y")
    assert passport.read(file) == Record((saved,))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(answer=st.dictionaries(st.text(max_size=8), VALUES, max_size=4), reason=st.text())
def test_any_answer_comes_back_equal_and_is_added_at_the_end(file, answer, reason):
    before = file.read_bytes() if file.exists() else b""
    saved = passport.save("E01", answer, reason, file=file)
    after = file.read_bytes()
    assert after.startswith(before)
    last = passport.read(file).entries[-1]
    assert last == saved
    assert (last.answer, last.reason) == (answer, reason)


def test_attempts_are_counted_for_each_question(file):
    for item in ("E01", "E02", "E01", "E01", "E02"):
        passport.save(item, ANSWER, file=file)
    entries = passport.read(file).entries
    assert [(entry.item, entry.attempt) for entry in entries] == [
        ("E01", 1),
        ("E02", 1),
        ("E01", 2),
        ("E01", 3),
        ("E02", 2),
    ]
    assert [entry.attempt for entry in passport.read(file).of("E01")] == [1, 2, 3]


def test_a_codename_says_nothing_about_its_bearer_and_stays(file, monkeypatch):
    for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME"):
        monkeypatch.setenv(name, "jane-doe")
    first = passport.save("E01", ANSWER, file=file).codename
    assert re.fullmatch(r"[a-z]+-[a-z]+-[1-9][0-9]", first)
    assert "jane" not in first
    monkeypatch.setattr(passport, "codename", lambda: pytest.fail("A second codename was made."))
    assert {passport.save(item, ANSWER, file=file).codename for item in ("E01", "E02")} == {first}


def test_a_codename_chosen_by_hand_stays(file):
    write(file, line(codename="우리 반 7"), "")
    assert passport.save("E02", ANSWER, file=file).codename == "우리 반 7"


def test_a_file_brought_in_changes_nobodys_codename(file):
    write(file, line(codename="keen-pine-20"), "")
    added = passport.add(line(codename="calm-bay-11", item="E02") + "\n", file)
    assert str(added).endswith("New answers go on under the codename keen-pine-20.")
    assert passport.save("E03", ANSWER, file=file).codename == "keen-pine-20"
    again = passport.add(line(codename="calm-bay-11", item="E02") + "\n", file)
    assert again.new == 0 and again.codename == "keen-pine-20"


def test_a_file_of_ones_own_brought_in_says_nothing_of_codenames(file):
    write(file, line(), "")
    assert "codename" not in str(passport.add(line(item="E02") + "\n", file))


def test_the_place_is_what_the_environment_names(small_case, monkeypatch):
    monkeypatch.delenv("CASEKIT_PASSPORT", raising=False)
    passport.save("E01", ANSWER)
    assert (small_case.root / "passport.jsonl").is_file()
    elsewhere = small_case.root / "a folder" / "날짜" / "mine.jsonl"
    monkeypatch.setenv("CASEKIT_PASSPORT", str(elsewhere))
    assert passport.path() == elsewhere
    assert passport.read() == Record(())
    passport.save("E02", ANSWER)
    assert [entry.item for entry in passport.read().entries] == ["E02"]


@pytest.mark.skipif(os.name != "posix", reason="Other systems have no such permissions.")
def test_nobody_else_may_read_it(file):
    old = os.umask(0)
    try:
        passport.save("E01", ANSWER, file=file)
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


# What is damaged is kept aside


GARBAGE = {
    "no JSON": b"hello",
    "torn": line().encode()[:40],
    "not UTF-8": b"\xff\xfe\x00",
    "a list": b"[1, 2]",
    "a number": b"7",
    "a text": b'"E01"',
    "null": b"null",
    "an empty table": b"{}",
    "not a number": line(answer={"values": {"a": float("nan")}}).encode(),
    "infinite": line(answer={"values": {"a": float("inf")}}).encode(),
    "too large a number": line(answer={"a": 1}).replace('"a": 1', '"a": 1e999').encode(),
    "half a character": line(reason="\ud83d").encode(),
    "many digits": line(attempt=1).replace('"attempt": 1', '"attempt": ' + "9" * 6000).encode(),
    "deep": b"[" * 100_000,
    "deep answer": (line().replace('{"choice": "a"}', '{"a":' * 50_000)).encode(),
    "attempt 0": line(attempt=0).encode(),
    "attempt as text": line(attempt="1").encode(),
    "no item": line(item=...).encode(),
    "item as number": line(item=3).encode(),
    "answer as list": line(answer=[1]).encode(),
    "reason as null": line(reason=None).encode(),
    "no time": line(time="yesterday").encode(),
    "long codename": line(codename="x" * 61).encode(),
    "no codename": line(codename="").encode(),
    "long reason": line(reason="x" * (LONGEST + 1)).encode(),
    "hints below 0": line(hints=-1).encode(),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_bad_line_is_kept_aside_and_spoils_no_other(file, kind):
    bad = GARBAGE[kind]
    before = write(file, line(reason="first"), bad, line(reason="second", attempt=2), "")
    record = passport.read(file)
    assert [entry.reason for entry in record.entries] == ["first", "second"]
    assert record.damaged == (bad.decode("utf-8", "replace"),)
    assert file.read_bytes() == before, "Reading changed the file."
    saved = passport.save("E01", ANSWER, "third", file=file)
    assert saved.attempt == 3
    assert file.read_bytes().startswith(before)
    assert passport.read(file).damaged == record.damaged


def test_the_number_of_bad_lines_is_told(file):
    assert Record(()).problem == ""
    write(file, line(), "bad", "")
    assert passport.read(file).problem.startswith("1 line of your passport")
    write(file, "bad", line(), "worse", "")
    assert passport.read(file).problem.startswith("2 lines of your passport")


def test_a_torn_last_line_does_not_swallow_the_next_answer(file):
    before = write(file, line(reason="whole"), line(reason="torn")[:-9])
    passport.save("E01", ANSWER, "next", file=file)
    record = passport.read(file)
    assert [entry.reason for entry in record.entries] == ["whole", "next"]
    assert len(record.damaged) == 1
    assert file.read_bytes().startswith(before)


def test_a_last_line_that_only_lacks_its_end_is_whole(file):
    write(file, line(reason="whole"))
    assert [entry.reason for entry in passport.read(file).entries] == ["whole"]
    passport.save("E01", ANSWER, "next", file=file)
    record = passport.read(file)
    assert [entry.reason for entry in record.entries] == ["whole", "next"]
    assert not record.damaged


def test_a_file_from_windows_and_empty_lines_are_read(file):
    write(file, line(reason="one") + "\r", "", "  ", line(reason="two") + "\r", "\r", "")
    record = passport.read(file)
    assert [entry.reason for entry in record.entries] == ["one", "two"]
    assert not record.damaged


def test_what_a_later_version_adds_does_not_spoil_a_line(file):
    write(file, line(mood="good"), "")
    assert len(passport.read(file).entries) == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=200) | st.text(string.printable, max_size=200).map(str.encode))
def test_nothing_that_stands_in_a_file_is_lost(file, raw):
    write(file, raw)
    record = passport.read(file)
    assert len(record.damaged) == sum(bool(one.strip()) for one in raw.split(b"\n"))
    saved = passport.save("E01", ANSWER, file=file)
    assert file.read_bytes().startswith(raw)
    assert passport.read(file).entries == (saved,)


# What cannot be saved


TOO_LONG = [
    ({"text": "x" * LONGEST}, ""),
    (ANSWER, "x" * (LONGEST + 1)),
    ({"values": list(range(LONGEST))}, ""),
]


@pytest.mark.parametrize(("answer", "reason"), TOO_LONG)
def test_an_accident_of_the_clipboard_is_refused(file, answer, reason):
    passport.save("E01", ANSWER, file=file)
    before = file.read_bytes()
    with pytest.raises(PassportError, match="longer than 20,000 characters"):
        passport.save("E01", answer, reason, file=file)
    assert file.read_bytes() == before


def test_an_essay_is_not_refused(file):
    passport.save("E01", {"text": "각" * (LONGEST - 20)}, "각" * LONGEST, file=file)
    (entry,) = passport.read(file).entries
    assert len(entry.reason) == LONGEST


def deep() -> dict:
    answer: dict = {}
    for _ in range(100_000):
        answer = {"a": answer}
    return answer


@pytest.mark.parametrize(
    "answer", [{"a": float("nan")}, {"a": float("-inf")}, {"a": {1, 2}}, {"a": b"x"}, deep()]
)
def test_what_no_file_can_hold_is_refused_with_a_sentence(file, answer):
    with pytest.raises(PassportError, match="Not saved"):
        passport.save("E01", answer, file=file)
    assert not file.exists()


def refuse(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write", "fsync"])
def test_a_full_disk_is_told_and_earlier_answers_stay(file, monkeypatch, step):
    passport.save("E01", ANSWER, "first", file=file)
    before = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(PassportError, match=r"Not saved.*No space left.*still on the page"):
            passport.save("E01", ANSWER, "second", file=file)
    assert file.read_bytes().startswith(before)
    assert passport.read(file).entries[0].reason == "first"
    passport.save("E01", ANSWER, "third", file=file)
    assert passport.read(file).entries[-1].reason == "third"


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_disk_that_fills_in_the_middle_of_a_line_is_told(file, monkeypatch, share):
    passport.save("E01", ANSWER, "first", file=file)
    before = file.read_bytes()
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda to, data: real(to, data[: int(len(data) * share)]))
        with pytest.raises(PassportError, match=r"Not saved.*the disk is full"):
            passport.save("E01", ANSWER, "second", file=file)
    assert file.read_bytes().startswith(before)
    record = passport.read(file)
    assert [entry.reason for entry in record.entries] == ["first", "second"]
    assert [entry.reason for entry in record.waiting] == ["second"]
    assert len(record.damaged) == (share > 0)
    passport.save("E01", ANSWER, "third", file=file)
    again = passport.read(file)
    assert [entry.reason for entry in again.entries] == ["first", "second", "third"]
    assert again.damaged == record.damaged and not again.waiting


def test_a_read_only_folder_is_told(file, monkeypatch):
    write(file, line(reason="first"), "")
    before = file.read_bytes()

    def forbid(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbid)
    with pytest.raises(PassportError) as caught:
        passport.save("E01", ANSWER, file=file)
    assert str(file) in str(caught.value)
    assert "Permission denied" in str(caught.value)
    assert file.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="A folder is made read-only in another way.")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="May write anywhere.")
def test_a_folder_that_is_read_only_in_truth_is_told(file):
    file.parent.mkdir()
    file.parent.chmod(0o500)
    with pytest.raises(PassportError, match="Not saved"):
        passport.save("E01", ANSWER, file=file)


def test_a_folder_in_the_passports_place_is_told(file):
    file.mkdir(parents=True)
    for attempt in (lambda: passport.read(file), lambda: passport.save("E01", ANSWER, file=file)):
        with pytest.raises(PassportError, match=r"passport\.jsonl cannot be opened"):
            attempt()


def test_a_file_in_the_folders_place_is_told(file):
    file.parent.write_text("I am no folder.", encoding="utf-8")
    with pytest.raises(PassportError):
        passport.save("E01", ANSWER, file=file)
    assert file.parent.read_text("utf-8") == "I am no folder."


# Two windows


LINES = 200


def writer(file, item: str, start) -> None:
    start.wait()
    for number in range(LINES):
        passport.save(item, {"n": number}, f"{item} {number} " + "약속" * 40, file=file)


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="Two windows are forked here."
)
def test_two_windows_that_write_at_once_lose_nothing(file):
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    windows = [context.Process(target=writer, args=(file, item, start)) for item in ("E01", "E02")]
    for window in windows:
        window.start()
    for window in windows:
        window.join(60)
        assert window.exitcode == 0
    record = passport.read(file)
    assert not record.damaged
    for item in ("E01", "E02"):
        entries = record.of(item)
        assert [entry.answer["n"] for entry in entries] == list(range(LINES))
        assert [entry.attempt for entry in entries] == list(range(1, LINES + 1))
        assert all(
            entry.reason == f"{item} {entry.answer['n']} " + "약속" * 40 for entry in entries
        )
