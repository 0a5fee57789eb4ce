"""What holds for every gate: examples load, each field is there, wrong values are refused where they stand."""

import importlib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from plangate.model.element import Element, Gate, Part
from plangate.model.estimate import Estimate
from plangate.model.problem import Path as Place
from plangate.model.problem import path_text
from plangate.reading import yaml

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.yml"))
FULL = [file for file in EXAMPLES if file.stem.endswith("_full")]


def gate_class(name: str) -> type[Gate]:
    found: type[Gate] = getattr(importlib.import_module(f"plangate.model.{name}"), name.capitalize())
    assert issubclass(found, Gate)
    return found


def example(file: Path) -> tuple[type[Gate], dict[str, Any]]:
    data = yaml.load(file.read_bytes(), name=file.name).data
    assert isinstance(data, dict)
    return gate_class(file.stem.removesuffix("_full")), data


def places(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def put(data: Any, path: Place, value: object) -> Any:
    changed = deepcopy(data)
    within = changed
    for part in path[:-1]:
        within = within[part]
    within[path[-1]] = value
    return changed


def errors_of(gate: type[Gate], data: Any) -> list[tuple[Place, str]]:
    with pytest.raises(ValidationError) as caught:
        gate.model_validate(data)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


def parts_of(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """Give every part that a model can hold, the model included."""

    def within(annotation: Any) -> Iterator[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        for argument in get_args(annotation):
            yield from within(argument)

    seen.add(model)
    for field in model.model_fields.values():
        for part in within(field.annotation):
            if part not in seen:
                parts_of(part, seen)
    return seen


def held(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from held(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from held(item)


SCALARS = [
    pytest.param(file, path, value, id=f"{file.stem}:{path_text(path)}")
    for file in FULL
    for path, value in places(example(file)[1])
    if path and not isinstance(value, dict | list)
]
SECTIONS = [
    pytest.param(file, path, id=f"{file.stem}:{path_text(path)}")
    for file in FULL
    for path, value in places(example(file)[1])
    if path and isinstance(value, dict | list)
]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_example_loads_and_survives_writing(file: Path) -> None:
    gate, data = example(file)
    read = gate.model_validate(data)
    assert gate.model_validate(read.model_dump(exclude_unset=True)) == read
    assert read.model_dump_json()


@pytest.mark.parametrize("file", FULL, ids=lambda file: file.stem)
def test_full_example_fills_every_field(file: Path) -> None:
    gate, data = example(file)
    filled: dict[type[BaseModel], set[str]] = {}
    for part in held(gate.model_validate(data)):
        filled.setdefault(type(part), set()).update(part.model_fields_set)
    unfilled = {
        f"{part.__name__}.{name}"
        for part in filled
        for name in part.model_fields
        if name not in filled[part] and not issubclass(part, Estimate)
    }
    unreached = {part for part in parts_of(gate, set()) - filled.keys() if not issubclass(part, Estimate)}
    assert (unfilled, unreached) == (set(), set())


@pytest.mark.parametrize(("file", "path", "value"), SCALARS)
@pytest.mark.parametrize("wrong", [{"unheard_of": "1 kg"}, [["a", "b"]]], ids=["mapping", "list"])
def test_value_of_the_wrong_shape_is_refused_at_its_place(file: Path, path: Place, value: object, wrong: Any) -> None:
    gate, data = example(file)
    found = errors_of(gate, put(data, path, wrong))
    assert {loc[: len(path)] for loc, _ in found} == {path}


@pytest.mark.parametrize(("file", "path"), SECTIONS)
def test_text_in_place_of_a_section_is_refused_at_its_place(file: Path, path: Place) -> None:
    gate, data = example(file)
    found = errors_of(gate, put(data, path, "tea for two"))
    assert {loc[: len(path)] for loc, _ in found} == {path}


@pytest.mark.parametrize("file", FULL, ids=lambda file: file.stem)
def test_unknown_key_is_refused_in_every_mapping(file: Path) -> None:
    gate, data = example(file)
    mappings = [path for path, value in places(data) if isinstance(value, dict)]
    for path in mappings:
        changed = put(data, (*path, "unheard_of"), 1)
        assert errors_of(gate, changed) == [((*path, "unheard_of"), "extra_forbidden")]


@pytest.mark.parametrize("file", FULL, ids=lambda file: file.stem)
def test_everything_but_identity_is_optional(file: Path) -> None:
    gate, _ = example(file)
    assert gate.model_validate({}).model_fields_set == set()
    for part in parts_of(gate, set()):
        if issubclass(part, Element):
            assert [name for name, field in part.model_fields.items() if field.is_required()] == ["id"], part


@pytest.mark.parametrize("file", FULL, ids=lambda file: file.stem)
def test_schema_for_editors_names_every_key_and_says_what_it_is(file: Path) -> None:
    gate, _ = example(file)
    schema = gate.model_json_schema(by_alias=True)
    assert set(schema["properties"]) == {field.alias or name for name, field in gate.model_fields.items()}
    assert schema["additionalProperties"] is False
    assert [part for part in parts_of(gate, set()) if not part.__doc__ and not issubclass(part, Estimate)] == []


def test_parts_cannot_be_changed() -> None:
    class Sample(Part):
        """A part for this test."""

        name: str | None = None

    sample = Sample(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        setattr(sample, "name", "b")  # noqa: B010 -- a plain assignment does not pass the type checker
