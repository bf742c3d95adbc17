"""What comes in and who is told: each mistake is refused with its line, and shows no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.model.errors import ContentError
from netdiag.service.watch.notify_settings import read_notify
from netdiag.service.watch.settings import read_watch
from netdiag.settings import load

WATCH = [
    ("traps: {listen: '162'}", "ADDRESS:PORT"),
    ("traps: {users: [{user: a, auth: md6, auth_key: {env: KEY}}]}", "auth"),
    ("traps: {users: [{user: a, auth: sha, auth_key: {env: SHORT}}]}", "8 characters"),
    ("traps: {users: [{user: a, auth: sha}]}", "go together"),
    ("traps: {users: [{user: a, priv: aes, priv_key: {env: KEY}}]}", "needs 'auth'"),
    ("accounting_s: 10", "needs the database 'radius'"),
    ("tick_s: 0", "'tick_s' is a number from 0.5 to 60"),
    ("trap: {}", "no key 'trap'"),
]
NOTIFY = [
    ("alertmanager: {urls: [ftp://x]}", "http"),
    ("alertmanager: {}", "needs 'urls'"),
    ("people: {noc: {url: {env: KEY}}}", "none that Apprise knows"),
    ("people: {noc: {url: {env: URL}, language: de}}", "'language' is one of"),
    (
        "people: {noc: {url: {env: URL}, quiet: {from: '25:00', until: '7:00'}}}",
        "no time of the day",
    ),
    ("people: {noc: {url: {env: URL}, quiet: {from: '07:00', until: '07:00'}}}", "different times"),
    ("people: {noc: {url: {env: URL}, most_per_hour: 0}}", "'most_per_hour'"),
    ("person: {}", "no key 'person'"),
]


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("KEY", "hush-hush-1"), ("SHORT", "hush"), ("URL", "json://127.0.0.1:9/")):
        monkeypatch.setenv(name, text)


def written(directory: Path, part: str, text: str) -> Path:
    path = directory / "netdiag.yaml"
    path.write_text(f"inventory: [{{yaml: x.yaml}}]\n{part}: {{{text}}}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "why"), WATCH, ids=[text for text, _ in WATCH])
def test_a_mistake_in_watch_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ContentError, match=r"netdiag\.yaml:2") as caught:
        read_watch(load(written(tmp_path, "watch", text)))
    assert why in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(("text", "why"), NOTIFY, ids=[text for text, _ in NOTIFY])
def test_a_mistake_in_notify_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ContentError, match=r"netdiag\.yaml:2") as caught:
        read_notify(load(written(tmp_path, "notify", text)))
    assert why in str(caught.value)
    assert "hush" not in str(caught.value)
