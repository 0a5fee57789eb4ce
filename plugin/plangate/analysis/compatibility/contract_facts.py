"""What is compared of two versions of a contract."""

from msgspec import Struct

from plangate.model.contracts import Contract
from plangate.model.quality import Check
from plangate.model.table import Table


class ContractFacts(Struct, frozen=True):
    """A contract with its columns, wherever they are written, and the checks of its dataset.

    `table` is None where the columns are not known.
    """

    contract: Contract
    table: Table | None = None
    checks: tuple[Check, ...] = ()
