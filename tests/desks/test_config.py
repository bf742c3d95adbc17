"""The `tickets` part of netdiag.yaml: mistakes are named with their line, the example loads."""

import re
from pathlib import Path

import pytest

from netdiag.model.errors import ContentError
from netdiag.model.ticket import TicketState
from netdiag.routing.desks.common import Common
from netdiag.service.tickets.settings import StillBroken, read_tickets
from netdiag.settings import load
from tests.conftest import ROOT
from tests.desks.opened import settings_of

RT = "  desks:\n    rt: {kind: rt, url: 'http://127.0.0.1', token: {env: T}EXTRA}\n"


def test_the_commented_example_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "config" / "netdiag.yaml").read_text(encoding="utf-8")
    block = text[text.index("# tickets:") :]
    plain = re.sub(r"(?m)^# ?", "", block).replace("{credential: rt-token}", "{env: RT_T}")
    monkeypatch.setenv("RT_T", "token")
    path = tmp_path / "netdiag.yaml"
    path.write_text(plain, encoding="utf-8")
    found = read_tickets(load(path))
    assert found.policy.still_broken is StillBroken.REOPEN
    assert (found.policy.proactive.allowed, found.policy.proactive.per_hour) == (True, 20)
    assert found.desks["rt"].common.queue("field.line") == "field"
    assert found.desks["rt"].common.fields["outage"] == "Outage"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  desks:\n    it: {kind: rtt, url: x}\n", r":3: there is no kind 'rtt'.* mean 'rt'"),
        (RT.replace("EXTRA", ", colour: red"), r":3: desks.rt has no key 'colour'"),
        (RT.replace("EXTRA", ", language: de"), r":3: 'language' is one of en, ru, fa"),
        (RT.replace("EXTRA", ", poll_s: 0"), r":3: 'poll_s' is from 1 to 86400"),
        (RT.replace("EXTRA", ", fields: {colour: x}"), r":3: 'fields' has .*not 'colour'"),
        (RT.replace("EXTRA", ", priorities: {P9: x}"), r":3: 'priorities' has .*not 'P9'"),
        (RT.replace("EXTRA", ", statuses: {odd: new}"), r":3: a status means .*not 'new'"),
        (RT.replace("EXTRA", "") + "  repeat_days: -1\n", r":4: 'repeat_days' is a whole"),
        (RT.replace("EXTRA", "") + "  resolved_but_broken: shrug\n", r":4: .*cannot be 'shrug'"),
        (RT.replace("EXTRA", "") + "  proactive: {system: x}\n", r":4: there is no ticket system"),
        (
            RT.replace("EXTRA", "") + "  proactive: {system: rt, sides: [subscriber]}\n",
            r":4: nobody wants a ticket for his own switched-off router",
        ),
        (
            "  desks:\n    it: {kind: mail, server: x, from: a@b, to: c@d}\n",
            r":3: 'server' is H",
        ),
        (
            "  desks:\n    it: {kind: mail, server: 'x:25', from: nobody, to: c@d}\n",
            r":3: 'from' is a mail address",
        ),
        (
            "  desks:\n    it: {kind: webhook, url: ftp://x, secret: {env: T}}\n",
            r":3: 'url' b",
        ),
        (
            RT.replace("http://127.0.0.1", "rt.example.net").replace("EXTRA", ""),
            r":3: 'url' begins",
        ),
        (RT.replace("127.0.0.1", "[::1").replace("EXTRA", ""), r":3: 'url' begins"),
        (
            "  desks:\n    it: {kind: mail, server: 'x:25', from: a@b, to: c@d, tag: '[{id}]'}\n",
            r":3: 'tag' has {ticket}",
        ),
        ("  verify_afer_s: 3\n", r":2: tickets has no key .* mean 'verify_after_s'"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    with pytest.raises(ContentError, match=told) as caught:
        settings_of(tmp_path, text, monkeypatch, T="secret-9x")
    assert "netdiag.yaml" in str(caught.value)
    assert "secret-9x" not in str(caught.value)


def test_the_longest_name_of_a_desk_finds_its_queue() -> None:
    common = Common(name="it", kind="rt", queues={"field": "Field", "field.pon": "Fibre"})
    found = [common.queue(name) for name in ("field.pon", "field.line", "field", "noc", None)]
    assert found == ["Fibre", "Field", "Field", None, None]


def test_a_status_that_nobody_explained_is_open_so_that_nobody_forgets_the_ticket() -> None:
    common = Common(name="it", kind="rt", meanings={"done": TicketState.RESOLVED})
    assert common.meaning("Done") is TicketState.RESOLVED
    assert common.meaning("waiting for parts") is TicketState.OPEN


def test_a_secret_that_signs_nothing_is_told_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "  desks:\n    it: {kind: webhook, url: 'http://x', secret: {env: T}}\n"
    with pytest.raises(ContentError, match=":3: 'secret' is whsec_ and base64") as caught:
        settings_of(tmp_path, text, monkeypatch, T="hush-hush-h")
    assert "hush-hush" not in str(caught.value)
