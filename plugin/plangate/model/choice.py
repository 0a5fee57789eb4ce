"""Fields that take one of several forms: the form is picked by its shape, so that errors keep the path of the file.

A plain union reports every arm that failed and puts the arm's name into the path, where nobody finds it in the YAML.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from plangate.model.text import shown


class ByShape:
    """Marks a union field: `Annotated[tuple[X, ...] | Y | Literal["word"], ByShape("a list of …, or `word`")]`.

    A list goes to the tuple, text to the words, a mapping to the first model whose required keys it holds (else to
    the last one). Anything else is refused with the words given.
    """

    def __init__(self, expected: str) -> None:
        self.expected = expected

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        arms = get_args(source)

        def read(raw: object, _: Callable[[Any], Any]) -> Any:
            return self._read(raw, arms)

        return core_schema.no_info_wrap_validator_function(read, handler(source))

    def _read(self, raw: object, arms: tuple[Any, ...]) -> Any:
        arm = _fitting(raw, arms)
        if arm is None:
            raise PydanticCustomError(
                "GEN008", "`{observed}` is not {expected}", {"observed": shown(raw), "expected": self.expected}
            )
        return _adapter(arm).validate_python(raw)


def _fitting(raw: object, arms: tuple[Any, ...]) -> Any:
    if isinstance(raw, str):
        return next((arm for arm in arms if get_origin(arm) is Literal and raw in get_args(arm)), None)
    if isinstance(raw, list | tuple):
        return next((arm for arm in arms if get_origin(arm) is tuple), None)
    models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel)]
    if isinstance(raw, BaseModel):
        return next((model for model in models if type(raw) is model), None)
    if isinstance(raw, dict) and models:
        return next((model for model in models if _required(model) <= raw.keys()), models[-1])
    return None


@cache
def _adapter(arm: Any) -> TypeAdapter[Any]:
    return TypeAdapter(arm)


@cache
def _required(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items() if field.is_required())
