"""People of a policy: who is known, who holds a role on which day."""

from datetime import date

import pytest

from plangate.model.policy import Held, People

PEOPLE = People.model_validate(
    {
        "teams": {"data_team": {"title": "Data"}},
        "rotas": {"data_oncall": {"team": "data_team"}},
        "people": {
            "alice": {"roles": [{"role": "owner", "from": "2026-01-01", "until": "2026-07-01"}]},
            "bob": {"roles": [{"role": "owner"}, {"role": "sre"}], "until": "2026-03-01"},
        },
    }
)


@pytest.mark.parametrize("name", ["data_team", "data_oncall", "alice"])
def test_teams_rotas_and_people_are_known(name: str) -> None:
    assert PEOPLE.knows(name)


def test_nobody_else_is_known() -> None:
    assert not PEOPLE.knows("carol")
    assert PEOPLE.names() == ("alice", "bob", "data_oncall", "data_team")


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_a_role_is_held_from_a_day_until_before_another(day: date, held: bool) -> None:
    assert PEOPLE.people["alice"].roles[0].on(day) is held
    assert ("owner" in PEOPLE.roles_of("alice", day)) is held


def test_who_left_holds_nothing() -> None:
    assert PEOPLE.roles_of("bob", date(2026, 2, 28)) == ("owner", "sre")
    assert PEOPLE.roles_of("bob", date(2026, 3, 1)) == ()
    assert PEOPLE.holders("owner", date(2026, 2, 1)) == ("alice", "bob")
    assert PEOPLE.holders("owner", date(2026, 4, 1)) == ("alice",)


def test_a_role_without_dates_is_always_held() -> None:
    assert Held(role="owner").on(date(1999, 1, 1))
