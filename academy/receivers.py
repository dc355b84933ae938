"""What follows from signals of other packages."""

from . import services


def note_proven_address(sender, user, **kwargs) -> None:
    """django-allauth says that somebody has set a password through the link that we mailed to the address."""
    services.note_proven_address(user=user)
