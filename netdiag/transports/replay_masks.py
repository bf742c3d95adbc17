"""Consistent masks for addresses and words."""

from __future__ import annotations

import ipaddress
import re
from functools import cached_property

from netdiag.transports.replay_names import ONU

_MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}([.-])[0-9A-Fa-f]{4}\2[0-9A-Fa-f]{4}"
    r"|[0-9A-Fa-f]{12})(?![0-9A-Fa-f:-])"
)
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![0-9A-Za-z:])")
_NUMBERS = re.compile(r"(?<![\d.])\d+(?:\.\d+){4,}(?![\d.])")
_SHORTEST_WORD = 3
_LABEL = 8  # octets of an ONU's serial number


class Masks:
    """Learns first, masks afterwards."""

    def __init__(self) -> None:
        self._macs: dict[bytes, bytes] = {}
        self._ips: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._octets: dict[bytes, bytes] = {}  # serial numbers as they stand in octets
        self._counts: dict[str, int] = {}

    def learn_text(self, text: str) -> None:
        """Remember the addresses in a text. Twelve bare hexadecimal digits are no MAC unless the
        same MAC is seen elsewhere."""
        for found in _MAC.finditer(text):
            if len(found.group()) > 12:
                self.learn_octets(_bare(found.group()))
        for found in _IPV4.finditer(text):
            self._learn_ip(found.group())
        for found in _IPV6.finditer(text):
            self._learn_ip(found.group())

    def learn_octets(self, octets: bytes) -> None:
        """Remember six octets as a MAC address. Group addresses and zeros stay as they are."""
        if len(octets) == _LABEL and octets[:4].isalpha() and octets[:4].isupper():
            self.serial(octets[:4].decode("ascii") + octets[4:].hex().upper())
        special = len(octets) != 6 or octets[0] & 1 or not any(octets)
        if not special and octets not in self._macs:
            number = len(self._macs) + 1
            self._macs[octets] = bytes.fromhex("02005e") + number.to_bytes(3, "big")

    def login(self, word: str) -> None:
        """Remember a login: masked wherever it stands as a word."""
        if not self._is_address(word):
            self._remember(word.strip(), "user")

    def name(self, word: str) -> None:
        """Remember a name of a device, a place or a person: masked wherever it stands."""
        if not self._is_address(word):
            self._remember(word.strip(), "name")

    def serial(self, text: str) -> None:
        """Remember a serial number. One of an ONU keeps its form, and is masked in octets too."""
        text = text.strip()
        if not ONU.fullmatch(text):
            self._remember(text, "serial")
            return
        if text not in self._words:
            mask = f"{text[:4]}{self._next('onu'):08X}"
            self._words[text] = mask
            self._octets[_label(text)] = _label(mask)

    def text(self, text: str) -> None:
        """Remember a text that is masked as a whole."""
        if text and text not in self._words:
            self._words[text] = f"text-{self._next('text')}"

    def _remember(self, word: str, kind: str) -> None:
        if len(word) >= _SHORTEST_WORD and word not in self._words and not word.isdecimal():
            self._words[word] = f"{kind}-{self._next(kind)}"

    def _next(self, kind: str) -> int:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]

    def octets(self, octets: bytes) -> bytes:
        """Octets with the known MAC addresses in them masked."""
        for known, mask in (*self._macs.items(), *self._octets.items()):
            octets = octets.replace(known, mask)
        return octets

    def apply(self, text: str) -> str:
        """A text with everything known masked."""
        if text in self._words:
            return self._words[text]
        raw = text.encode()
        if len(raw) == 6 and raw in self._macs:  # octets that happened to look like text
            return self._macs[raw].decode("latin-1")
        text = _MAC.sub(lambda m: self._mac(m.group()), text)
        text = _IPV4.sub(lambda m: self._ips.get(m.group(), m.group()), text)
        text = _IPV6.sub(lambda m: self._ips.get(m.group(), m.group()), text)
        text = _NUMBERS.sub(lambda m: self._numbers(m.group()), text)
        return self._word.sub(lambda m: self._words[m.group()], text) if self._words else text

    @cached_property
    def _word(self) -> re.Pattern[str]:
        longest_first = sorted(self._words, key=len, reverse=True)
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")

    @cached_property
    def _dotted(self) -> dict[str, str]:
        macs = {_decimal(mac): _decimal(mask) for mac, mask in self._macs.items()}
        return macs | {ip: mask for ip, mask in self._ips.items() if ":" not in ip}

    def _learn_ip(self, text: str) -> None:
        if not self._is_address(text) or text in self._ips:
            return
        ip = ipaddress.ip_address(text)
        if ip.is_loopback or ip.is_unspecified or ip.is_multicast or text.startswith("255."):
            return
        base = ipaddress.ip_address("198.18.0.0" if ip.version == 4 else "2001:db8::")
        self._ips[text] = str(base + len(self._ips) + 1)

    @staticmethod
    def _is_address(text: str) -> bool:
        try:
            ipaddress.ip_address(text)
        except ValueError:
            return False
        return True

    def _mac(self, text: str) -> str:
        mask = self._macs.get(_bare(text))
        if mask is None:
            return text
        digits = mask.hex().upper() if text.upper() == text else mask.hex()
        separator = next((c for c in text if c in ":.-"), "")
        step = text.index(separator) if separator else 12
        return separator.join(digits[i : i + step] for i in range(0, 12, step))

    def _numbers(self, text: str) -> str:
        """Addresses inside an OID or index."""
        padded = f".{text}."
        for known, mask in self._dotted.items():
            padded = padded.replace(f".{known}.", f".{mask}.")
        return padded[1:-1]


def _bare(mac: str) -> bytes:
    return bytes.fromhex(re.sub(r"[:.-]", "", mac))


def _label(text: str) -> bytes:
    """The eight octets of an ONU's serial number."""
    return text[:4].encode("ascii") + bytes.fromhex(text[4:])


def _decimal(octets: bytes) -> str:
    return ".".join(map(str, octets))
