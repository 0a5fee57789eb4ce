"""Estimates: a quantity with its low and high case, where it comes from and how old it is."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import model_validator

from plangate.model import quantity as q
from plangate.model.element import Part
from plangate.model.moment import Day
from plangate.model.number import Factor
from plangate.model.quantity import Quantity

Basis = Literal["measured", "vendor", "analogy", "guess"]
Measured = TypeVar("Measured")


class Estimate(Part, Generic[Measured]):
    """A quantity that nobody knows exactly: base case, low and high case, basis, source and date.

    A plain quantity stands for its own base, low and high case.
    """

    base: Measured
    low: Measured | None = None
    high: Measured | None = None
    basis: Basis | None = None
    source: str | None = None
    as_of: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict | Estimate) else {"base": raw}

    @property
    def lowest(self) -> Measured:
        """The low case, or the base case where none is given."""
        return self.base if self.low is None else self.low

    @property
    def highest(self) -> Measured:
        """The high case, or the base case where none is given."""
        return self.base if self.high is None else self.high

    @property
    def cases(self) -> tuple[Measured, Measured, Measured]:
        """Low, base and high case."""
        return self.lowest, self.base, self.highest


AnyEstimate = Estimate[Quantity]

DurationEstimate = Estimate[q.Duration]
BytesEstimate = Estimate[q.Bytes]
PositiveBytesEstimate = Estimate[q.PositiveBytes]
RowsEstimate = Estimate[q.Rows]
RowRateEstimate = Estimate[q.RowRate]
PositiveRowRateEstimate = Estimate[q.PositiveRowRate]
KeysEstimate = Estimate[q.Keys]
PercentEstimate = Estimate[q.Percent]
GrowthEstimate = Estimate[q.Growth]
MoneyRateEstimate = Estimate[q.MoneyRate]
QuantityEstimate = Estimate[q.AnyQuantity]
PositiveQuantityEstimate = Estimate[q.PositiveQuantity]
FactorEstimate = Estimate[Factor]
