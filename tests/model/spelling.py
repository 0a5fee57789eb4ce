"""Types in a few words, for tests."""

from plangate.model.table import Type


def spelled(found: Type) -> str:
    """A type in a few words: `integer 64`, `decimal 10.2`, `timestamp zoned .6`, `[string 3]`, `{a: date!}`."""
    if found.kind in {"array", "map"}:
        inner = spelled(found.items) if found.items else ""
        return f"[{inner}]" if found.kind == "array" else f"map {inner}"
    if found.kind == "record":
        nulls = {None: "", True: "?", False: "!"}
        return "{" + ", ".join(f"{one.name}: {spelled(one.type)}{nulls[one.nullable]}" for one in found.fields) + "}"
    if found.kind == "union":
        return " | ".join(spelled(branch) for branch in found.branches)
    words = ["u" + found.kind if found.unsigned else found.kind]
    words += [str(number) for number in (found.bits, found.length) if number is not None]
    if found.precision is not None or found.scale is not None:
        words.append(f"{'' if found.precision is None else found.precision}.{found.scale}")
    words += {None: [], True: ["zoned"], False: ["clock"]}[found.zoned]
    words += [] if found.fraction is None else [f".{found.fraction}"]
    return " ".join(words)
