"""Reading rendered HTML back: tags with attributes, texts, and whether every tag is closed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "col", "hr", "img", "input", "path", "rect", "wbr"})


@dataclass
class Tag:
    name: str
    attributes: dict[str, str | None]
    text: str = ""
    inside: list["Tag"] = field(default_factory=list)

    def all(self, name: str) -> list["Tag"]:
        return [found for tag in self.inside for found in ([tag] if tag.name == name else []) + tag.all(name)]

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Tag("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, dict(attrs))
        self.open[-1].inside.append(found)
        if tag not in VOID:
            self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Tag(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            tag.text += data


def read(html: str) -> Tag:
    """Give the tree of the HTML; every tag has to be closed where it was opened."""
    reader = _Reader()
    reader.feed(str(html))
    reader.close()
    assert len(reader.open) == 1, reader.open[-1].name
    return reader.root


def skeleton(html: str) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """Give all tags with what decides about their effect: names of attributes, and ids, classes and links."""
    kept = {"id", "class", "href", "src", "role", "scope"}
    return [
        (tag.name, tuple((name, value if name in kept else None) for name, value in sorted(tag.attributes.items())))
        for tag in _every(read(html))
    ]


def _every(tag: Tag) -> list[Tag]:
    return [found for inner in tag.inside for found in [inner, *_every(inner)]]
