"""YAML is tamed: text stays text, duplicate keys and broken files are refused with their line."""

from pathlib import Path

import pytest

from netdiag.content.yaml import Scalar, Table, load_file, load_text
from netdiag.model.errors import ContentError


@pytest.mark.parametrize("text", ["11:22:33:44:55:16", "on", "7.10", "0100", "1e3", "2026-01-01"])
def test_every_scalar_is_the_text_that_was_written(text: str) -> None:
    tree = load_text(f"value: {text}\n", "x.yaml")
    assert isinstance(tree, Table)
    value = tree.entries["value"]
    assert isinstance(value, Scalar)
    assert value.text == text


def test_a_repeated_key_is_refused_with_both_lines() -> None:
    with pytest.raises(ContentError, match=r"x\.yaml:3: the key 'a' is already given on line 1"):
        load_text("a: 1\nb: 2\na: 3\n", "x.yaml")


def test_broken_yaml_names_file_and_line() -> None:
    with pytest.raises(ContentError, match=r"x\.yaml:2: "):
        load_text("a: [1\nb: 2\n", "x.yaml")


def test_an_alias_that_points_at_itself_is_refused() -> None:
    with pytest.raises(ContentError, match="points at itself"):
        load_text("a: &x [*x]\n", "x.yaml")


def test_a_missing_file_and_a_wrong_encoding_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.yaml: cannot be read: No such file"):
        load_file(tmp_path / "gone.yaml")
    (tmp_path / "cp1251.yaml").write_bytes("a: Ленина".encode("cp1251"))
    with pytest.raises(ContentError, match="not UTF-8"):
        load_file(tmp_path / "cp1251.yaml")


def test_quoted_null_is_a_word_and_plain_null_is_null() -> None:
    tree = load_text("a: null\nb: 'null'\nc:\n", "x.yaml")
    assert isinstance(tree, Table)
    nulls = [value.is_null for value in tree.entries.values() if isinstance(value, Scalar)]
    assert nulls == [True, False, True]
