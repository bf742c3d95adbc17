"""The `serve` part of netdiag.yaml: what cannot work is refused before the daemon starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.model.errors import ContentError
from netdiag.service.daemon.settings import ServeSettings, read_serve
from netdiag.settings import load

GOOD = "whsec_c2VjcmV0LW9mLXRoZS1kZXNrLWZvci10ZXN0cy0wMQ=="


def read(directory: Path, serve: str) -> ServeSettings:
    path = directory / "netdiag.yaml"
    path.write_text(f"serve: {serve}\n", encoding="utf-8")
    return read_serve(load(path))


@pytest.mark.parametrize(
    ("where", "secret"),
    [
        ("webhooks: {desk: {secret: {env: KEY}}}", ""),
        ("webhooks: {desk: {secret: {env: KEY}}}", "whsec_"),
        ("webhooks: {desk: {secret: {env: KEY}}}", "whsec_c2hvcnQ="),
        ("webhooks: {desk: {secret: {env: KEY}}}", "whsec_a"),
        ("webhooks: {desk: {scheme: sha256, secret: {env: KEY}}}", ""),
        ("webhooks: {desk: {scheme: zammad, secret: {env: KEY}}}", "short"),
        ("webhooks: {desk: {secret: {env: GOOD}, old_secret: {env: KEY}}}", ""),
        ("receiver: {url: https://desk.example.net, secret: {env: KEY}}", ""),
        ("receiver: {url: https://desk.example.net, secret: {env: KEY}}", "a"),
        ("customer: {url: https://my.example.net, secret: {env: KEY}}", "short"),
    ],
)
def test_a_secret_with_which_everybody_could_sign_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, secret: str
) -> None:
    monkeypatch.setenv("KEY", secret)
    monkeypatch.setenv("GOOD", GOOD)
    with pytest.raises(ContentError, match=r"netdiag\.yaml:1.*secret.*Make one with"):
        read(tmp_path, f"{{{where}}}")


def test_good_secrets_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOD", GOOD)
    monkeypatch.setenv("PLAIN", "0123456789abcdef")
    serve = read(
        tmp_path,
        "{webhooks: {a: {secret: {env: GOOD}}, b: {scheme: zammad, secret: {env: PLAIN}}}, "
        "receiver: {url: https://desk.example.net, secret: {env: GOOD}}}",
    )
    assert set(serve.inbound) == {"a", "b"}


def test_a_request_may_take_longer_than_a_diagnosis_is_waited_for(tmp_path: Path) -> None:
    for wait_s in (0, 30, 60, 300):
        serve = read(tmp_path, f"{{wait_s: {wait_s}}}")
        assert serve.request_s > serve.wait_s == wait_s
