"""Mail to a real SMTP server."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from netdiag.routing.desks.desk import Ability, Draft, NotNowError, RefusedError
from netdiag.routing.desks.mail import Desk
from tests.addresses import free_port
from tests.desks.opened import opened


class Box:
    """Takes everything, but for addresses that it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append((list(envelope.rcpt_tos), message))
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    handler, port = Box(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def desk(port: int, path: Path, patch: pytest.MonkeyPatch) -> Desk:
    made = opened(
        path, patch, "", kind="mail", server=f"127.0.0.1:{port}", tls="none",
        **{"from": "netdiag@isp.test", "to": "help@isp.test", "tag": "'[isp #{ticket}]'"},
        queues="{noc: noc@isp.test}",
    )  # fmt: skip
    assert isinstance(made, Desk)
    return made


async def test_a_ticket_is_a_mail_to_its_queue_and_a_note_is_in_its_thread(
    box: tuple[Box, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, port = box
    it = desk(port, tmp_path, monkeypatch)
    draft = Draft(subject="Авария 😀", text="سلام\nстрока", queue="noc@isp.test")
    made = await it.create(draft, "netdiag-1a2b", again=False)
    await it.create(draft, "netdiag-1a2b", again=True)
    await it.note(made.id, "what was seen", "netdiag-3c", again=False)
    (to, first), (_, same), (note_to, note) = handler.mails
    assert (to, note_to) == (["noc@isp.test"], ["help@isp.test"])
    assert first["Message-ID"] == same["Message-ID"] == "<netdiag-1a2b@isp.test>"
    assert first["Subject"] == "Авария 😀 [netdiag-1a2b]"
    assert first.get_content().strip().replace("\r", "") == "سلام\nстрока"
    assert note["References"] == first["Message-ID"]
    assert note["Subject"] == "[isp #netdiag-1a2b] netdiag"
    assert it.abilities == {Ability.CREATE, Ability.NOTE}


async def test_refused_for_good_or_for_now_or_not_there(
    box: tuple[Box, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, port = box
    it = desk(port, tmp_path, monkeypatch)
    for reply, kind in (("550 no such user", RefusedError), ("451 later", NotNowError)):
        handler.refuse = {"help@isp.test": reply}
        with pytest.raises(kind):
            await it.note("7", "x", "netdiag-1", again=False)
    gone = desk(free_port(), tmp_path, monkeypatch)
    with pytest.raises(NotNowError, match="cannot be reached"):
        await gone.note("7", "x", "netdiag-1", again=False)
    assert handler.mails == []


async def test_a_ticket_id_puts_no_line_into_the_header(
    box: tuple[Box, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, port = box
    it = desk(port, tmp_path, monkeypatch)
    await it.note("7\r\nBcc: all@isp.test", "x", "netdiag-1", again=False)
    ((to, mail),) = handler.mails
    assert to == ["help@isp.test"]
    assert mail["Bcc"] is None
