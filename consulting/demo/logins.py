"""The logins of the demonstration, and what each can do."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from academy.enums import OrganisationKind, Role
from academy.models import Organisation, Unit, User

from .content import read
from .people import address_of, role_accounts

ABILITIES: dict[str, Promise] = {
    Role.TECHNICAL_ADMIN: _("Keeps accounts, organisations and roles, and installs exercises."),
    Role.PROGRAMME_LEAD: _("Gives roles, keeps lists and templates, and oversees every process facilitation."),
    Role.FACILITATOR: _("Starts process facilitations and keeps the own ones: phases, milestones, people."),
    Role.ACADEMY_OFFICE: _(
        "Approves and publishes courses, plans runs, ticks attendance, and reads the delivery log of mails."
    ),
    Role.TRAINER: _("Writes courses and hands them in, plans runs, and ticks the attendance of the own ones."),
    Role.EDITOR: _("Writes and publishes the pages of the public site."),
    Role.FUNDER_REPORTING: _("Sees title, phase and dates of the process facilitations that were released."),
    Role.DATA_PROTECTION: _("Books and takes courses. Registers and deletion reports come with a later part."),
    Role.DIALOGUE_MODERATION: _("Sees title, phase and dates of every process facilitation."),
    Role.MSO: _("Sees title, phase and dates of the process facilitations in which the organisation is a partner."),
    Role.SPONSOR: _("Reads the process facilitation of the own unit and confirms the agreement for it."),
    Role.APPROVER: _("Answers when staff ask for approval of a course."),
    Role.ORGANISATION_CONTACT: _(
        "Is the contact person. The overview of the organisation's bookings comes with a later part."
    ),
    Role.GROUP_MEMBER: _("Books and takes courses, and reads the process facilitation of the own unit."),
    Role.UNIT_STAFF: _(
        "Books and takes courses, and sees title, phase and dates of the own unit's process facilitation."
    ),
    Role.PARTICIPANT: _("Books and takes courses."),
}


# Organisations of these kinds share one heading; every other one stands under its own name.
HEADINGS: dict[str, Promise] = {
    OrganisationKind.ASSOCIATION: _("The academy"),
    OrganisationKind.UMBRELLA: _("Dialogue and migrant self-organisations"),
    OrganisationKind.MSO: _("Dialogue and migrant self-organisations"),
    OrganisationKind.COMPANY: _("Companies"),
}


@dataclass(frozen=True)
class Login:
    """One account of the demonstration. `person` is None until the demo content has been loaded."""

    slug: str
    label: str
    email: str
    place: str
    heading: str
    roles: list[str]
    person: User | None

    @property
    def role_labels(self) -> list[str]:
        """The roles in words, without those that the label of the account says already."""
        return [label for label in (str(Role(role).label) for role in self.roles) if label != self.label]

    @property
    def abilities(self) -> list[str]:
        """What the account can do, as whole sentences in the current language."""
        return [str(ABILITIES[role]) for role in self.roles]


def all_logins() -> list[Login]:
    """Every account of the file, in its order."""
    people = role_accounts()
    organisations = Organisation.objects.in_bulk(field_name="slug")
    units = Unit.objects.in_bulk(field_name="slug")
    return [
        _login(entry, organisations.get(entry["org"]), units.get(entry.get("unit")), people) for entry in read("roles")
    ]


def _login(entry: dict, organisation: Organisation | None, unit: Unit | None, people: dict[str, User]) -> Login:
    place = ", ".join(part.name for part in (organisation, unit) if part)
    heading = HEADINGS.get(organisation.kind) if organisation else None
    return Login(
        slug=entry["slug"],
        label=entry["label"],
        email=address_of(entry["slug"]),
        place=place if heading else "",
        heading=str(heading or place),
        roles=[entry["role"], *entry.get("also", [])],
        person=people.get(entry["slug"]),
    )


def by_heading() -> list[tuple[str, list[Login]]]:
    """The accounts that are there, under the headings of the page."""
    found = [login for login in all_logins() if login.person]
    return [(heading, list(group)) for heading, group in groupby(found, key=lambda login: login.heading)]
