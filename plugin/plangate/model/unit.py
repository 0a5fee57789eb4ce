"""Units: a closed set of names with their sizes and dimensions, and what is meant by other names."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from plangate.model.currency import CURRENCIES
from plangate.model.nearest import nearest

Dimension = tuple[tuple[str, int], ...]
"""Base units with their exponents, sorted by name: `(("rows", 1), ("s", -1))` is rows per second."""

RATIO: Dimension = ()

_TIME = {
    "ms": "0.001",
    "s": "1",
    "min": "60",
    "h": "3600",
    "d": "86400",
    "wk": "604800",
    "month": "2592000",
    "yr": "31536000",
}
_BYTES = {
    "bit": "0.125",
    **{name: str(1000**power) for power, name in enumerate(("B", "kB", "MB", "GB", "TB", "PB"))},
    **{name: str(1024**power) for power, name in enumerate(("KiB", "MiB", "GiB", "TiB", "PiB"), start=1)},
}
_COUNTS = {
    "rows": "rows",
    "events": "rows",
    "requests": "requests",
    "keys": "keys",
    "credits": "credits",
    "DBU": "DBU",
    "RPU": "RPU",
    "slots": "slots",
    "slot": "slots",
    "nodes": "nodes",
    "node": "nodes",
    "shards": "shards",
    "person_days": "person_days",
}

UNITS: Mapping[str, tuple[Decimal, str | None]] = {
    **{name: (Decimal(factor), "s") for name, factor in _TIME.items()},
    **{name: (Decimal(factor), "B") for name, factor in _BYTES.items()},
    **{name: (Decimal(1), base) for name, base in _COUNTS.items()},
    **{code: (Decimal(1), code) for code in CURRENCIES},
    "%": (Decimal("0.01"), None),
}
"""Every unit that a plan may write: its size in base units, and the base unit (none for a bare ratio)."""

_MEANT = {
    "m": "`min` for minutes or `month` for months",
    "M": "`month` for months, `MB` for megabytes, or the number written out",
    "K": "the number written out, or `kB` for kilobytes",
    "k": "the number written out, or `kB` for kilobytes",
    "gb": "`GB` (10^9 bytes) or `GiB` (2^30 bytes)",
    "Gb": "`GB` (10^9 bytes) or `GiB` (2^30 bytes)",
    "mb": "`MB` (10^6 bytes) or `MiB` (2^20 bytes)",
    "kb": "`kB` (1000 bytes) or `KiB` (1024 bytes)",
    "KB": "`kB` (1000 bytes) or `KiB` (1024 bytes)",
    "tb": "`TB` (10^12 bytes) or `TiB` (2^40 bytes)",
    "days": "`d`",
    "day": "`d`",
    "hours": "`h`",
    "hour": "`h`",
    "hr": "`h`",
    "hrs": "`h`",
    "minutes": "`min`",
    "minute": "`min`",
    "mins": "`min`",
    "seconds": "`s`",
    "second": "`s`",
    "secs": "`s`",
    "sec": "`s`",
    "msec": "`ms`",
    "us": "a part of one `ms`",
    "months": "`month`",
    "mth": "`month`",
    "mo": "`month`",
    "quarter": "`month`, of which it has three",
    "week": "`wk`",
    "weeks": "`wk`",
    "w": "`wk`",
    "year": "`yr`",
    "years": "`yr`",
    "y": "`yr`",
    "byte": "`B`",
    "bytes": "`B`",
    "bps": "`bit/s`",
    "kbps": "`kB/s`, of which one is 8 kbit/s",
    "Mbps": "`MB/s`, of which one is 8 Mbit/s",
    "Gbps": "`GB/s`, of which one is 8 Gbit/s",
    "row": "`rows`",
    "event": "`events`",
    "message": "`events`",
    "messages": "`events`",
    "msg": "`events`",
    "msgs": "`events`",
    "req": "`requests`",
    "rps": "`requests/s` or `rows/s`",
    "qps": "`requests/s`",
    "thousand": "the number written out",
    "million": "the number written out",
    "mio": "the number written out",
    "bn": "the number written out",
    "records": "`rows` or `events`",
    "rec": "`rows` or `events`",
    "€": "the currency code `EUR`",
    "$": "a currency code such as `USD`",
    "euro": "`EUR`",
    "euros": "`EUR`",
    "percent": "`%`",
    "pct": "`%`",
}
"""What is meant by names of units that people write and plans do not."""

_NO_CURRENCIES = tuple(name for name in UNITS if name not in CURRENCIES)
"""Units that a mistyped one may have been: of three letters nearly any is near to the code of some currency."""


def unit_of(text: str) -> tuple[Decimal, Dimension]:
    """Give a unit's size in base units and its dimension; a KeyError carries the first part that is no unit."""
    top, below, dimension = scale(text)
    return top / below, dimension


@lru_cache(maxsize=4096)
def scale(text: str) -> tuple[Decimal, Decimal, Dimension]:
    """Give a unit's size as a fraction, so that one division at the end keeps `86400 rows/d` equal to `1 rows/s`.

    Its dimension comes third. A KeyError carries the first part that is no unit.
    """
    top, below = Decimal(1), Decimal(1)
    exponents: dict[str, int] = {}
    for place, side in enumerate(text.split("/")):
        for name in side.split():
            size, base = UNITS[name]
            if place == 0:
                top *= size
            else:
                below *= size
            if base is not None:
                exponents[base] = exponents.get(base, 0) + (1 if place == 0 else -1)
        if not side.strip():
            raise KeyError(text)
    return top, below, tuple(sorted((base, power) for base, power in exponents.items() if power))


def dimension_text(dimension: Dimension) -> str:
    """Write a dimension as a unit: `rows/s`."""
    top = " ".join(base for base, power in dimension for _ in range(power))
    below = "".join(f"/{base}" for base, power in dimension for _ in range(-power))
    return (top or "1") + below if dimension else "%"


def meant(name: str) -> str | None:
    """Say in words which unit a name that is none was probably meant to be: "`min`"; None where nobody knows."""
    currency = name.upper() if name.upper() in CURRENCIES else None
    near = currency or nearest(name, _NO_CURRENCIES, limit=min(len(name) - 1, 1 if len(name) < 6 else 2))
    return _MEANT.get(name) or (f"`{near}`" if near else None)
