"""Messages to people: e-mail, Telegram, Slack, Mattermost and some hundred more, by Apprise.

A destination is one Apprise URL, which holds its password and is a secret as a whole.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from netdiag.model.errors import NetdiagError
from netdiag.model.secret import Secret
from netdiag.notify.webhook import NotDeliveredError

Say = Callable[[Secret, str, str], Any]


class AddressError(NetdiagError):
    """The URL is none that Apprise knows; the text names the destination, never the URL."""


def check(name: str, url: Secret) -> None:
    """Raises AddressError when nothing can be sent there."""
    _opened(name, url)


async def tell(name: str, url: Secret, title: str, text: str) -> None:
    """Send one message. Raises AddressError, NotDeliveredError."""
    sender = _opened(name, url)
    if not await asyncio.to_thread(sender.notify, body=text, title=title):
        raise NotDeliveredError(
            f"the message to {name!r} was not taken. Try it with `netdiag outages tell {name}`; "
            "the log of Apprise (-v) says what the other side answered."
        )


def _opened(name: str, url: Secret) -> Any:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs parts of the URL
    sender = apprise.Apprise()
    if not sender.add(url.reveal()):
        raise AddressError(
            f"The URL of {name!r} is none that Apprise knows, such as mailto://, tgram:// or "
            "mmost://. Its scheme or a part of it is wrong."
        )
    return sender
