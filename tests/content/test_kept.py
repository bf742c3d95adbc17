"""What is kept of content from one start to the next, and when it is not believed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from netdiag.content import load as reading
from netdiag.content.load import load
from netdiag.model.errors import ContentError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this user."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "netdiag"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read as YAML."""
    seen: list[str] = []
    load_file = reading.load_file

    def noted(path: Path, shown: str) -> object:
        seen.append(shown)
        return load_file(path, shown)

    monkeypatch.setattr(reading, "load_file", noted)
    return seen


def kept(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def learn(directory: Path, db: int) -> None:
    text = f"learned: {{provider.line.port-errors: {{shift_db: {db}}}}}\n"
    (directory / "lessons.yaml").write_text(text, encoding="utf-8")


def test_the_second_start_reads_no_yaml_and_knows_the_same(cache: Path, read: list[str]) -> None:
    first = load()
    assert "rules/thresholds.yaml" in read
    assert (cache.stat().st_mode & 0o777, kept(cache).stat().st_mode & 0o777) == (0o700, 0o600)
    read.clear()
    assert load() == first
    assert read == []


def test_what_changed_is_read_anew(cache: Path, read: list[str], tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for db in (1, 2):
        learn(own, db)
        load([own])
    assert read.count("own/lessons.yaml") == 2
    assert load([own]).learned == {"provider.line.port-errors": 2}
    (own / "lessons.yaml").unlink()
    assert load([own]).learned == {}
    assert load([own]).revision == load().revision


def test_a_mistake_is_told_at_every_start(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "broken.yaml").write_text("probe: [", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ContentError, match=r"own/broken\.yaml:\d"):
            load([own])
    with pytest.raises(ContentError, match="is no directory"):
        load([tmp_path / "missing"])


def others_may_write(cache: Path) -> None:
    cache.chmod(0o777)


def others_may_write_the_file(cache: Path) -> None:
    kept(cache).chmod(0o666)


def cut_off(cache: Path) -> None:
    kept(cache).write_bytes(kept(cache).read_bytes()[:-9])


def empty(cache: Path) -> None:
    kept(cache).write_bytes(b"")


@pytest.mark.parametrize("spoil", [others_may_write, others_may_write_the_file, cut_off, empty])
def test_a_cache_that_cannot_be_trusted_is_not_read(
    cache: Path, read: list[str], spoil: Callable[[Path], None]
) -> None:
    first = load()
    spoil(cache)
    read.clear()
    assert load() == first
    assert read != []


def test_without_a_cache_everything_works(
    cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.write_text("a file where the directory should be")
    assert load() == load()
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/not/allowed")
    assert load().revision
    assert read.count("rules/thresholds.yaml") == 3
    assert not Path("relative").exists()


def test_the_cache_does_not_grow(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for db in range(1, 11):
        learn(own, db)
        load([own])
    assert len(list(cache.iterdir())) == 8
