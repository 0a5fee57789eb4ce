"""Graphs with every text that could break out of a form, for tests of what leaves the house."""

from hypothesis import strategies as st

from plangate.exchange.lineage.graph import Graph, GraphEdge, GraphNode
from plangate.model.text import visible

HOSTILE = (
    '"] --> x; click n0 "javascript:alert(1)"',
    '\\"; evil [URL="javascript:alert(1)"]; "',
    "ends with a backslash \\",
    "</text><script>alert(1)</script>",
    "]]>&lt;&amp;&#60; &quot;",
    "=HYPERLINK(0)",
    "+1",
    "-1",
    "@SUM(1)",
    "'quoted', \"twice\", `thrice`",
    "%% comment\\n subgraph end",
    "style x fill:#f9f;",
    "{{ 7*7 }} {% raw %}",
    "<b>#quot;</b>#35;",
    "a|b||c",
    "]]]}})))",
    "end",
    "\\N\\G\\l",
    "Ünïcode 数据 🚀",
)

ALL_TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
LABELS = ALL_TEXT.map(lambda text: visible(" ".join(text.split())))
"""What a graph makes of a text: one line, unseen characters shown."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Graphs of up to 8 nodes whose ids, labels and titles may be anything."""
    layers = draw(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=3, unique_by=lambda layer: layer[0]))
    ids = draw(st.lists(LABELS, max_size=8, unique=True))
    nodes = [
        GraphNode(
            name,
            draw(LABELS),
            draw(st.sampled_from(("source", "dataset", "consumer"))),
            draw(st.sampled_from(layers))[0],
            draw(LABELS),
            draw(st.none() | LABELS),
            draw(st.booleans()),
        )
        for name in ids
    ]
    pairs = (
        draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=8, unique=True)) if ids else []
    )
    edges = [GraphEdge(one, other, draw(LABELS), draw(LABELS), "builds") for one, other in pairs]
    used = {node.layer for node in nodes}
    return Graph(
        draw(LABELS), ("a-plan",), tuple(nodes), tuple(edges), tuple(layer for layer in layers if layer[0] in used)
    )
