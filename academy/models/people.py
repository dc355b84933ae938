"""The account of a person. What somebody may do comes from memberships, never from the account."""

import uuid

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    """Accounts are found by e-mail address; upper and lower case make no difference."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractUser):
    """A person with a login. Erasing a person empties this row and never deletes it (DESIGN.md 4)."""

    username = None
    email = models.EmailField(_("e-mail address"), unique=True)
    certificate_name = models.CharField(
        _("name on certificates"),
        max_length=200,
        blank=True,
        help_text=_("The name as you wish it to be printed. Left empty, first and last name are used."),
    )
    preferred_language = models.CharField(_("preferred language"), max_length=12, default="de")
    wants_calendar_mails = models.BooleanField(
        _("dates by mail"),
        default=True,
        help_text=_("Mails about a place bring its dates for the calendar. Without it they come by the own feed only."),
    )
    pseudonym = models.UUIDField(_("pseudonym"), default=uuid.uuid4, unique=True, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return display_name(self)

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def printed_name(self) -> str:
        """The name on certificates: as the person wishes, else the full name."""
        return self.certificate_name or display_name(self)


def display_name(user: User) -> str:
    """How the person is called on screen: the full name, else the address."""
    return user.get_full_name() or user.email
