"""What terminals erase is no part of a reply."""

import pytest

from netdiag.transports.ssh_screen import printed

ROWS = "Port   Status\n 1/0/1 up\n 1/0/2 down"


@pytest.mark.parametrize(
    "raw",
    [
        ROWS,
        "Port   Status\r\n 1/0/1 up\r\n 1/0/2 down",
        "Port   Status\r\r\n 1/0/1 up\r\r\n 1/0/2 down",
        "\x1b[1mPort   Status\x1b[0m\n 1/0/1 \x1b[32mup\x1b[0m\n 1/0/2 \x1b[01;31mdown\x1b[m",
        "Port   Status\n--More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08         "
        "\x08\x08\x08\x08\x08\x08\x08\x08\x08 1/0/1 up\n 1/0/2 down",
        "Port   Status\n --More-- \r          \r 1/0/1 up\r\n 1/0/2 down",
        "Port   Status\n  ---- More ( Press 'Q' to break ) ----\x1b[42D" + " " * 42 + "\x1b[42D"
        " 1/0/1 up\n 1/0/2 down",
        "Port   Status\nMore: <space>,  Quit: q or CTRL+Z, One line: <return> \r\x1b[K 1/0/1 up\n"
        " 1/0/2 down",
        "Port   Status\n\x1b]0;sw-12\x07 1/0/1 up\n 1/0/2 down\x1b7\x00",
    ],
    ids=["plain", "crlf", "crcrlf", "colours", "backspaces", "return", "left", "erased", "title"],
)
def test_a_terminal_shows_the_same(raw: str) -> None:
    assert printed(raw) == ROWS


@pytest.mark.parametrize(
    "prompt",
    [
        "--More--",
        "--More-- or (q)uit",
        "---- More ----",
        "<--- More --->",
        "-- MORE --, next page: Space, next line: Enter, quit: Control-C",
        "CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All",
        "Press any key to continue (Q to quit)",
    ],
)
def test_a_pager_that_nobody_erased_leaves_no_row(prompt: str) -> None:
    assert printed(f"first\n{prompt}\nsecond").split() == ["first", "second"]


def test_words_of_a_reply_stay() -> None:
    text = "Description: --moreover-- | 5 more errors | press here\n-- more or less"
    assert printed(text) == text
