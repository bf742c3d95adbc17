"""The `inventory:` key of netdiag.yaml into source configurations; errors name file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from netdiag.content.reader import Reader, fail, scalar
from netdiag.content.yaml import Items, Scalar, Tree
from netdiag.inventory import config_remote
from netdiag.inventory.config_parts import layout_of, timeout_of
from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.records import Layout, Part
from netdiag.inventory.source_config import (
    CsvConfig,
    SourceConfig,
    SqlConfig,
    SqlPart,
    YamlConfig,
)
from netdiag.model.secret import Secret

_KINDS = ("yaml", "csv", "sql", "http", "netbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One source of the list, and what every kind needs to be read."""

    name: str | None
    tree: Tree
    base: Path
    secret: Callable[[Tree], Secret]
    phone: PhoneRule


def read_sources(
    tree: Tree, base: Path, secret: Callable[[Tree], Secret]
) -> tuple[SourceConfig, ...]:
    """The sources in the order of the file. Relative paths start at `base`.

    Raises ContentError with file and line.
    """
    if not isinstance(tree, Items):
        raise fail(
            tree.place, "'inventory' must be a list of sources, such as - yaml: inventory.yaml."
        )
    found = [config for item in tree for config in _source(item, base, secret)]
    return _named_apart(found)


def _source(tree: Tree, base: Path, secret: Callable[[Tree], Secret]) -> tuple[SourceConfig, ...]:
    reader = Reader(tree, "a source of the inventory")
    kinds = [kind for kind in _KINDS if reader.has(kind)]
    if len(kinds) != 1:
        raise fail(reader.place, f"a source needs exactly one of {', '.join(_KINDS)}.")
    item = _Item(
        name=reader.optional("name"),
        tree=reader.need(kinds[0]),
        base=base,
        secret=secret,
        phone=_phone(reader.inner("phone")),
    )
    reader.done()
    read = {"yaml": _yaml, "csv": _csv, "sql": _sql, "http": _http, "netbox": _netbox}
    return read[kinds[0]](item)


def _phone(reader: Reader | None) -> PhoneRule:
    if reader is None:
        return PhoneRule()
    rule = PhoneRule(compare=reader.integer("compare", 10), least=reader.integer("least", 6))
    reader.done()
    if not 1 <= rule.least <= rule.compare:
        raise fail(reader.place, "'least' is at least 1 and not more than 'compare'.")
    return rule


def _yaml(item: _Item) -> tuple[SourceConfig, ...]:
    path = item.base / scalar(item.tree, "yaml")
    return (YamlConfig(name=item.name or path.name, path=path, phone=item.phone),)


def _csv(item: _Item) -> tuple[SourceConfig, ...]:
    reader = Reader(item.tree, "'csv'")
    parts = [part for part in Part if reader.has(part)]
    if not parts:
        raise fail(reader.place, f"'csv' needs one of {', '.join(Part)}: the path of a file.")
    if Part.SUBSCRIBERS not in parts and (reader.has("columns") or reader.has("values")):
        raise fail(
            reader.place,
            "'columns' and 'values' beside the files are those of 'subscribers'. For other files "
            "write devices: {file: …, columns: {…}}.",
        )
    usual = CsvConfig(
        name="",
        path=item.base,
        part=Part.SUBSCRIBERS,
        layout=layout_of(reader, Part.SUBSCRIBERS),
        delimiter=_delimiter(reader),
        encoding=_encoding(reader),
        phone=item.phone,
    )
    files = tuple(_csv_file(reader.need(part), part, usual, item) for part in parts)
    reader.done()
    return files


def _csv_file(tree: Tree, part: Part, usual: CsvConfig, item: _Item) -> CsvConfig:
    layout = usual.layout if part is Part.SUBSCRIBERS else Layout()
    if isinstance(tree, Scalar):
        path = item.base / tree.text
        return replace(usual, name=item.name or path.name, path=path, part=part, layout=layout)
    reader = Reader(tree, f"{part.value!r}")
    path = item.base / reader.text("file")
    own = layout_of(reader, part)
    config = replace(
        usual,
        name=item.name or path.name,
        path=path,
        part=part,
        layout=own if own != Layout() else layout,
        delimiter=_delimiter(reader) or usual.delimiter,
        encoding=_encoding(reader) or usual.encoding,
    )
    reader.done()
    return config


def _delimiter(reader: Reader) -> str | None:
    text = reader.optional("delimiter")
    text = {"\\t": "\t", "tab": "\t"}.get(text or "", text)
    if text is not None and len(text) != 1:
        raise fail(reader.where("delimiter"), "'delimiter' is one character, or tab.")
    return text


def _encoding(reader: Reader) -> str | None:
    text = reader.optional("encoding")
    if text is None:
        return None
    try:
        "".encode(text)
    except LookupError:
        raise fail(
            reader.where("encoding"),
            f"there is no encoding {text!r}. Usual ones: utf-8, cp1251, cp1256, koi8-r.",
        ) from None
    return text


def _sql(item: _Item) -> tuple[SourceConfig, ...]:
    reader = Reader(item.tree, "'sql'")
    config = SqlConfig(
        name=item.name or "sql",
        url=config_remote.database_url(reader.need("url"), item.base, item.secret),
        parts={part: _sql_part(reader, part) for part in Part if reader.has(part)},
        timeout_s=timeout_of(reader, 3.0),
        scan=reader.flag("scan", default=True),
        phone=item.phone,
    )
    reader.done()
    if not config.parts:
        raise fail(reader.place, f"'sql' needs one of {', '.join(Part)}: a table or a query.")
    return (config,)


def _sql_part(reader: Reader, part: Part) -> SqlPart:
    inner = Reader(reader.need(part), f"{part.value!r}")
    table, query = inner.optional("table"), inner.optional("query")
    if (table is None) == (query is None):
        raise fail(inner.place, f"{part.value!r} needs either 'table' or 'query'.")
    if query is not None and not query.lstrip("( \n").lower().startswith(("select", "with")):
        raise fail(inner.where("query"), "'query' must be a SELECT: the inventory only reads.")
    found = SqlPart(
        table=table,
        query=query.strip().rstrip(";") if query else None,
        layout=layout_of(inner, part),
    )
    inner.done()
    return found


def _http(item: _Item) -> tuple[SourceConfig, ...]:
    return (config_remote.http(item.tree, item.name, item.base, item.secret, item.phone),)


def _netbox(item: _Item) -> tuple[SourceConfig, ...]:
    return (config_remote.netbox(item.tree, item.name, item.base, item.secret),)


def _named_apart(configs: list[SourceConfig]) -> tuple[SourceConfig, ...]:
    """Two sources of the same name are told apart by a number."""
    seen: dict[str, int] = {}
    apart: list[SourceConfig] = []
    for config in configs:
        seen[config.name] = seen.get(config.name, 0) + 1
        count = seen[config.name]
        apart.append(replace(config, name=f"{config.name}-{count}") if count > 1 else config)
    return tuple(apart)
