"""The compiled index: made once, kept while it fits, never trusted when damaged."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from small_town import Open

from netdiag.inventory import index_open
from netdiag.inventory.found import FoundKind
from netdiag.inventory.inventory import Inventory

CSV = "- csv: {subscribers: s.csv}"


def the_index(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "state" / "inventory").iterdir()
    return found


def test_the_index_is_compiled_once_and_readable_by_its_owner_only(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    assert opened(CSV).find("petrov").kind is FoundKind.ONE
    first = the_index(tmp_path).stat()
    assert first.st_mode & 0o077 == 0
    assert opened(CSV).find("petrov").kind is FoundKind.ONE
    second = the_index(tmp_path).stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)


def test_a_changed_file_is_read_again_also_by_one_who_has_it_open(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_open, "_LOOK_S", 0.0)
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    inventory = opened(CSV)
    assert inventory.find("petrov").kind is FoundKind.ONE
    status = (tmp_path / "s.csv").stat()
    (tmp_path / "s.csv").write_text("id;login\n1;pavlov\n")  # the same size
    os.utime(tmp_path / "s.csv", ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert inventory.find("petrov").kind is FoundKind.NOBODY
    assert inventory.find("pavlov").kind is FoundKind.ONE


def test_another_mapping_or_format_is_another_index(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.csv").write_text("id;login;nick\n1;petrov;vasya\n")
    assert opened(CSV).find("vasya").kind is FoundKind.NOBODY
    mapped = "- csv: {subscribers: s.csv, columns: {login: nick}}"
    assert opened(mapped).find("vasya").kind is FoundKind.ONE
    before = the_index(tmp_path).stat().st_ino
    monkeypatch.setattr("netdiag.inventory.index_rows.FORMAT", 999)
    assert opened(mapped).find("vasya").kind is FoundKind.ONE
    assert the_index(tmp_path).stat().st_ino != before


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
def test_a_damaged_index_is_compiled_again(tmp_path: Path, opened: Open, damage: bytes) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    opened(CSV).find("petrov")
    the_index(tmp_path).write_bytes(damage)
    assert opened(CSV).find("petrov").kind is FoundKind.ONE


def test_an_index_damaged_inside_is_compiled_again(tmp_path: Path, opened: Open) -> None:
    rows = "".join(f"{n};user{n}\n" for n in range(5000))
    (tmp_path / "s.csv").write_text(f"id;login\n{rows}")
    opened(CSV).find("user1")
    path = the_index(tmp_path)
    with path.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * (path.stat().st_size - 16 * 4096))
    inventory = opened(CSV)
    assert inventory.find("user4711").kind is FoundKind.ONE
    assert inventory.describe()[0].subscribers == 5000


def test_a_state_directory_that_cannot_be_written_is_a_note_and_no_failure(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    (tmp_path / "file").write_text("in the way")
    inventory = opened(CSV, tmp_path / "file" / "state")
    assert inventory.find("petrov").kind is FoundKind.ONE
    (state,) = inventory.describe()
    assert state.subscribers == 1
    assert "cannot be written" in state.notes[0]
    assert "state_dir" in state.notes[0]


def test_an_index_in_a_read_only_directory_is_used_as_it_is(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    opened(CSV).find("petrov")
    (tmp_path / "state" / "inventory").chmod(0o500)
    the_index(tmp_path).chmod(0o400)
    inventory = opened(CSV)
    assert inventory.find("petrov").kind is FoundKind.ONE
    assert inventory.describe()[0].notes == ()
    (tmp_path / "state" / "inventory").chmod(0o700)


def test_when_the_file_is_gone_or_broken_the_last_copy_answers_and_says_so(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    opened(CSV).find("petrov")
    (tmp_path / "s.csv").unlink()
    inventory = opened(CSV)
    assert inventory.find("petrov").kind is FoundKind.ONE
    (note,) = inventory.describe()[0].notes
    assert "s.csv cannot be read" in note
    assert "Answers come from the copy of" in note
    (tmp_path / "s.csv").write_text("")  # an export that has just begun
    inventory.refresh()
    assert inventory.find("petrov").kind is FoundKind.ONE
    assert "is empty" in inventory.describe()[0].notes[0]
    (tmp_path / "s.csv").write_text("id;login\n1;pavlov\n")
    inventory.refresh()
    assert inventory.find("pavlov").kind is FoundKind.ONE
    assert inventory.describe()[0].notes == ()


def test_many_threads_may_ask_while_the_file_changes(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_open, "_LOOK_S", 0.0)
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    inventory = opened(CSV)
    wrong: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            found = inventory.find("petrov")
            if found.kind is not FoundKind.ONE:
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(20):
        aside = tmp_path / "new.csv"
        aside.write_text(f"id;login\n1;petrov\n{n + 2};other\n")
        aside.replace(tmp_path / "s.csv")
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert inventory.find("21").kind is FoundKind.ONE


def test_what_a_killed_compilation_left_behind_is_removed(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    opened(CSV).find("petrov")
    path = the_index(tmp_path)
    old, new = path.with_name(f"{path.stem}a.new"), path.with_name(f"{path.stem}b.new")
    for left in (old, new):
        left.write_text("half")
    os.utime(old, (0, 0))
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n2;pavlov\n")
    assert opened(CSV).find("pavlov").kind is FoundKind.ONE
    assert not old.exists()
    assert new.exists()  # somebody may be writing it


def test_two_processes_may_compile_at_once(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n")
    both = [opened(CSV), opened(CSV)]
    threads = [threading.Thread(target=i.find, args=("petrov",)) for i in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite3.connect(the_index(tmp_path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of 100,000 subscribers, compiled."""
    base = tmp_path_factory.mktemp("big")
    with (base / "s.csv").open("w") as file:
        file.write("id;login;phone;mac;ip;service;device;port;vlan;bng\n")
        for n in range(100_000):
            a, b, c = n >> 16, n >> 8 & 255, n & 255
            file.write(
                f"{100000 + n};user{n};+7 912 {n:07d};aa:bb:cc:{a:02x}:{b:02x}:{c:02x};"
                f"100.{64 + a}.{b}.{c};pppoe;sw-{n // 24};{n % 24 + 1};200;bng-1\n"
            )
    return base


def open_big(base: Path) -> Inventory:
    from netdiag.inventory.build import open_inventory
    from netdiag.inventory.records import Part
    from netdiag.inventory.source_config import CsvConfig

    config = CsvConfig(name="s.csv", path=base / "s.csv", part=Part.SUBSCRIBERS)
    return open_inventory([config], base / "state")


class Work:
    """Counts what SQLite does, in hundreds of steps of its virtual machine."""

    def __init__(self) -> None:
        self.hundreds = 0
        self._connect = sqlite3.connect

    def connect(self, *words: Any, **options: Any) -> sqlite3.Connection:
        made = self._connect(*words, **options)
        made.set_progress_handler(self._count, 100)
        return made

    def _count(self) -> int:
        self.hundreds += 1
        return 0


def test_a_hundred_thousand_subscribers_are_looked_up_and_not_loaded(
    big: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_big(big)
    assert first.find("user1").kind is FoundKind.ONE  # compiles: seconds, once
    first.close()
    work = Work()
    monkeypatch.setattr(sqlite3, "connect", work.connect)
    inventory = open_big(big)
    found = [
        inventory.find(key)
        for key in ("user54321", "8 (912) 005-43-21", "100.64.212.49", "sw-2263:10", "154321")
    ]
    assert {f.subscriber.id for f in found if f.subscriber} == {"154321"}
    assert [f.kind for f in found] == [FoundKind.ONE] * 5
    assert work.hundreds < 20  # a row takes some ten steps
    impact = inventory.behind("bng-1")
    assert len(impact.subscribers) == 100_000
    assert work.hundreds > 1000
    inventory.close()
