"""Everybody who comes to the register, as columns of expected.txt, in its order."""

from __future__ import annotations

from dataclasses import dataclass, fields

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from providers.choices import MemberRole
from providers.models import Provider
from tests.factories import person, team_member


@dataclass(frozen=True)
class People:
    """One person a column; None is somebody who is signed out.

    visitor     signed out
    leader      a school leader with an account and no role
    owner, editor, viewer   on the team of the organisation that everything in the table belongs to
    rival       the owner of another organisation: the wrong one
    assessor    asked to assess its submissions, with the file of one open
    unasked     an assessor with nothing to do with them
    researcher  holds that role only
    admin       an administrator with no part in anything
    decider     an administrator who drafted its decisions
    admin_team  an administrator who is on its team
    admin_asses an administrator who was asked to assess its submissions
    staff       may edit the reference tables, and holds no role
    """

    visitor: User | None
    leader: User
    owner: User
    editor: User
    viewer: User
    rival: User
    assessor: User
    unasked: User
    researcher: User
    admin: User
    decider: User
    admin_team: User
    admin_asses: User
    staff: User


COLUMNS = tuple(field.name for field in fields(People))


def everybody(home: Provider, other: Provider) -> People:
    """People of the organisation `home`, of `other`, and of the scheme."""
    admin_team = team_member(home, MemberRole.VIEWER)
    grant_role(user=admin_team, role=Role.ADMINISTRATOR, by=None)
    return People(
        visitor=None,
        leader=person(),
        owner=team_member(home),
        editor=team_member(home, MemberRole.EDITOR),
        viewer=team_member(home, MemberRole.VIEWER),
        rival=team_member(other),
        assessor=person("assessor"),
        unasked=person("assessor"),
        researcher=person("researcher"),
        admin=person("administrator"),
        decider=person("administrator"),
        admin_team=admin_team,
        admin_asses=person("assessor", "administrator"),
        staff=person(is_staff=True),
    )
