"""`netdiag outages replay`: the formats to the letter, bad lines named, time from the events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from netdiag.outages.observation import Observation
from tests.cli.site import Told, netdiag
from tests.outages.small_town import EVERYBODY, all_up, mixed, on, resources, seen

KEYS = ["t", "outage", "state", "roots", "cause", "subscribers", "confidence"]


def line(one: Observation) -> dict[str, object]:
    return {"t": one.t, "subject": one.subject, "kind": str(one.kind), "state": str(one.state)}


class Files:
    def __init__(self, folder: Path) -> None:
        self.events = folder / "events.jsonl"
        self.topology = folder / "topology.jsonl"
        self.write_topology(
            {"id": r.id, "kind": r.kind, "parents": list(r.parents)} for r in resources()
        )

    def write_topology(self, lines: Iterable[object]) -> None:
        self.topology.write_text("".join(f"{json.dumps(one)}\n" for one in lines))

    def replay(self, lines: Iterable[object], *options: str) -> Told:
        texts = (one if isinstance(one, str) else json.dumps(one) for one in lines)
        self.events.write_text("".join(f"{text}\n" for text in texts))
        return netdiag(
            "outages", "replay", str(self.events), "--topology", str(self.topology), *options
        )


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def cut(root: str, at: float = 0.0) -> list[dict[str, object]]:
    return [line(one) for one in seen(mixed(on(root)), "down", at, apart=2)]


UP = [line(one) for one in all_up()]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_every_change_is_one_line_of_the_contract(files: Files, options: tuple[str, ...]) -> None:
    told = files.replay([*UP, *cut("sw-12")], *options)
    assert told.code == 0
    changes = [json.loads(one) for one in told.out.splitlines()]
    assert [list(one) for one in changes] == [KEYS] * len(changes)
    assert changes[-1]["state"] == "confirmed"
    assert changes[-1]["roots"] == ["sw-12"]
    assert changes[-1]["subscribers"] == 8


def test_a_stream_without_ticks_is_judged_in_time(files: Files) -> None:
    start = cut("agg-1")[0]["t"]
    later = [line(one) for one in seen(EVERYBODY[-1:] * 60, "up", 200, apart=60)]
    told = files.replay([*UP, *cut("agg-1"), *later])
    first = next(
        json.loads(one) for one in told.out.splitlines() if json.loads(one)["state"] == "confirmed"
    )
    assert first["t"] - start <= 60


def test_bad_lines_are_named_and_left_out(files: Files) -> None:
    bad = ["{", "[]", '{"t": "noon", "subject": "x", "kind": "probe", "state": "up"}', "\x00"]
    bad += ['{"t": 1e13, "subject": "x", "kind": "probe", "state": "up"}']
    told = files.replay([*bad, *UP, *cut("sw-12")])
    assert told.code == 0
    for number in range(1, len(bad) + 1):
        assert f"events.jsonl:{number}: " in told.err
    assert json.loads(told.out.splitlines()[-1])["roots"] == ["sw-12"]


def test_a_file_without_one_good_line_is_refused(files: Files) -> None:
    told = files.replay(["nonsense"])
    assert told.code == 2
    assert told.out == ""
    files.write_topology([])
    assert files.replay(UP).code == 2


def test_an_empty_stream_has_no_outage(files: Files) -> None:
    told = files.replay([])
    assert (told.code, told.out) == (0, "")


def test_one_wrong_clock_does_not_move_time(files: Files) -> None:
    ahead = {**UP[0], "t": float(str(UP[0]["t"])) + 400 * 86400}
    middle = len(UP) // 2
    told = files.replay([*UP[:middle], ahead, *UP[middle:], *cut("sw-12")])
    assert json.loads(told.out.splitlines()[-1])["roots"] == ["sw-12"]
    assert "more than an hour ahead" in told.err


def test_subjects_that_nobody_knows_are_counted(files: Files) -> None:
    told = files.replay([*UP, {**UP[0], "subject": "stranger"}])
    assert "1 events are of subjects that the topology does not have" in told.err


@pytest.mark.parametrize("lines", [[], ["", "   "]])
def test_a_stream_without_an_event_is_quiet_and_says_so(files: Files, lines: list[str]) -> None:
    told = files.replay(lines, "--json")
    assert (told.code, told.out) == (0, "")
    assert "holds no event" in told.err


@pytest.mark.parametrize(
    "odd",
    [
        '{"t": 1' + "0" * 400 + ', "subject": "x", "kind": "probe", "state": "up"}',
        '{"t": NaN, "subject": "x", "kind": "probe", "state": "up"}',
        '{"t": -Infinity, "subject": "x", "kind": "probe", "state": "up"}',
    ],
)
def test_a_moment_that_is_none_is_named_and_left_out(files: Files, odd: str) -> None:
    told = files.replay([odd, *UP, *cut("sw-12")])
    assert told.code == 0
    assert "events.jsonl:1: 't' is Unix seconds" in told.err
    assert json.loads(told.out.splitlines()[-1])["roots"] == ["sw-12"]


def test_ids_may_be_numbers_and_half_a_character_is_none(files: Files) -> None:
    tree: list[dict[str, object]] = [{"id": 1, "kind": "aggregation"}]
    tree += [{"id": 10 + n, "kind": "access", "parents": [1]} for n in range(3)]
    tree += [{"id": 100 * (10 + n) + k, "kind": "subscriber", "parents": [10 + n]}
             for n in range(3) for k in range(8)]  # fmt: skip
    files.write_topology([*tree, {"id": "\ud800", "kind": "access"}])
    fall = [
        {"t": 1767225600.0 + 5 * k, "subject": 1000 + k, "kind": "session", "state": "down"}
        for k in range(8)
    ]
    told = files.replay(fall)
    assert json.loads(told.out.splitlines()[-1])["roots"] == ["10"]
    assert "topology.jsonl:29: has an id with half of a surrogate pair" in told.err
