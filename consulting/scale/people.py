"""Numbered people who cannot sign in."""

from academy.models import User

TRAINERS = 12
BATCH = 1000


def add_trainers() -> list[User]:
    """The people who teach; made once."""
    return _add("trainerin", "Trainer*in", range(1, TRAINERS + 1))


def add_learners(number: int) -> list[User]:
    """So many more people, numbered on from those that are here."""
    first = User.objects.filter(email__startswith="teilnehmerin-", email__endswith="@scale.example").count() + 1
    return _add("teilnehmerin", "Teilnehmer*in", range(first, first + number))


def _add(key: str, name: str, numbers: range) -> list[User]:
    """The people with these numbers, in their order. The «!» is Django's mark of a password that nobody has."""
    people = [
        User(email=f"{key}-{number}@scale.example", first_name=name, last_name=str(number), password="!")  # noqa: S106
        for number in numbers
    ]
    User.objects.bulk_create(people, batch_size=BATCH, ignore_conflicts=True)
    known = User.objects.filter(email__startswith=f"{key}-", email__endswith="@scale.example").order_by("pk")
    wanted = {person.email for person in people}
    return [person for person in known.iterator() if person.email in wanted]
