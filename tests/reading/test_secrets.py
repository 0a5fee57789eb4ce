"""Secrets in plans: found by shape, masked, and references and digests left alone. All values are made up."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.reading.secrets import MASK, as_masked, find, hidden, in_file, mask, problem

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQ"
HEADER = "-----BEGIN " + "RSA PRIVATE KEY-----"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiJvcmRlcnMifQ.c2lnbmF0dXJlLW9mLW9yZGVycw"


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("url: postgres://app:hunter2@db/shop", "url_credentials", "url: postgres://app:•••@db/shop"),
        ("redis://:hunter2@cache", "url_credentials", "redis://:•••@cache"),
        ("see https://bob:p%40ss@x.example/a and on", "url_credentials", "see https://bob:•••@x.example/a and on"),
        ("key " + "AKIA" + "ABCDEFGH12345678", "aws_key", "key •••"),
        ("(ASIA" + "ABCDEFGH12345678)", "aws_key", "(•••)"),
        ("t: ghp_" + "a1B2" * 9, "github_token", "t: •••"),
        ("t: github_pat_" + "a1B2" * 9, "github_token", "t: •••"),
        ("t: glpat-" + "a1B2" * 5, "gitlab_token", "t: •••"),
        ("t: xoxb-" + "1234567890-abc", "slack_token", "t: •••"),
        ("https://hooks.slack.com/services/" + "T0000000/B0000000/abcdefghij12", "slack_token", None),
        ("t: AIza" + "a1B2c" * 7, "google_key", "t: •••"),
        ("t: sk_live_" + "a1B2" * 6, "stripe_key", "t: •••"),
        ("t: rk_test_" + "a1B2" * 6, "stripe_key", "t: •••"),
        ("t: dapi" + "0123456789abcdef" * 2, "databricks_token", "t: •••"),
        (f"Bearer {JWT}", "jwt", "Bearer •••"),
        ("https://x/c?sv=1&sig=" + "a1B2%2B" * 6 + "&se=2", "azure_sas", "https://x/c?sv=1&sig=•••&se=2"),
        ("AccountKey=" + "a1B2" * 20 + "==;x", "azure_key", "AccountKey=•••;x"),
        ("KeyName=Root;SharedAccessKey=" + "a1B2" * 11 + "=", "azure_key", "KeyName=Root;SharedAccessKey=•••"),
        ("Authorization: Bearer " + "a94a8fe5" * 5, "bearer_token", "Authorization: Bearer •••"),
        ("Server=db;Uid=app;Pwd=hunter2;", "connection_string", "Server=db;Uid=app;Pwd=•••;"),
        ("host=db password=hunter2 user=app", "connection_string", "host=db password=••• user=app"),
        ("Password = 'hunter2'", "connection_string", "Password = '•••'"),
        ("password: hunter2", "password", "password: •••"),
        ("  db_password: 'two words'  # old", "password", "  db_password: '•••'  # old"),
        ('"password": "hunter2",', "password", '"password": "•••",'),
        ("{user: app, password: hunter2}", "password", "{user: app, password: •••}"),
        ("{password: hunter2, user: app}", "password", "{password: •••, user: app}"),
        ("PASSWORD: hunter2 # why", "password", "PASSWORD: ••• # why"),
        ("passphrase: open sesame", "password", "passphrase: •••"),
        ("password: |\n  hunter2\nb: 1", "password", "password: |\n  •••\nb: 1"),
        ("password:\n  hunter2\nb: 1", "password", "password:\n  •••\nb: 1"),
        ('password: "a\\"b, c" # x', "password", 'password: "•••" # x'),
        ("password: 'it''s'", "password", "password: '•••'"),
        ('password: "goes\n  on"', "password", 'password: "•••\n  on"'),
        ("password: " + "x" * 5000 + " y", "password", "password: •••"),
        ("api_key: abcd1234efgh5678", "named_secret", "api_key: •••"),
        ("aws_secret_access_key: a1B2c3D4e5F6g7H8i9J0/+k", "named_secret", "aws_secret_access_key: •••"),
        (
            f"k: |\n  {HEADER}\n  {BODY}\n  -----END RSA PRIVATE KEY-----\nb: 1",
            "private_key",
            "k: |\n  •••\n  •••\n  •••\nb: 1",
        ),
        (f'k: "{HEADER}\\n{BODY}\\n-----END RSA PRIVATE KEY-----"', "private_key", 'k: "•••"'),
        (f"{HEADER}\n{BODY}\n{BODY}\n\nprose goes on", "private_key", "•••\n•••\n•••\n\nprose goes on"),
        ("-----BEGIN " + "OPENSSH PRIVATE KEY-----", "private_key", "•••"),
        ("-----BEGIN " + "PRIVATE KEY----- and no key", "private_key", "••• and no key"),
    ],
)
def test_secrets_are_found_and_masked(text: str, kind: str, masked: str | None) -> None:
    assert [secret.kind for secret in find(text)] == [kind]
    hidden = mask(text)
    assert MASK in hidden
    assert masked is None or hidden == masked
    assert find(hidden) == ()
    assert hidden.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://user@host/path",
        "https://host:8080/path@v2",
        "postgres://app:${DB_PASSWORD}@db/shop",
        "postgres://app:<password>@db/shop",
        "postgres://app:***@db/shop",
        "mailto:alice@example.com",
        "snowflake://acme-eu1",
        *(
            f"password: {value}"
            for value in ("vault:shop_db/replica", "env:DB_PASSWORD", "${DB_PASSWORD}", "null", "~")
        ),
        *(f"password: {value}" for value in ("secret:shop/db", "TBD", "todo", "n/a", "…", "'***'", "<from vault>", "")),
        *(
            f"password: {value}"
            for value in ("sha256:" + "ab" * 32, "d41d8cd98f00b204e9800998ecf8427e", "{vault: shop}")
        ),
        "password:\n  from: vault",
        "password:\n  - rotate",
        'secret: "vault:shop_db/replica"',
        "password_policy: rotate every 90 d",
        "the password lives in the vault",
        "| password | text | never shown |",
        "columns: [id, password, created_at]",
        "access_token: rotated weekly",
        "api_key: vault:shop/api",
        "if password == expected",
        "digest: sha256:" + "0123456789abcdef" * 4,
        "commit: " + "a94a8fe5" * 5,
        "AKIA is a prefix, and so is eyJ or ghp_ or sig=",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "pwd && ls",
        "sig=" + "0123456789abcdef" * 4,
        "SharedAccessKeyName=RootManageSharedAccessKey",
        "Bearer tokens-are-rotated-every-week-by-a-job",
        "Authorization: Bearer ${TOKEN_OF_THE_SHOP_2026}",
    ],
)
def test_references_digests_and_prose_are_none(text: str) -> None:
    assert find(text) == ()
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('access: {method: api, secret: "hunter2-Sup3rS3cret!"}', 'access: {method: api, secret: "•••"}'),
        ("{secret: 'a b', method: api}", "{secret: '•••', method: api}"),
        ('{"secret":"hunter2"}', '{"secret":"•••"}'),
        ("secret: my Sup3r S3cret pw", "secret: •••"),
        ("  secret: crm_api_token # why", "  secret: ••• # why"),
        ("secret: " + "a94a8fe5" * 5, "secret: •••"),
        ("secret: |\n  hunter2\nb: 1", "secret: |\n  •••\nb: 1"),
        ("secret:\n  hunter2\nb: 1", "secret:\n  •••\nb: 1"),
        ('secrets: ["hunter2", vault:a, b, vault:c,d]', 'secrets: ["•••", vault:a, •••, vault:c,•••]'),
        ("secrets: [\n  a, # one\n  b\n]", "secrets: [\n  •••, # one\n  •••\n]"),
        (
            "secrets:\n  - hunter2\n  # next\n  - vault:a\n  - 'b'",
            "secrets:\n  - •••\n  # next\n  - vault:a\n  - '•••'",
        ),
    ],
)
def test_fields_for_secrets_hold_references_alone(text: str, masked: str) -> None:
    assert {secret.kind for secret in find(text)} == {"unreferenced"}
    assert mask(text) == masked
    assert find(masked) == ()


@pytest.mark.parametrize(
    "text",
    [
        "access: {method: , secret: }",
        "access: {secret: null, method: api}",
        "secret: vault:shop_db/replica",
        "secret: conjur:prod/shop_db",
        "secret: https://acme.vault.example/secrets/shop",
        "secret: ${SHOP_TOKEN}",
        "secret:\n  vault: shop",
        "  secrets:\n- id: next",
        "  secrets:\n- next",
        'secrets: ["vault:a/b", env:SHOP]',
        "secrets: []",
        "the secret: nobody knows",
        "client-secret: kept by the platform",
        "secrets_of: shop",
        "secret: In the vault of the shop's team, no. 7",
        'secrets: ["in the platform team\'s vault"]',
    ],
)
def test_references_in_fields_for_secrets_are_none(text: str) -> None:
    assert find(text) == ()


def test_what_is_no_reference_is_told_as_such() -> None:
    (secret,) = find("secret: crm_api_token")
    told = problem(secret, "02-sources.yml")
    assert (told.rule, told.observed) == ("GEN010", MASK)
    assert told.message.startswith("This does not tell where a secret is kept; name its keeper")


def test_places_are_of_the_secret_itself() -> None:
    text = "a: 1\nb: postgres://app:hunter2@db\n\nc:\n  password: swordfish # x\n"
    found = find(text)
    assert [(secret.kind, secret.line, secret.column) for secret in found] == [
        ("url_credentials", 2, 19),
        ("password", 5, 13),
    ]
    assert [text[secret.start : secret.end] for secret in found] == ["hunter2", "swordfish"]


def test_overlapping_secrets_are_masked_once_and_wholly() -> None:
    text = f"password: postgres://app:{JWT}@db"
    assert mask(text) == "password: •••"
    assert len(find(text)) == 1


SECRETS = [
    "postgres://app:hunter2@db",
    "password: hunter2",
    f"{HEADER}\n  {BODY}",
    JWT,
    "Pwd=hunter2;",
    "secret: hunter2",
    "AKIA" + "A" * 16,
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SECRETS) | st.text("ab: @/\n-|'\"#,=•", max_size=12), max_size=8).map("\n".join))
def test_masking_keeps_lines_and_leaves_no_secret(text: str) -> None:
    hidden = mask(text)
    assert hidden.count("\n") == text.count("\n")
    assert BODY not in hidden
    assert JWT not in hidden
    found = find(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert "AKIA" + "A" * 16 not in hidden


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(SECRETS) | st.text("ab: @/-|'\"#,=•", max_size=12), max_size=8),
    st.sampled_from([" ", "\n", ", "]),
)
def test_every_letter_outside_a_secret_is_found_again_where_secrets_are_masked(parts: list[str], between: str) -> None:
    text = between.join(parts)
    found, places = find(text), hidden(text)
    masked = mask(text).split("\n")
    for number, row in enumerate(text.split("\n"), 1):
        start = sum(len(one) + 1 for one in text.split("\n")[: number - 1])
        for column, letter in enumerate(row, 1):
            at = start + column - 1
            if any(secret.start <= at < secret.end for secret in found):
                continue
            shown = as_masked(places, number, column)
            assert masked[number - 1][shown - 1] == letter
            assert in_file(places, number, shown) == column


def test_the_start_of_a_secret_is_that_of_its_mask() -> None:
    text = "{a: postgres://app:hunter2@db, password: swordfish}"
    starts = [found.start() + 1 for found in re.finditer(MASK, mask(text))]
    assert [as_masked(hidden(text), 1, secret.column) for secret in find(text)] == starts == [20, 38]


@pytest.mark.parametrize(
    "text",
    [
        *("://" * 60_000, "-eyJ" * 50_000, "password: " * 20_000, "password:\n" * 20_000, "sig=" * 50_000),
        *(
            "password=" * 20_000,
            HEADER * 6000,
            HEADER + "\n" + "A" * 190_000,
            HEADER + " " * 190_000,
            "://a:b" * 30_000,
        ),
        *(
            "password: " + " " * 190_000,
            "password: x" + " " * 190_000 + "y",
            'password: "' * 19_000,
            "password: x\n" * 16_000,
            "AKIA" * 50_000,
            "secret: " * 25_000,
            "secrets: [" * 20_000,
            "secrets:\n" * 20_000,
            "secrets: [" + "a, " * 60_000,
            "secrets:\n" + "- a\n" * 50_000,
            "{secret: x, " * 16_000,
            "secret: x" + " " * 190_000 + "y",
            "Bearer " + "a" * 190_000,
            "ghp_" * 50_000,
        ),
    ],
    ids=lambda text: text[:12],
)
def test_hostile_pages_are_masked_stably(text: str) -> None:
    hidden = mask(text)
    assert mask(hidden) == hidden
    assert hidden.count("\n") == text.count("\n")
