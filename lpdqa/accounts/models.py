"""People who sign in, and the scheme-wide roles they hold (what they may do for a provider is a membership)."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from lpdqa.fields import in_choices


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person with a lower-cased email address; `ValueError` without one."""
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an email address."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField("full name", max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the reference tables", default=False)
    is_example = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_lower")]

    def __str__(self) -> str:
        return self.name or f"Person {self.pk}"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @cached_property
    def roles(self) -> frozenset[str]:
        """Scheme-wide roles held now; one query a request."""
        return frozenset(self.role_grants.filter(revoked_at=None).values_list("role", flat=True))

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_assessor(self) -> bool:
        return Role.ASSESSOR in self.roles


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", "Administrator"
    ASSESSOR = "assessor", "Assessor"
    RESEARCHER = "researcher", "Researcher"


@pghistory.track()
class RoleGrant(models.Model):
    """A role given to a person on a date, and perhaps taken back; never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            in_choices("role", Role, "role_grant_role"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(revoked_at=None), name="role_grant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class ApiKey(models.Model):
    """Lets a program read the API more often than others; it opens nothing that is not public anyway.

    The key itself is shown once and never kept: only its SHA-256 is. (It is 256 random bits, which nobody can guess,
    so that a slow hash would protect nothing.) Made and revoked in `lpdqa.accounts.services`.
    """

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80, help_text="What its owner uses it for")
    prefix = models.CharField(max_length=20, unique=True, help_text="How the key begins: its name in lists")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True, blank=True, help_text="To the day, and no more")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="api_key_name"),
            models.CheckConstraint(condition=models.Q(digest__regex="^[0-9a-f]{64}$"), name="api_key_digest"),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None) | models.Q(revoked_at__gte=models.F("made_at")),
                name="api_key_revoked_after",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-made_at"], name="api_key_owner")]

    def __str__(self) -> str:
        return f"API key {self.prefix}"
