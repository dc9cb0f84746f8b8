"""The fictional people: one sign-in a role, and enough assessors and administrators for every second-person rule."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role


@dataclass(frozen=True)
class SignIn:
    """A sign-in that is shown to whoever starts the example stack."""

    role: str
    email: str
    name: str


SIGN_INS = (
    SignIn("School leader", "leader@example.org", "Harriet Vole"),
    SignIn("Provider, owner", "owner@example.org", "Marcus Larkin"),
    SignIn("Provider, editor", "editor@example.org", "Della Rushmere"),
    SignIn("Provider, viewer", "viewer@example.org", "Piers Otterbourne"),
    SignIn("Assessor", "assessor@example.org", "Winifred Ashe"),
    SignIn("Administrator", "administrator@example.org", "Cyril Northaw"),
    SignIn("Second administrator", "second.administrator@example.org", "Zadie Colne"),
    SignIn("Researcher", "researcher@example.org", "Emeka Blythborough"),
)
OTHER_ADMINISTRATORS = ("Appleby Stour", "Lucinda Tarrant")
OTHER_ASSESSORS = (
    "Ranulf Deepdene", "Sabitha Overmoor", "Cordelia Finch-Hatton", "Udo Marlpit", "Morwenna Sykes-Reed",
    "Jabari Holmfirth", "Tilda Crosswater",
)  # fmt: skip


def password_file() -> Path:
    return settings.DATA_DIR / "secrets" / "example_password"


def example_password() -> str:
    """The one password of all example people: made at random once a data folder, never shipped."""
    path = password_file()
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = f"example-{secrets.token_urlsafe(9)}"
    path.touch(mode=0o600)
    path.write_text(password + "\n")
    return password


def make_person(email: str, name: str, password_hash: str) -> User:
    """An example person whose address counts as confirmed."""
    user, created = User.objects.get_or_create(
        email=email, defaults={"name": name, "is_example": True, "password": password_hash}
    )
    if created:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@dataclass(frozen=True)
class Cast:
    """Everyone the stories need."""

    sign_ins: dict[str, User]
    administrators: list[User]
    assessors: list[User]


def make_cast(password_hash: str) -> Cast:
    """Make the people and give them their roles."""
    sign_ins = {entry.email: make_person(entry.email, entry.name, password_hash) for entry in SIGN_INS}
    chief = sign_ins["administrator@example.org"]
    administrators = [chief, sign_ins["second.administrator@example.org"]]
    administrators += [
        make_person(f"administrator{number}@example.org", name, password_hash)
        for number, name in enumerate(OTHER_ADMINISTRATORS, start=3)
    ]
    assessors = [sign_ins["assessor@example.org"]]
    assessors += [
        make_person(f"assessor{number}@example.org", name, password_hash)
        for number, name in enumerate(OTHER_ASSESSORS, start=2)
    ]
    for person in administrators:
        grant_role(user=person, role=Role.ADMINISTRATOR, by=None, reason="example data")
    for person in assessors:
        grant_role(user=person, role=Role.ASSESSOR, by=chief, reason="example data")
    grant_role(user=sign_ins["researcher@example.org"], role=Role.RESEARCHER, by=chief, reason="example data")
    return Cast(sign_ins=sign_ins, administrators=administrators, assessors=assessors)
