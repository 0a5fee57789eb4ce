"""Lineage for Graphviz: read back by the grammar of DOT, whatever stands in names and labels."""

import re
from collections.abc import Iterator

from hypothesis import given
from tests.exchange.graphs import graphs

from plangate.exchange.lineage.dot import dot
from plangate.exchange.lineage.graph import Graph

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)|(->|[{}\[\];=,]))', re.DOTALL)


def tokens(text: str) -> list[str]:
    """Split a text into the tokens of DOT: quoted strings, words and signs, with nothing between them but blanks."""
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match is not None, text[place : place + 40]
        found.append(next(group for group in match.groups() if group))
        place = match.end()
    return found


def unquoted(mark: str) -> str:
    """Read a quoted string as Graphviz shows it: escapes undone, then entities."""
    assert mark[0] == mark[-1] == '"'
    return re.sub(r"\\(.)", r"\1", mark[1:-1], flags=re.DOTALL).replace("&amp;", "&")


class Dot:
    """A reader of `digraph NAME { … }` with attributes, ranks in braces, nodes and edges."""

    def __init__(self, text: str) -> None:
        self.nodes: dict[str, dict[str, str]] = {}
        self.edges: list[tuple[str, str, str]] = []
        self.ranks: list[list[str]] = []
        self.tokens: Iterator[str] = iter(tokens(text))
        assert next(self.tokens) == "digraph"
        self.name = unquoted(next(self.tokens))
        assert next(self.tokens) == "{"
        self._body(None)
        assert list(self.tokens) == []

    def _body(self, rank: list[str] | None) -> None:
        for mark in self.tokens:
            if mark == "}":
                return
            if mark == "{":
                assert rank is None
                self.ranks.append([])
                self._body(self.ranks[-1])
            elif mark[0] == '"':
                self._statement(unquoted(mark), rank)
            else:
                self._setting(mark)
        raise AssertionError("a brace is not closed")

    def _setting(self, word: str) -> None:
        assert word in {"rankdir", "node", "rank"}
        sign = next(self.tokens)
        if sign == "[":
            self._attributes()
            assert next(self.tokens) == ";"
        else:
            assert (sign, next(self.tokens) in {"LR", "same"}, next(self.tokens)) == ("=", True, ";")

    def _statement(self, name: str, rank: list[str] | None) -> None:
        mark = next(self.tokens)
        if mark == "->":
            other = unquoted(next(self.tokens))
            mark = next(self.tokens)
            given = self._attributes() if mark == "[" else {}
            self.edges.append((name, other, given.get("label", "")))
        else:
            assert mark == "["
            assert rank is not None
            assert name not in self.nodes
            rank.append(name)
            self.nodes[name] = given = self._attributes()
        if mark == "[":
            mark = next(self.tokens)
        assert mark == ";"

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        sign = ","
        while sign == ",":
            name = next(self.tokens)
            assert next(self.tokens) == "="
            value = next(self.tokens)
            found[name] = unquoted(value) if value[0] == '"' else value
            sign = next(self.tokens)
        assert sign == "]"
        return found


@given(graphs())
def test_names_labels_and_ranks_read_back(graph: Graph) -> None:
    read = Dot(dot(graph))
    assert read.name == graph.title
    assert {name: given["label"] for name, given in read.nodes.items()} == {node.id: node.label for node in graph.nodes}
    assert read.ranks == [[node.id for node in graph.nodes if node.layer == name] for name, _ in graph.layers]
    assert read.edges == [(edge.source, edge.target, edge.via) for edge in graph.edges]
    assert {name for name, given in read.nodes.items() if given.get("style") == "bold"} == {
        node.id for node in graph.nodes if node.critical
    }
    assert all(set(given) <= {"label", "shape", "style"} for given in read.nodes.values())
