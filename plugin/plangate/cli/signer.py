"""Who sits at the keyboard: the person named, or the one whose address git knows."""

from pathlib import Path

import click

from plangate.model.nearest import nearest
from plangate.model.policy import Policy
from plangate.reading.git import user_email


def signer(policy: Policy, named: str | None) -> str:
    """Give the person who signs; nobody, or somebody whom people.yml does not know, is a usage error."""
    people = policy.people.people
    if named is not None:
        if named not in people:
            near = nearest(named, sorted(people))
            meant = f"did you mean {near}?" if near else f"known are {', '.join(sorted(people)) or 'none'}"
            raise click.UsageError(f"{named!r} is nobody of people.yml; {meant}")
        return named
    email = user_email(Path())
    known = policy.people.of_address(email) if email is not None else None
    if known is not None:
        return known
    found = f"git says {email}, which is the address of no one person there" if email else "git names no address here"
    raise click.UsageError(f"Who signs? Name a person of people.yml by --as ({found})")
