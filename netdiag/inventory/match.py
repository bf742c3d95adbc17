"""Does a row that a foreign system returned really match the key?

Databases and APIs compare in their own ways: MariaDB finds uid 0 for the text 'abc', a search
API finds substrings. So every row that comes back is compared again, by our rules.
"""

from __future__ import annotations

from netdiag.inventory.cells import phones
from netdiag.inventory.keys import By, PhoneRule, Reading, fold
from netdiag.model.subscriber import Attachment, Subscriber

_NOWHERE = Attachment()


def matches(reading: Reading, subscriber: Subscriber, rule: PhoneRule) -> bool:
    """Is this the subscriber of the reading?"""
    if reading.by is By.PHONE:
        digits = rule.key(reading.value)
        return digits is not None and digits in phones(subscriber.phone or "", rule)
    if reading.by is By.MAC:
        at = subscriber.attachment or _NOWHERE
        return reading.value in (*subscriber.macs, at.radio_mac)
    if reading.by in (By.PORT, By.DEVICE, By.BNG):
        return _there(reading, subscriber.attachment or _NOWHERE)
    have = {By.ID: subscriber.id, By.LOGIN: subscriber.login, By.IP: subscriber.ip}[reading.by]
    if have is None:
        return False
    return fold(have) == fold(reading.value) if reading.fold else have == reading.value


def _there(reading: Reading, attachment: Attachment) -> bool:
    device = attachment.bng if reading.by is By.BNG else attachment.device
    if fold(device or "") != fold(reading.value):
        return False
    return reading.by is not By.PORT or fold(attachment.port or "") == fold(reading.port)


def spellings(reading: Reading, rule: PhoneRule) -> tuple[str, ...]:
    """How the key may be written in a column, for a look-up by index."""
    if reading.by is By.MAC:
        return _mac_spellings(reading.value)
    if reading.by is By.IP:
        return (reading.value, f"{reading.value}/32")
    if reading.by is not By.PHONE:
        return (reading.value,)
    digits = rule.key(reading.value)
    if digits is None:
        return ()
    prefixes = ("", "+7", "7", "8", "0", "+98", "98", "0098")  # as dialled in Russia and Iran
    return tuple(dict.fromkeys((reading.value, *(p + digits for p in prefixes))))


def _mac_spellings(mac: str) -> tuple[str, ...]:
    digits = mac.replace(":", "")
    fours = [digits[i : i + 4] for i in (0, 4, 8)]
    forms = (mac, mac.replace(":", "-"), digits, ".".join(fours), "-".join(fours))
    return (*forms, *(form.upper() for form in forms))
