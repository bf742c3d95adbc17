"""netdiag rules new: asks, and writes a rule that holds its own examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from netdiag.cli.asking import ask, choose, in_languages, several
from netdiag.cli.consent import in_terminal
from netdiag.cli.options import Common, common, emit
from netdiag.cli.templates import remind, written_or_withdrawn
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.words import Category, Segment, Severity, Side


@click.command("new")
@click.argument("fault")
@click.option(
    "--segment",
    type=click.Choice([str(s) for s in Segment]),
    help="Where on the path the fault sits.",
)
@click.option("--side", type=click.Choice([str(s) for s in Side]), help="Who has to act.")
@click.option(
    "--when",
    multiple=True,
    metavar="CONDITION",
    help="What proves it: 'fact op value' (repeatable).",
)
@click.option(
    "--unless", multiple=True, metavar="CONDITION", help="What rules it out (repeatable)."
)
@click.option("--title", metavar="TEXT", help="What an operator calls it.")
@click.option("--say", metavar="TEXT", help="One calm sentence to the customer.")
@click.option("--step", multiple=True, metavar="TEXT", help="What the operator does (repeatable).")
@click.option(
    "--category",
    type=click.Choice([str(c) for c in Category]),
    default="technical",
    show_default=True,
    help="For the statistics.",
)
@click.option(
    "--severity",
    type=click.Choice([str(s) for s in Severity]),
    default="minor",
    show_default=True,
    help="In X.733's words.",
)
@click.option("--route", metavar="ROUTE", help="Who takes the work (rules/desks.yaml).")
@click.option(
    "--into",
    default="rules",
    type=click.Path(file_okay=False),
    show_default=True,
    help="Directory of rules.",
)
@common
def new(fault: str, into: str, common: Common, **given: Any) -> int:
    """Write a rule: asks for what no option says, checks it, runs its examples."""
    from netdiag.service.setup import offline
    from netdiag.service.teach.new_rule import Answers, rule_yaml

    settings, content = offline(common.config)
    _free(fault, content)
    _asked(given, content)
    missing = [name for name in ("segment", "side", "when", "title", "say") if not given[name]]
    if missing:
        options = ", ".join(f"--{name}" for name in missing)
        raise ContentError(f"Nobody can be asked here. Give {options} as well.")
    said = given["say"] if isinstance(given["say"], dict) else {"en": given["say"]}
    titled = given["title"] if isinstance(given["title"], dict) else {"en": given["title"]}
    answers = Answers(
        fault=fault,
        segment=Segment(given["segment"]),
        side=Side(given["side"]),
        title=titled,
        say=said,
        steps={"en": given["step"] or ("Tell the NOC what was found.",)},
        require=tuple(given["when"]),
        refute=tuple(given["unless"]),
        category=Category(given["category"]),
        severity=Severity(given["severity"]),
        route=given["route"] or "first_line",
    )
    if answers.route not in content.routes:
        raise ContentError(
            f"There is no route {answers.route!r}. Known: {', '.join(sorted(content.routes))}."
        )
    path = Path(into) / str(answers.segment) / f"{fault.rpartition('.')[2]}.yaml"
    written_or_withdrawn({path: rule_yaml(answers, content)}, Path(into), common.config)
    if common.json:
        emit({"files": [str(path)]})
        return 0
    click.echo(f"{path}: written; its examples hold. Edit it, then `netdiag rules test {fault}`.")
    remind(settings, Path(into))
    return 0


def _free(fault: str, content: Content) -> None:
    known = {rule.fault: rule.origin for rule in content.rules}
    if fault in known:
        raise ContentError(f"{fault} is there already: {known[fault]}. Choose another code.")


def _asked(given: dict[str, Any], content: Content) -> None:
    """Fill in what no option says, when somebody can be asked."""
    from netdiag.service.teach.new_rule import condition

    if not in_terminal():
        return
    given["segment"] = given["segment"] or choose(
        "Where on the path does it sit", [str(s) for s in Segment], "access"
    )
    given["side"] = given["side"] or choose("Who has to act", [str(s) for s in Side], "provider")
    given["title"] = given["title"] or in_languages("What does an operator call it")
    given["when"] = given["when"] or several(
        "What proves it (fact op value, such as port.oper_status == down; facts: netdiag probes "
        "list --facts)",
        lambda text: condition(text, content),
        least=1,
    )
    given["unless"] = given["unless"] or several(
        "What rules it out (Enter: nothing)", lambda text: condition(text, content)
    )
    given["say"] = given["say"] or in_languages("One calm sentence to the customer")
    given["step"] = given["step"] or several("What does the operator do", least=1)
    given["route"] = given["route"] or choose("Who takes the work", content.routes, "first_line")
    if given["category"] == "technical":
        given["category"] = choose("Category", [str(c) for c in Category], "technical")
    ask("Write the file? Enter, or Ctrl-C to leave", "yes")
