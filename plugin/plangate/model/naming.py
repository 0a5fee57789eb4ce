"""The naming of OpenLineage: namespaces of systems, and the names that datasets have in them.

See https://openlineage.io/docs/spec/naming.
"""

import re
from collections.abc import Mapping

_SCHEMES = {
    "abfss": 1, "awsathena": 3, "bigquery": 3, "cassandra": 2, "crate": 3, "db2": 3, "dbfs": 1, "file": 1, "gs": 1,
    "hdfs": 1, "hive": 2, "kafka": 1, "mssql": 3, "mysql": 2, "oceanbase": 2, "oracle": 3, "postgres": 3, "redshift": 3,
    "s3": 1, "snowflake": 3, "sqlite": 1, "teradata": 2, "trino": 3, "wasbs": 1,
}  # fmt: skip
"""How many parts a name has under each scheme of the naming of OpenLineage; of paths and topics one."""
_PATHS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "azurecosmos": (re.compile(r"/?colls/[^/]+"), "colls/{table}"),
    "azurekusto": (re.compile(r"[^/]+/[^/]+"), "{database}/{table}"),
    "glue": (re.compile(r"table/[^/]+/[^/]+"), "table/{database}/{table}"),
    "pubsub": (re.compile(r"(?:topic|subscription):[^:]+:[^:]+"), "topic:{project}:{topic}"),
}
"""How a name is built under the schemes that put no dots between its parts."""
_ALONE = frozenset({"bigquery", "dbfs", "file", "pubsub", "sqlite"})
"""Schemes that may stand without an address; of others that nobody knows here any may."""
_NAMESPACES = {
    "azurecosmos": (re.compile(r"azurecosmos://[^\s/]+/dbs/[^\s/]+"), "`azurecosmos://{host}/dbs/{database}`"),
    "arn": (re.compile(r"arn:aws[a-z-]*:glue:[a-z0-9-]+:[0-9]+"), "`arn:aws:glue:{region}:{account id}`"),
}
"""Namespaces that are built in a way of their own."""
_NAMESPACE = re.compile(r"([a-z][a-z0-9+.-]*)(://[^\s/]+)?")
_ADDRESSED = "a scheme with the system's address, such as `snowflake://acme-eu1` or `bigquery`"


def scheme_of(namespace: str) -> str | None:
    """Give the scheme of a namespace, or `glue` of the catalogue that has none; None where it is no namespace."""
    begins = namespace.partition(":")[0]
    if begins in _NAMESPACES:
        return {"arn": "glue"}.get(begins, begins) if _NAMESPACES[begins][0].fullmatch(namespace) else None
    found = _NAMESPACE.fullmatch(namespace)
    if found is None or (found[2] is None and found[1] in {*_SCHEMES, *_PATHS} - _ALONE):
        return None
    return found[1]


def right_namespace(namespace: str) -> str:
    """Say what stands in place of a namespace that is none."""
    return _NAMESPACES[begins][1] if (begins := namespace.partition(":")[0]) in _NAMESPACES else _ADDRESSED


def misnamed(scheme: str, name: str) -> tuple[str, str] | None:
    """Say what is wrong with the name of a dataset under a scheme, and how it should be."""
    if not name.strip():
        return "A namespace stands without the name of the dataset in it", "`name`"
    if scheme in _PATHS:
        pattern, example = _PATHS[scheme]
        return None if pattern.fullmatch(name) else (f"`{name}` is no name under {scheme}", f"`{example}`")
    parts, wanted = name.split("."), _SCHEMES.get(scheme, 1)
    if wanted > 1 and len(parts) != wanted:
        told = f"`{name}` has {len(parts)} part{'' if len(parts) == 1 else 's'}; a name under {scheme} has {wanted}"
        return told, f"{wanted} parts with dots between"
    if wanted > 1 and not all(part.strip() for part in parts):
        return f"`{name}` has a part that is empty", f"{wanted} parts with dots between"
    return None
