"""Accounts: one for each role, with a password that everybody may know, and numbered participants without a login."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from academy import services
from academy.models import Organisation, Unit, User

from .content import read
from .loading import Loading

PASSWORD = "offene-wege-demo"  # noqa: S105 (printed by `demo_logins`; only where DEMO=1)


def address_of(slug: str) -> str:
    return f"{slug}@{read('meta')['mail_domain']}"


def load_roles(loading: Loading) -> str:
    """One account for each role. A password that somebody has changed stays as it is."""
    people = _ensure_accounts({address_of(entry["slug"]): _names(entry["label"]) for entry in read("roles")})
    organisations = Organisation.objects.in_bulk(field_name="slug")
    units = Unit.objects.in_bulk(field_name="slug")
    starts_on = loading.week.day(read("meta")["project"]["period"]["start"])
    memberships = 0
    for entry in read("roles"):
        for role in (entry["role"], *entry.get("also", [])):
            services.grant_membership(
                user=people[address_of(entry["slug"])],
                role=role,
                organisation=organisations[entry["org"]],
                unit=units[entry["unit"]] if "unit" in entry else None,
                starts_on=starts_on,
                actor=None,
                at=loading.at,
            )
            memberships += 1
    return f"{len(people)} accounts with {memberships} roles"


def _names(label: str) -> tuple[str, str]:
    """First and last name out of the label of a role: «Ärztlicher», «Dienst»."""
    first, _space, last = label.rpartition(" ")
    return first, last


def _ensure_accounts(wanted: dict[str, tuple[str, str]]) -> dict[str, User]:
    """The accounts by address; the password is hashed once for all of them, since hashing is slow on purpose."""
    known = {user.email: user for user in User.objects.filter(email__in=wanted)}
    missing = [address for address in wanted if address not in known]
    if missing:
        encoded = make_password(PASSWORD)
        User.objects.bulk_create(
            User(email=address, password=encoded, first_name=wanted[address][0], last_name=wanted[address][1])
            for address in missing
        )
        known = {user.email: user for user in User.objects.filter(email__in=wanted)}
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in known.values()),
        ignore_conflicts=True,
    )
    return {address: known[address] for address in wanted}


def role_accounts() -> dict[str, User]:
    """The accounts of the roles by slug."""
    by_address = {
        user.email: user for user in User.objects.filter(email__in=[address_of(r["slug"]) for r in read("roles")])
    }
    slugs = [entry["slug"] for entry in read("roles")]
    return {slug: by_address[address_of(slug)] for slug in slugs if address_of(slug) in by_address}


def participants(count: int) -> list[User]:
    """Numbered accounts that nobody can sign in to: «Teilnehmende 001 (Demo)»."""
    addresses = [address_of(f"teilnehmende-{number:03}") for number in range(1, count + 1)]
    known = {user.email: user for user in User.objects.filter(email__in=addresses)}
    missing = [(number, address) for number, address in enumerate(addresses, start=1) if address not in known]
    User.objects.bulk_create(
        User(
            email=address,
            password=make_password(None),
            first_name="Teilnehmende",
            last_name=f"{number:03} (Demo)",
        )
        for number, address in missing
    )
    known = {user.email: user for user in User.objects.filter(email__in=addresses)}
    return [known[address] for address in addresses]


def open_demo_logins() -> Iterator[str]:
    """For `manage.py audit`: the password that everybody knows opens nothing outside a demonstration."""
    if settings.DEMO:
        return
    accounts = User.objects.filter(email__in=[address_of(entry["slug"]) for entry in read("roles")], is_active=True)
    for user in accounts.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk"):
        yield f"account {user.pk}: a login of the demonstration works although DEMO is not set"
