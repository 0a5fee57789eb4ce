"""What each pricing model bills for: bytes, slots, credits, DBU, RPU, nodes and traffic (F14)."""

from plangate.analysis.formula import define, example

_BIGQUERY = "Google, BigQuery pricing: https://cloud.google.com/bigquery/pricing"
_AUTOSCALE = "Google, slots autoscaling: https://cloud.google.com/bigquery/docs/slots-autoscaling-intro"
_SNOWFLAKE = "Snowflake, overview of warehouses: https://docs.snowflake.com/en/user-guide/warehouses-overview"
_REDSHIFT = (
    "AWS, billing for Redshift Serverless: https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-billing.html"
)
_TABLE_AND_HAND = "credits an hour published by Snowflake, the rest worked by hand"
_MINUTE = {"hour": "1 h", "auto_suspend": "0 s", "minimum": "60 s"}

_SCAN = (
    define(
        "scan_billed",
        "Bytes billed for a query",
        "max(scanned_per_query, minimum * tables)",
        {
            "scanned_per_query": "B | bytes of the columns and partitions that one query reads",
            "tables": "number | tables that it reads",
            "minimum": "B | the least that is billed for a table",
        },
        "B",
        "F14",
        example("65.1875 GiB", scanned_per_query="65.1875 GiB", tables="1", minimum="10 MB"),
        example(
            "30 MB",
            note="a lookup in three small tables; 2 MB would leave the minimum out",
            scanned_per_query="2 MB",
            tables="3",
            minimum="10 MB",
        ),
        source=_BIGQUERY,
        note="LIMIT reads no less. The minimum holds for each table, so a large table read with many small ones is "
        "billed somewhat more.",
    ),
    define(
        "scan_per_time",
        "Scanned bytes",
        "billed * queries_per_day / day",
        {
            "billed": "B | bytes billed for a query",
            "queries_per_day": "number | queries in a day",
            "day": "s | the length of a day",
        },
        "B/s",
        "F14",
        example(
            "381.958 TiB/month",
            note="7 partitions of 37.25 GiB, a quarter of the columns",
            billed="65.1875 GiB",
            queries_per_day="200",
            day="24 h",
        ),
    ),
    define(
        "slots_in_steps",
        "Slots in whole steps",
        "ceil(slots / step) * step",
        {"slots": "slots | slots that the work needs", "step": "slots | step of the autoscaler"},
        "slots",
        "F14",
        example("150 slots", slots="110 slots", step="50 slots"),
        example("100 slots", slots="100 slots", step="50 slots"),
        source=_AUTOSCALE,
    ),
    define(
        "slots_up_to",
        "Slots up to the most",
        "min(slots, most)",
        {"slots": "slots | slots that the work needs", "most": "slots | the most that the autoscaler holds"},
        "slots",
        "F14",
        example("400 slots", slots="550 slots", most="400 slots"),
        source=_AUTOSCALE,
    ),
    define(
        "slots_with_baseline",
        "Slots held over a baseline, as a mean",
        "least + (max(slots, least) - least) * hours_per_day * hour / day",
        {
            "least": "slots | the baseline, which is held day and night",
            "slots": "slots | slots while there is work",
            "hours_per_day": "number | hours of work in a day",
            "hour": "s | an hour",
            "day": "s | the length of a day",
        },
        "slots",
        "F14",
        example(
            "72000 slot h/month",
            note="a baseline of 50 slots and 150 for twelve hours",
            least="50 slots",
            slots="150 slots",
            hours_per_day="12",
            hour="1 h",
            day="24 h",
        ),
        source=_AUTOSCALE,
    ),
)

_COMPUTE = (
    define(
        "units_held",
        "Units held, as a mean",
        "units * hours_per_day * hour / day",
        {
            "units": "nodes | nodes, brokers, shards or slots that are held",
            "hours_per_day": "number | hours in a day that they are held",
            "hour": "s | an hour",
            "day": "s | the length of a day",
        },
        "nodes",
        "F14",
        example("2160 node h/month", units="3 nodes", hours_per_day="24", hour="1 h", day="24 h"),
        example(
            "11520 node h/month",
            note="a month of 730 h gives 11680",
            units="16 nodes",
            hours_per_day="24",
            hour="1 h",
            day="24 h",
        ),
        example("480 node h/month", units="4 nodes", hours_per_day="4", hour="1 h", day="24 h"),
        note="A month is 30 days, 720 hours; some bills count 730.",
        generic=True,
    ),
    define(
        "credits_per_resume",
        "Credits for a resume",
        "credits_per_hour / hour * max(seconds + auto_suspend, minimum)",
        {
            "credits_per_hour": "credits | credits that an hour of the size takes",
            "hour": "s | an hour",
            "seconds": "s | work after a resume",
            "auto_suspend": "s | idle time until the warehouse suspends itself",
            "minimum": "s | the least that is billed for a resume",
        },
        "credits",
        "F14",
        example(
            "0.0166667 credits",
            _TABLE_AND_HAND,
            "XS for 30 s, billed 60 s",
            credits_per_hour="1 credits",
            seconds="30 s",
            **_MINUTE,
        ),
        example(
            "0.0169444 credits", _TABLE_AND_HAND, "XS for 61 s", credits_per_hour="1 credits", seconds="61 s", **_MINUTE
        ),
        example(
            "0.0666667 credits",
            _TABLE_AND_HAND,
            "M for 45 s, billed 60 s",
            credits_per_hour="4 credits",
            seconds="45 s",
            **_MINUTE,
        ),
        example(
            "1.3333 credits", _TABLE_AND_HAND, "L for 600 s", credits_per_hour="8 credits", seconds="600 s", **_MINUTE
        ),
        example(
            "16 credits", _TABLE_AND_HAND, "XL for an hour", credits_per_hour="16 credits", seconds="3600 s", **_MINUTE
        ),
        example(
            "1.000 credits",
            _TABLE_AND_HAND,
            "XS for an hour; the rounded 0.0003 a second would make it 1.08",
            credits_per_hour="1 credits",
            seconds="3600 s",
            **_MINUTE,
        ),
        example(
            "0.0333 credits",
            note="30 s of work and 90 s until it suspends",
            credits_per_hour="1 credits",
            hour="1 h",
            seconds="30 s",
            auto_suspend="90 s",
            minimum="60 s",
        ),
        source=_SNOWFLAKE,
    ),
    define(
        "credits_per_time",
        "Credits",
        "credits_per_resume * resumes_per_day * clusters / day",
        {
            "credits_per_resume": "credits | credits for a resume",
            "resumes_per_day": "number | resumes in a day",
            "clusters": "number | clusters that run together",
            "day": "s | the length of a day",
        },
        "credits/s",
        "F14",
        example("12 credits/month", credits_per_resume="0.2 credits", resumes_per_day="2", clusters="1", day="24 h"),
        example(
            "24 credits/month",
            note="a multi-cluster warehouse",
            credits_per_resume="0.2 credits",
            resumes_per_day="2",
            clusters="2",
            day="24 h",
        ),
        source=_SNOWFLAKE,
    ),
    define(
        "dbu_per_time",
        "DBU",
        "dbu_per_hour * hours_per_day / day",
        {
            "dbu_per_hour": "DBU | DBU that an hour of the whole compute takes",
            "hours_per_day": "number | hours of work in a day",
            "day": "s | the length of a day",
        },
        "DBU/s",
        "F14",
        example("360 DBU/month", dbu_per_hour="6 DBU", hours_per_day="2", day="24 h"),
        source="Databricks, pricing: https://www.databricks.com/product/pricing",
        note="Machines come on top, unless the compute is serverless.",
    ),
    define(
        "rpu_time_per_run",
        "RPU-hours for a run",
        "rpu * max(seconds, minimum)",
        {
            "rpu": "RPU | base capacity",
            "seconds": "s | work of a run",
            "minimum": "s | the least that is billed",
        },
        "RPU s",
        "F14",
        example("21.3333 RPU h", _REDSHIFT, rpu="128 RPU", seconds="600 s", minimum="60 s"),
        example("2.1333 RPU h", _REDSHIFT, "30 s, billed 60 s", rpu="128 RPU", seconds="30 s", minimum="60 s"),
        source=_REDSHIFT,
    ),
    define(
        "rpu_held",
        "RPU held, as a mean",
        "per_run * runs_per_day / day",
        {
            "per_run": "RPU s | RPU-hours for a run",
            "runs_per_day": "number | runs in a day",
            "day": "s | the length of a day",
        },
        "RPU",
        "F14",
        example("640 RPU h/month", per_run="21.333333333 RPU h", runs_per_day="1", day="24 h"),
    ),
)

_TRAFFIC = (
    define(
        "cross_zone_traffic",
        "Traffic between zones",
        "ingress * (replication - 1)",
        {"ingress": "B/s | bytes that are written", "replication": "number | copies, the first included"},
        "B/s",
        "F14",
        example("400 MB/s", note="each copy but the first crosses a zone", ingress="200 MB/s", replication="3"),
        example("0 MB/s", note="one copy crosses none", ingress="200 MB/s", replication="1"),
    ),
    define(
        "read_traffic",
        "Bytes read",
        "ingress * fan_out",
        {"ingress": "B/s | bytes that are written", "fan_out": "number | how often each byte is read"},
        "B/s",
        "F14",
        example("600 MB/s", ingress="200 MB/s", fan_out="3"),
    ),
)

FORMULAS = (*_SCAN, *_COMPUTE, *_TRAFFIC)
