"""The table of platforms and probes, as docs/reference/platforms.md holds it.

python -m bench.platforms > docs/reference/platforms.md
"""

from __future__ import annotations

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.probe import Platform, Probe

_HEAD = """# Platforms and their probes

What netdiag can ask each platform, over what, and what each probe was proven on: recordings or
transcripts of real devices, or the real software. *Not proven* means written from the manual or
MIB alone, with cases of our own (`tests/probes`); try it with `netdiag probes try DEVICE` before
you rely on it. That the lab answers a probe proves nothing here.

This page is made of the probe files: `python -m bench.platforms > docs/reference/platforms.md`.
"""


def table(content: Content) -> str:
    """The whole page."""
    families = [name for name, platform in content.platforms.items() if not platform.is_model]
    own = {name: [p for p in content.probes if p.platform == name] for name in families}
    parts = [_HEAD, _summary(content, own)]
    parts += [_section(content.platforms[name], own[name], content) for name in sorted(own)]
    return "\n".join(parts)


def _summary(content: Content, own: dict[str, list[Probe]]) -> str:
    lines = ["| platform | own probes | proven | inherits |", "|---|---|---|---|"]
    for name in sorted(own):
        proven = sum(bool(probe.proven) for probe in own[name])
        inherits = ", ".join(content.lineage(name)[1:]) if _is_device(content, name) else ""
        lines.append(f"| [{name}](#{name}) | {len(own[name])} | {proven} | {inherits} |")
    return "\n".join(lines) + "\n"


def _is_device(content: Content, name: str) -> bool:
    return "generic" in content.lineage(name) and name != "any"


def _section(platform: Platform, probes: list[Probe], content: Content) -> str:
    lines = [f"## {platform.id}", "", f"{platform.title}. {platform.notes.strip()}".strip(), ""]
    if platform.sys_object_ids or platform.sys_descr:
        known = [f"sysObjectID below `{oid}`" for oid in platform.sys_object_ids]
        known += [f"sysDescr matching `{_cell(platform.sys_descr)}`"] if platform.sys_descr else []
        lines += [f"Known by {' and '.join(known)}.", ""]
    if platform.without:
        lines += [f"Does not serve: {', '.join(platform.without)}.", ""]
    lines += _models(platform, content)
    if probes:
        lines += ["| probe | asks | over | disturbs | proven on |", "|---|---|---|---|---|"]
        lines += [_row(probe) for probe in sorted(probes, key=lambda one: (one.stage, one.id))]
        lines.append("")
    return "\n".join(lines)


def _models(family: Platform, content: Content) -> list[str]:
    """What is done otherwise for some models of a platform."""
    models = [p for p in content.platforms.values() if p.is_model and p.family == family.id]
    if not models:
        return []
    rows = [
        (model.id, model.title, "; ".join(_care(model, content)), model.notes.strip())
        for model in models
    ]
    head = ["| model | devices | other care | why |", "|---|---|---|---|"]
    return [*head, *(f"| {' | '.join(map(_cell, row))} |" for row in rows), ""]


def _care(model: Platform, content: Content) -> list[str]:
    name = model.id.partition("/")[2]
    only = [p.id for p in content.probes if p.platform == model.family and name in p.only]
    said = [f"{key} {value}" for key, value in (*model.options.items(), *model.params.items())]
    said += [f"without {', '.join(model.without)}"] if model.without else []
    said += [f"{probe}: not {', '.join(facts)}" for probe, facts in model.broken.items()]
    return [*said, f"also {', '.join(only)}"] if only else said


def _row(probe: Probe) -> str:
    proven = "; ".join(probe.proven) or "*not proven*"
    cells = (probe.id, probe.title, probe.transport, str(probe.disruption), proven)
    return f"| {' | '.join(_cell(text) for text in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(table(load()), end="")
