"""netdiag rules list|show|test|new."""

from __future__ import annotations

import click

from netdiag.cli.new_rule import new
from netdiag.cli.options import Common, common, emit, options
from netdiag.cli.rules_past import backtest, learn
from netdiag.model.errors import ContentError
from netdiag.model.rule import Clause, Rule


@click.group()
@options
def rules(**_: object) -> None:
    """The engineer's bench for rules: one fault, one file."""


@rules.command("list")
@common
def list_rules(common: Common) -> int:
    """All faults in the order in which they are decided."""
    from netdiag.service.setup import offline

    settings, content = offline(common.config)
    language = common.speak(settings.language)
    if common.json:
        emit(
            [
                {"fault": r.fault, "rank": r.rank, "side": r.side, "origin": r.origin}
                for r in content.rules
            ]
        )
        return 0
    for rule in content.rules:
        title = rule.title.get(language, rule.title["en"])
        click.echo(f"{rule.rank:4} {rule.side:12} {rule.fault:42} {title}  ({rule.origin})")
    return 0


@rules.command()
@click.argument("fault")
@common
def show(fault: str, common: Common) -> int:
    """One fault: what proves it, what rules it out, what follows."""
    rule = _rule(fault, common)
    if common.json:
        emit(_document(rule))
        return 0
    title = rule.title.get(common.lang or "en", rule.title["en"])
    click.echo(f"{rule.fault}: {title}  ({rule.origin})")
    click.echo(
        f"side {rule.side}, segment {rule.segment}, severity {rule.severity}, rank {rule.rank}"
    )
    for name, clauses in (
        ("require", rule.require),
        ("support", rule.support),
        ("refute", rule.refute),
    ):
        click.echo(f"{name}:")
        for clause in clauses:
            click.echo(f"  {_clause(clause)}")
    click.echo(f"looks like: {', '.join(rule.look_alikes) or 'nothing else'}")
    if rule.learned_db:
        click.echo(f"learned from findings: {rule.learned_db:+g} dB")
    for language, text in rule.say.items():
        if common.lang in (None, language):
            click.echo(f"say ({language}): {text}")
    if rule.notes:
        click.echo(f"notes: {rule.notes}")
    return 0


@rules.command()
@click.argument("fault", required=False)
@common
def test(fault: str | None, common: Common) -> int:
    """Run the examples of one rule, or of all."""
    from netdiag.service.doctor.check import examples_that_fail
    from netdiag.service.setup import offline

    _, content = offline(common.config)
    if fault:
        _rule(fault, common)
    failed = [m for m in examples_that_fail(content) if fault in (None, m.rule.fault)]
    run = sum(len(r.examples) for r in content.rules if fault in (None, r.fault))
    if common.json:
        emit({"examples": run, "failed": [str(m) for m in failed]})
    else:
        for mismatch in failed:
            click.echo(str(mismatch), err=True)
        click.echo(f"{run} examples, {len(failed)} failed")
    return 2 if failed else 0


rules.add_command(new)


rules.add_command(backtest)
rules.add_command(learn)


def _rule(fault: str, common: Common) -> Rule:
    from difflib import get_close_matches

    from netdiag.service.setup import offline

    _, content = offline(common.config)
    for rule in content.rules:
        if rule.fault == fault:
            return rule
    near = get_close_matches(fault, [rule.fault for rule in content.rules], n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "`netdiag rules list` shows all."
    raise ContentError(f"There is no rule {fault!r}. {hint}")


def _clause(clause: Clause) -> str:
    weight = f"  {clause.db:+g} dB" if clause.db else ""
    return f"{clause.condition}{weight}{f' ({clause.family})' if clause.family else ''}"


def _document(rule: Rule) -> dict[str, object]:
    return {
        "fault": rule.fault,
        "rank": rule.rank,
        "side": rule.side,
        "segment": rule.segment,
        "category": rule.category,
        "severity": rule.severity,
        "probable_cause": rule.probable_cause,
        "title": dict(rule.title),
        "require": [_clause(c) for c in rule.require],
        "support": [_clause(c) for c in rule.support],
        "refute": [_clause(c) for c in rule.refute],
        "look_alikes": list(rule.look_alikes),
        "say": dict(rule.say),
        "route": rule.route,
        "learned_db": rule.learned_db,
        "origin": rule.origin,
    }
