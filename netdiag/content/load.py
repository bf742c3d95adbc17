"""Find, read and check everything that was taught, as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from netdiag.content import (
    circuits,
    desks,
    findings,
    kept,
    logs,
    platforms,
    probes,
    rules,
    sheets,
    traps,
    vocabulary,
)
from netdiag.content.grammar import Grammar
from netdiag.content.yaml import Place, Tree, load_file
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.probe import Platform, Probe
from netdiag.model.rule import RouteTo, Rule
from netdiag.model.sweep import FindingRule, SweepSheet
from netdiag.model.vocabulary import FactType, Vocabulary

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    shown: str
    tree: Tree
    root: Path


@dataclass(slots=True)
class _Found:
    """Files by what they hold, and what was wrong with some."""

    problems: list[str] = field(default_factory=list)
    digest: list[bytes] = field(default_factory=list)
    vocabulary: list[_File] = field(default_factory=list)
    platforms: list[_File] = field(default_factory=list)
    probes: list[_File] = field(default_factory=list)
    rules: list[_File] = field(default_factory=list)
    circuits: list[_File] = field(default_factory=list)
    traps: list[_File] = field(default_factory=list)
    logs: list[_File] = field(default_factory=list)
    sheets: list[_File] = field(default_factory=list)
    findings: list[_File] = field(default_factory=list)
    points: dict[str, _File] = field(default_factory=dict)
    lessons: list[_File] = field(default_factory=list)

    def attempt(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Run one piece of reading; keep its error and go on."""
        try:
            return work(*args, **kwargs)
        except ContentError as error:
            self.problems.append(str(error))
            return None


def shipped() -> tuple[Path, ...]:
    """Directories of the shipped content: inside the wheel, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_content"
    checkout = package.parent
    root = inside if inside.is_dir() else checkout
    if root == checkout and not (checkout / "pyproject.toml").is_file():
        raise ContentError("The shipped probes and rules are missing. Install netdiag again.")
    return root / "probes", root / "rules"


def load(extra: Iterable[Path] = (), base: Iterable[Path] | None = None) -> Content:
    """All content: `base` (the shipped one) with the site's directories on top; same id replaces.

    Raises ContentError with one line per problem, each naming file and line.
    """
    directories = (*(shipped() if base is None else base), *extra)
    key = kept.key_of(directories) if base is None else None
    known = kept.recall(key) if key else None
    if known is None:
        known = _read(directories)
        if key:
            kept.keep(key, known)
    return known


def _read(directories: Iterable[Path]) -> Content:
    found = _Found()
    for directory in directories:
        _collect(directory, found)
    content = _assemble(found)
    if content is not None:
        found.problems.extend(platforms.unknown_names(content))
    if found.problems or content is None:
        raise ContentError("\n".join(dict.fromkeys(found.problems)))
    return content


def _collect(directory: Path, found: _Found) -> None:
    if not directory.is_dir():
        found.problems.append(f"{directory}: is no directory. Mend 'content' in netdiag.yaml.")
        return
    for path in sorted(directory.rglob("*.yaml")):
        shown = f"{directory.name}/{path.relative_to(directory)}"
        tree = found.attempt(load_file, path, shown)
        if tree is None:
            continue
        if "learned" not in getattr(tree, "entries", {}):  # the revision names lessons apart
            found.digest.append(shown.encode() + b"\0" + path.read_bytes())
        _sort(_File(path, shown, tree, directory), found)


def _sort(file: _File, found: _Found) -> None:
    keys = getattr(file.tree, "entries", {})
    for key, place in (
        ("sweep", found.sheets),
        ("finding", found.findings),
        ("facts", found.vocabulary if "probe" not in keys else None),
        ("probe", found.probes),
        ("platform", found.platforms),
        ("fault", found.rules),
        ("circuits", found.circuits),
        ("traps", found.traps),
        ("logs", found.logs),
        ("learned", found.lessons),
    ):
        if key in keys and place is not None:
            place.append(file)
            return
    for key in ("thresholds", "routes", "cost"):
        if key in keys:
            found.points[key] = file
            return
    found.problems.append(
        f"{file.shown}:1: holds neither facts, probe, sweep, platform, fault, finding, circuits, "
        "traps, logs, learned, thresholds, routes nor cost."
    )


def _assemble(found: _Found) -> Content | None:
    missing = [key for key in ("thresholds", "routes", "cost") if key not in found.points]
    if missing:
        found.problems.append(f"rules: no file holds {', '.join(missing)}.")
        return None
    thresholds = found.attempt(desks.read_thresholds, found.points["thresholds"].tree)
    routes = found.attempt(desks.read_desks, found.points["routes"].tree)
    scale = found.attempt(desks.read_scale, found.points["cost"].tree)
    if thresholds is None or routes is None or scale is None:
        return None
    before = len(found.problems)
    types = _types(found)
    if len(found.problems) > before:
        return None  # every rule and probe would complain about facts that are only misspelt here
    grammar = Grammar(Vocabulary(types), thresholds)
    types = _with_cases(found, types, grammar)
    grammar = Grammar(Vocabulary(types), thresholds)
    known = _platforms(found, grammar)
    all_rules, places = _rules(found, grammar, routes)
    found.problems.extend(rules.unknown_look_alikes(all_rules, places))
    taught = Content(
        vocabulary=Vocabulary(types),
        platforms=known,
        probes=_probes(found, grammar, known),
        rules=tuple(sorted(all_rules, key=lambda rule: rule.rank)),
        thresholds=thresholds,
        routes=routes,
        scale=scale,
        revision=hashlib.sha256(b"\0".join(found.digest)).hexdigest()[:12],
        circuits=_by_name(found, found.circuits, circuits.read_notations),
        traps=_by_name(found, found.traps, traps.read_traps),
        logs=_by_name(found, found.logs, logs.read_logs),
        sheets=_sheets(found, grammar, known),
        findings=_findings(found, grammar, routes, all_rules),
    )
    return taught.relearned(_lessons(found, taught))


def _lessons(found: _Found, taught: Content) -> dict[str, float]:
    """The last file wins as a whole: it was worked out as one."""
    faults = [rule.fault for rule in taught.rules]
    lessons: dict[str, float] = {}
    for file in found.lessons:
        most = taught.scale.clip_db
        lessons = found.attempt(desks.read_lessons, file.tree, faults, most) or {}
    return lessons


def _types(found: _Found) -> dict[str, FactType]:
    types: dict[str, FactType] = {}
    for file in found.vocabulary:
        for kind in found.attempt(vocabulary.read_types, file.tree, file.shown) or ():
            types[kind.name] = kind
    return types


def _with_cases(found: _Found, types: dict[str, FactType], grammar: Grammar) -> dict[str, FactType]:
    whole = dict(types)
    for file in found.vocabulary:
        derived = found.attempt(vocabulary.read_cases, file.tree, types, grammar)
        whole.update(derived or {})
    return whole


def _platforms(found: _Found, grammar: Grammar) -> dict[str, Platform]:
    known: dict[str, Platform] = {}
    for file in found.platforms:
        read = found.attempt(platforms.read_platform, file.tree, grammar.vocabulary, file.shown)
        for name in [n for n in known if read and known[n].family == read[0].id]:
            del known[name]  # a site's own file replaces the shipped one with its models
        known.update({one.id: one for one in read or ()})
    for platform in known.values():
        for parent in platform.inherits:
            if parent not in known:
                found.problems.append(f"{platform.origin}: inherits {parent!r}: no such platform.")
    return known


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _by_name(
    found: _Found, files: list[_File], read: Callable[[Tree], Iterable[N]]
) -> tuple[N, ...]:
    """Those of the site, which are found last, are tried first; the same name replaces."""
    by_name: dict[str, N] = {}
    for file in reversed(files):
        for one in found.attempt(read, file.tree) or ():
            by_name.setdefault(one.name, one)
    return tuple(by_name.values())


def _probes(found: _Found, grammar: Grammar, known: dict[str, Platform]) -> tuple[Probe, ...]:
    by_id: dict[tuple[str, str], Probe] = {}
    for file in found.probes:
        platform = file.path.parent.name
        one = found.attempt(probes.read_probe, file.tree, platform, grammar, file.shown)
        if one is None:
            continue
        if platform not in known:
            found.problems.append(f"{file.shown}: there is no {platform}/platform.yaml. Add it.")
        elif one.id != file.path.stem:
            found.problems.append(f"{file.shown}: the file is named other than its probe {one.id}.")
        by_id[platform, one.id] = one
    return tuple(by_id.values())


def _sheets(found: _Found, grammar: Grammar, known: dict[str, Platform]) -> tuple[SweepSheet, ...]:
    by_id: dict[tuple[str, str], SweepSheet] = {}
    for file in found.sheets:
        platform = file.path.parent.name
        one = found.attempt(sheets.read_sheet, file.tree, platform, grammar, file.shown)
        if one is None:
            continue
        if platform not in known:
            found.problems.append(f"{file.shown}: there is no {platform}/platform.yaml. Add it.")
        elif one.id != file.path.stem:
            found.problems.append(f"{file.shown}: the file is named other than its sheet {one.id}.")
        by_id[platform, one.id] = one
    return tuple(by_id.values())


def _findings(
    found: _Found, grammar: Grammar, routes: dict[str, RouteTo], faults: list[Rule]
) -> tuple[FindingRule, ...]:
    by_id: dict[str, FindingRule] = {}
    codes = {rule.fault for rule in faults}
    for file in found.findings:
        one = found.attempt(findings.read_finding, file.tree, grammar, routes, file.shown)
        if one is None:
            continue
        if one.fault is not None and one.fault not in codes:
            found.problems.append(f"{file.tree.place}: there is no fault {one.fault!r}.")
        by_id[one.id] = one
    return tuple(by_id.values())


def _rules(
    found: _Found, grammar: Grammar, routes: dict[str, RouteTo]
) -> tuple[list[Rule], dict[str, Place]]:
    by_fault: dict[str, Rule] = {}
    places: dict[str, Place] = {}
    roots: dict[str, Path] = {}
    for file in found.rules:
        one = found.attempt(rules.read_rule, file.tree, grammar, routes, file.shown)
        if one is not None:
            if roots.get(one.fault) == file.root:
                other = by_fault[one.fault].origin
                found.problems.append(
                    f"{file.shown}: {one.fault} is also defined in {other}. Keep one."
                )
            roots[one.fault] = file.root
            by_fault[one.fault] = one
            places[one.fault] = file.tree.place
    return list(by_fault.values()), places
