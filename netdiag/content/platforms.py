"""probes/<platform>/platform.yaml: a family of devices, and its models that need other care."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.content import placeholders
from netdiag.content.addresses import read_address
from netdiag.content.asks import pattern
from netdiag.content.reader import Reader, fail
from netdiag.content.reader_filters import filters
from netdiag.content.yaml import Tree
from netdiag.model.content import Content
from netdiag.model.probe import Platform, Probe
from netdiag.model.sweep import SweepSheet
from netdiag.model.vocabulary import Vocabulary


def read_platform(tree: Tree, vocabulary: Vocabulary, origin: str) -> tuple[Platform, ...]:
    """One platform.yaml: the platform, then its models, which inherit from it."""
    reader = Reader(tree, "a platform file")
    name = reader.text("platform")
    if "/" in name:
        raise fail(reader.where("platform"), "a platform's name holds no '/': models have one.")
    models = reader.trees("models")
    family = _read(reader, name, reader.texts("inherits"), vocabulary, origin)
    return (family, *(_model(tree, family, vocabulary, origin) for tree in models))


def _model(tree: Tree, family: Platform, vocabulary: Vocabulary, origin: str) -> Platform:
    reader = Reader(tree, "a model")
    name = f"{family.id}/{reader.text('model')}"
    model = _read(reader, name, (family.id,), vocabulary, origin, family.transports)
    if not model.sys_object_ids and not model.sys_descr:
        raise fail(reader.place, f"{name} needs 'identify': nothing else would ever choose it.")
    return model


def _read(
    reader: Reader,
    name: str,
    inherits: tuple[str, ...],
    vocabulary: Vocabulary,
    origin: str,
    transports: tuple[str, ...] = (),
) -> Platform:
    identify = reader.inner("identify")
    platform = Platform(
        id=name,
        title=reader.text("title"),
        inherits=inherits,
        sys_object_ids=identify.texts("sys_object_ids") if identify else (),
        sys_descr=identify.text("sys_descr", "") if identify else "",
        descr_alone=identify.text("descr_alone", "") if identify else "",
        transports=reader.texts("transports") or transports,
        options=reader.texts_by_key("options"),
        params=reader.texts_by_key("params"),
        addresses=tuple(read_address(tree, vocabulary) for tree in reader.trees("addresses")),
        without=reader.texts("without"),
        broken=filters(reader, "broken"),
        notes=reader.text("notes", ""),
        origin=origin,
    )
    if identify:
        pattern(platform.sys_descr, identify.where("sys_descr"))
        pattern(platform.descr_alone, identify.where("descr_alone"))
        identify.done()
    reader.done()
    for fact, template in platform.params.items():
        if fact not in vocabulary:
            raise fail(reader.where("params"), f"there is no fact {fact!r}.")
        placeholders.check(template, vocabulary, reader.where("params"))
    return platform


def unknown_names(content: Content) -> Iterator[str]:
    """Sentences about probes, sheets, facts and models that quirks name and nobody has."""
    everything: tuple[Probe | SweepSheet, ...] = (*content.probes, *content.sheets)
    for platform in content.platforms.values():
        served = {p.id: p for p in everything if p.platform in content.lineage(platform.id)}
        for probe in (*platform.without, *platform.broken):
            if probe not in served:
                yield f"{platform.origin}: {platform.id} names {probe!r}: no such probe."
        for probe, facts in platform.broken.items():
            for fact in facts:
                if probe in served and fact not in served[probe].yields:
                    yield f"{platform.origin}: {probe} of {platform.id} does not read {fact!r}."
    for one in everything:
        for model in one.only:
            if f"{one.platform}/{model}" not in content.platforms:
                yield f"{one.origin}: only {model!r}: {one.platform} has no such model."
