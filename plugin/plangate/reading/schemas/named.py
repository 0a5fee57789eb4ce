"""Types that a schema names once and uses often: each read once, none endless, none that multiplies without end."""

from collections.abc import Callable
from dataclasses import dataclass, field

from plangate.model.table import Type

MAX_FIELDS = 5_000
"""Fields of one table with all the records in it: types that are used again and again multiply."""
MAX_DEPTH = 64
"""Records that lie in one another."""


class TooLarge(Exception):  # noqa: N818 -- a limit of the input, told by the reader
    """A type that holds more fields or lies deeper than is read, in words."""


@dataclass
class NamedTypes:
    """Types by name. One that is being read stands for itself by name only, so that types may hold themselves."""

    known: dict[str, Type] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def get(self, name: str, make: Callable[[], Type]) -> Type:
        """Give the type of a name, made at its first use. Raises TooLarge."""
        if name in self.open:
            return Type("record", name=name, written=name)
        if name not in self.known:
            if len(self.open) >= MAX_DEPTH:
                raise TooLarge(f"Records lie more than {MAX_DEPTH} levels deep in one another")
            self.open.add(name)
            try:
                made = make()
                self.sizes[name] = self.size(made)
                self.known[name] = made
            finally:
                self.open.discard(name)
        return self.known[name]

    def size(self, found: Type) -> int:
        """Count the fields within a type, those of records in records included. Raises TooLarge."""
        if found.name in self.sizes:
            return self.sizes[found.name]
        inner = [one.type for one in found.fields] + list(found.branches)
        if found.items is not None:
            inner.append(found.items)
        total = len(inner) + sum(self.size(one) for one in inner)
        if total > MAX_FIELDS:
            raise TooLarge(f"This holds more than {MAX_FIELDS} fields with all the records in it")
        return total
