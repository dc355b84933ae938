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
    Role.TECHNICAL_ADMIN: _("Keep accounts, organisations and roles, and install exercises."),
    Role.PROGRAMME_LEAD: _("Give roles, keep lists and templates, and oversee every process facilitation."),
    Role.FACILITATOR: _("Start process facilitations and keep the own ones: phases, milestones, people."),
    Role.ACADEMY_OFFICE: _(
        "Approve and publish courses, plan runs, tick attendance, and read the delivery log of mails."
    ),
    Role.TRAINER: _("Write courses and hand them in, plan runs, and tick the attendance of the own ones."),
    Role.EDITOR: _("Write and publish the pages of the public site."),
    Role.FUNDER_REPORTING: _("See title, phase and dates of the process facilitations that were released."),
    Role.DATA_PROTECTION: _("Book and take courses. Registers and deletion reports come with a later part."),
    Role.DIALOGUE_MODERATION: _("See title, phase and dates of every process facilitation."),
    Role.MSO: _("See title, phase and dates of the process facilitations in which the organisation is a partner."),
    Role.SPONSOR: _("Read the process facilitation of the own unit and confirm the agreement for it."),
    Role.APPROVER: _("Answer when staff ask for approval of a course."),
    Role.ORGANISATION_CONTACT: _(
        "Be the contact person. The overview of the organisation's bookings comes with a later part."
    ),
    Role.GROUP_MEMBER: _("Book and take courses, and read the process facilitation of the own unit."),
    Role.UNIT_STAFF: _("Book and take courses, and see title, phase and dates of the own unit's process facilitation."),
    Role.PARTICIPANT: _("Book and take courses."),
}


# Organisations of these kinds share one heading; every other one stands under its own name.
HEADINGS: dict[str, Promise] = {
    OrganisationKind.ASSOCIATION: _("The academy and its partners"),
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
