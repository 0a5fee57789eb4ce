"""The sidebar of generated pages: their own small navigation, so that a page costs the same however many there are."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page

Group = tuple[str, Sequence[Page]]
"""Pages that belong together, the one that heads them first, with their title."""

MOST_LISTED = 60
"""How many groups the index of all of them lists in its sidebar."""

MOST_PAGES = 24
"""How many pages of a group are listed; of a larger one each page lists its head and itself."""


def arrange(nav: Navigation, title: str, index: Page, groups: Iterable[Group]) -> Mapping[str, Navigation]:
    """Give each page of the groups, by its source URI, a navigation of its own.

    It holds the site's top level, in which `index`, which it holds by now, becomes a section with the page's group.
    """
    found = include(nav, index)
    around = (nav.items[:found], nav.items[found + 1 :], nav.pages)
    arranged: dict[str, Navigation] = {}
    heads: list[StructureItem] = []
    for name, pages in groups:
        for shown, own in _shown(pages):
            group = Section(name, list(shown))
            small = _navigation(around, title, [index, group])
            group.parent = small.items[found]
            for page in own:
                page.parent = group
                arranged[page.file.src_uri] = small
        _in_order(pages)
        heads.append(Link(name, pages[0].url))
    if index.parent is None and len(heads) <= MOST_LISTED:
        small = _navigation(around, title, [index, *heads])
        index.parent = small.items[found]
        arranged[index.file.src_uri] = small
    return arranged


def _shown(pages: Sequence[Page]) -> Sequence[tuple[Sequence[Page], Sequence[Page]]]:
    """Give what a sidebar lists of a group, and the pages that have this sidebar."""
    if len(pages) <= MOST_PAGES:
        return [(pages, pages)]
    return [(pages[:1], pages[:1]), *(((pages[0], page), (page,)) for page in pages[1:])]


def include(nav: Navigation, page: Page) -> int:
    """Give the place of a page in the top level of `nav`, to whose end it is added where it has none."""
    found = _root(nav.items, page)
    if found is None:
        nav.items.append(page)
        found = len(nav.items) - 1
    return found


def _root(items: Sequence[StructureItem], index: Page) -> int | None:
    """Find the place of the index in the top level: itself, or the section that holds it."""
    top: StructureItem = index
    while top.parent is not None:
        top = top.parent
    return next((place for place, item in enumerate(items) if item is top), None)


def _navigation(
    around: tuple[Sequence[StructureItem], Sequence[StructureItem], list[Page]],
    title: str,
    children: list[StructureItem],
) -> Navigation:
    before, after, pages = around
    return Navigation([*before, Section(title, children), *after], pages)


def _in_order(pages: Sequence[Page]) -> None:
    for before, after in pairwise(pages):
        before.next_page, after.previous_page = after, before
