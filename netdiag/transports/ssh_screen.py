"""What a device printed, as a terminal shows it: no colours, no pager, nothing overwritten."""

from __future__ import annotations

import re

# ECMA-48: control sequences (CSI), and those of one letter.
_TOKEN = re.compile(
    r"\x1b\[(?P<number>\d*)[\d;?]*[ -/]*(?P<final>[@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b.?|[\x00\x07]|(?P<back>\x08)|(?P<home>\r)|(?P<text>[^\x00\x07\x08\r\x1b]+)"
)
_PAGER = re.compile(
    r"""\s*(?:<?-{2,}\s*More\s*(?:\([^)]*\)\s*)?(?:-{2,}>?(?:\ or\ \(q\)uit|,\ next\ page:.*)?|$)
    | \bMore:\ <space>,\s+Quit:.*?<return>
    | \bCTRL\+C\ (?:ESC\ )?q\ Quit\b.*?\bAll
    | \bPress\ any\ key\ to\ continue(?:\ \([^)]*\))?)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_ODD = re.compile(r"[\x00\x07\x08\x1b]|\r(?!\n)")


def printed(output: str) -> str:
    """The text without what moves the cursor or asks for a key. Lines end with a line feed."""
    output = output.replace("\r\r\n", "\n").replace("\r\n", "\n")
    odd, paged = _ODD.search(output), _PAGER.search(output)
    if not odd and not paged:
        return output
    lines = map(_shown, output.split("\n")) if odd else output.split("\n")
    return "\n".join(_PAGER.sub("", line) for line in lines)


def _shown(line: str) -> str:
    cells: list[str] = []
    at = 0
    for token in _TOKEN.finditer(line):
        number = int(token["number"] or 1) if token["final"] else 1
        if token["home"]:
            at = 0
        elif token["back"] or token["final"] == "D":  # cursor left
            at = max(0, at - number)
        elif token["final"] == "K":  # erase the line: from here, or all of it
            del cells[0 if number == 2 else at :]
        elif token["text"]:
            cells += " " * (at - len(cells))
            cells[at : at + len(token["text"])] = token["text"]
            at += len(token["text"])
    return "".join(cells).rstrip()
