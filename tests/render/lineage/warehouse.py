"""Made-up warehouses of any size, the same for the same seed, as input for layout tests and measurements."""

from random import Random

LAYERS = ("sources", "raw", "staging", "intermediate", "marts", "consumers")
SHARES = (0.12, 0.18, 0.2, 0.24, 0.16, 0.1)
DOMAINS = ("billing", "crm", "fleet", "hr", "ledger", "orders", "stock", "support", "web")


def warehouse(size: int, seed: int = 1) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return `size` nodes as (id, layer) and edges as (source id, target id)."""
    random = Random(seed)  # noqa: S311 - the same warehouse for the same seed, nothing secret
    domains = DOMAINS[: max(2, min(len(DOMAINS), size // 15))]
    members: dict[str, list[tuple[str, str]]] = {layer: [] for layer in LAYERS}
    for layer, share in zip(LAYERS, SHARES, strict=True):
        for number in range(max(1, round(size * share))):
            domain = random.choice(domains)
            members[layer].append((f"{layer[:3]}_{domain}__{number:03}", domain))
    edges: set[tuple[str, str]] = set()

    def read(node: tuple[str, str], candidates: list[tuple[str, str]], count: int, loyalty: float) -> None:
        own = [other for other in candidates if other[1] == node[1]]
        for _ in range(count):
            pool = own if own and random.random() < loyalty else candidates
            if pool:
                edges.add((random.choice(pool)[0], node[0]))

    for node in members["raw"]:
        read(node, members["sources"], 1, 0.95)
    for node in members["staging"]:
        read(node, members["raw"], random.choice((1, 1, 1, 2)), 0.97)
    third = (len(members["intermediate"]) + 2) // 3
    for index, node in enumerate(members["intermediate"]):
        read(node, members["staging"], random.choice((1, 2, 2, 3)), 0.9)
        if index >= third:
            read(node, members["intermediate"][max(0, index // third - 1) * third : index // third * third], 1, 0.9)
    for node in members["marts"]:
        read(node, members["intermediate"], random.choice((1, 2, 2)), 0.85)
        read(node, members["staging"], random.choice((0, 0, 1)), 0.9)
    for node in members["consumers"]:
        read(node, members["marts"], random.choice((1, 2, 3)), 0.7)
    return [(name, layer) for layer in LAYERS for name, _ in members[layer]], sorted(edges)
