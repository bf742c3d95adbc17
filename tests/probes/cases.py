"""Small pairs of reply and facts: `tests/probes/<platform>/<probe>/<case>.yaml`.

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

from netdiag.content.reader import Reader
from netdiag.content.yaml import Items, Scalar, Table, Tree, load_file
from netdiag.model.wire import Answer, Cell, NoAnswer, Row, SshCommand, Touch
from netdiag.model.words import AbsenceReason
from netdiag.transports.ssh_rows import read_rows

HERE = Path(__file__).parent


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

    def reply(self, question: object, target: str) -> Answer | NoAnswer:
        """What this target answers."""
        if self.silence is not None:
            return NoAnswer(why=self.silence, detail="as the case says")
        if isinstance(question, Touch):
            question = question.look
        if self.says is not None:
            assert isinstance(question, SshCommand)
            return Answer(rows=read_rows(question, self.says))
        return Answer(rows=self.replies.get(target, self.rows), cut=self.cut)


def paths() -> list[Path]:
    """Every case there is."""
    return sorted(HERE.glob("*/*/*.yaml"))


def load_case(path: Path) -> Case:
    """Read one case; errors name file and line."""
    reader = Reader(load_file(path, str(path.relative_to(HERE))), "a case")
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
    assert isinstance(tree, Items), f"{tree.place}: rows are a list"
    return tuple(_row(item) for item in tree)


def _row(tree: Tree) -> Row:
    assert isinstance(tree, Table), f"{tree.place}: a row maps columns to values"
    return {name: _cell(value) for name, value in tree.entries.items()}


def _cell(tree: Tree) -> Cell:
    assert isinstance(tree, Scalar), f"{tree.place}: a cell is one value"
    if tree.is_null:
        return None
    if tree.text.startswith("hex:"):
        return bytes.fromhex(tree.text[4:])
    return tree.text
