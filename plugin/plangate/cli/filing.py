"""Writes one record as a new file: there as a whole or not at all, and never over another one."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from plangate.model.element import Part
from plangate.reading import typed
from plangate.reading.yaml import YamlRejected, load


class RecordRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why a record cannot be written, in a sentence."""


def record_text(data: Mapping[str, object], model: type[Part]) -> str:
    """Write a record as YAML; raises RecordRejected where the text would not be read back as such a record."""
    text = "".join(_lines(data, ""))
    try:
        read = typed.read(model, "record", dict(load(text.encode("utf-8"), name="record", mapping=True).data))  # type: ignore[call-overload]
    except YamlRejected as rejected:
        raise RecordRejected(rejected.message) from None
    if read.problems or read.value is None:
        raise RecordRejected(read.problems[0].message if read.problems else "the record is empty")
    return text


def _lines(data: Mapping[str, object], indent: str) -> Iterable[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{key}:\n"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and value:
            yield f"{indent}{key}:\n"
            yield from (f"{indent}  - {json.dumps(item, ensure_ascii=False)}\n" for item in value)
        elif isinstance(value, str) and "\n" in value and not any(letter in value for letter in "\t\r "):
            yield f"{indent}{key}: |-\n"
            yield from (f"{indent}  {line}\n" for line in value.split("\n"))
        elif isinstance(value, str) and value.replace("-", "").replace("_", "").isalnum() and value.isascii():
            yield f"{indent}{key}: {_plain(value)}\n"
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}\n"


def _plain(word: str) -> str:
    """Write a word bare unless a reader would take it for something else."""
    special = word.casefold() in {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
    day = len(word) == 10 and word[4:8:3] == "--" and word.replace("-", "").isdigit()
    return word if day or (word[0].isalpha() and not special) else json.dumps(word)


def file_new(folder: Path, names: Iterable[str], text: str) -> Path:
    """Write a text under the first of several names that is free, and give its path; raises OSError.

    The text lies on the disk before the name exists, so whoever reads the folder sees all of it or nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        for name in names:
            try:
                os.link(temporary, folder / name)
            except FileExistsError:
                continue
            _settle(folder)
            return folder / name
        raise FileExistsError(f"no name is free in {folder.as_posix()}")
    finally:
        Path(temporary).unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the new name on the disk too, where the system can do that for a folder."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
