"""Small pairs of reply and facts, by which the reading of a probe is proven.

`DIR/<platform>/<probe>/<case>.yaml`:

know:    placeholders; facts by their names
asks:    a text that the rendered question must hold (optional)
reply:   rows; `hex:6c00` stands for octets. Or
says:    what the device prints (read by the probe's own template). Or
replies: rows by target, for probes that ask several. Or
silence: timed_out | not_reachable | access_denied
cut:     true when the table was longer
facts:   every fact that must come of it; all others of the probe must be absent
absent:  the reason for some of these (optional)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Items, Scalar, Table, Tree, load_file
from netdiag.model.wire import Answer, Cell, NoAnswer, Question, Row, SshCommand, Touch
from netdiag.model.words import AbsenceReason
from netdiag.transports.ssh_rows import read_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One pair."""

    platform: str
    probe: str
    know: dict[str, str]
    asks: str | None
    rows: tuple[Row, ...]
    says: str | None
    replies: dict[str, tuple[Row, ...]]
    silence: AbsenceReason | None
    cut: bool
    facts: dict[str, Tree]
    absent: dict[str, str]

    def reply(self, question: Question, target: str) -> Answer | NoAnswer:
        """What this target answers."""
        if self.silence is not None:
            return NoAnswer(why=self.silence, detail="as the case says")
        look = question.look if isinstance(question, Touch) else question
        if self.says is not None and isinstance(look, SshCommand):
            return Answer(rows=read_rows(look, self.says))
        return Answer(rows=self.replies.get(target, self.rows), cut=self.cut)


def cases_in(directory: Path) -> list[Path]:
    """Every case below the directory."""
    return sorted(directory.glob("*/*/*.yaml"))


def load_case(path: Path, below: Path) -> Case:
    """Read one case. Raises ContentError with file and line."""
    reader = Reader(load_file(path, str(path.relative_to(below))), "a case")
    silence = reader.optional("silence")
    replies = reader.inner("replies")
    case = Case(
        platform=path.parent.parent.name,
        probe=path.parent.name,
        know=reader.texts_by_key("know"),
        asks=reader.optional("asks"),
        rows=tuple(_row(tree) for tree in reader.trees("reply")),
        says=reader.optional("says"),
        replies={name: _rows(replies.need(name)) for name in replies.keys()} if replies else {},  # noqa: SIM118
        silence=AbsenceReason(silence) if silence else None,
        cut=reader.flag("cut"),
        facts=_table(reader.tree("facts")),
        absent=reader.texts_by_key("absent"),
    )
    if replies:
        replies.done()
    reader.done()
    return case


def _table(tree: Tree | None) -> dict[str, Tree]:
    return dict(tree.entries) if isinstance(tree, Table) else {}


def _rows(tree: Tree) -> tuple[Row, ...]:
    if not isinstance(tree, Items):
        raise fail(tree.place, "rows are a list.")
    return tuple(_row(item) for item in tree)


def _row(tree: Tree) -> Row:
    if not isinstance(tree, Table):
        raise fail(tree.place, "a row maps columns to values.")
    return {name: _cell(value) for name, value in tree.entries.items()}


def _cell(tree: Tree) -> Cell:
    if not isinstance(tree, Scalar):
        raise fail(tree.place, "a cell is one value.")
    if tree.is_null:
        return None
    if tree.text.startswith("hex:"):
        return bytes.fromhex(tree.text[4:])
    return tree.text
