"""Rooms in which sessions take place, and what they offer to people who need it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.enums import RoomFeature


class Room(models.Model):
    """A room that can be booked for sessions: at one moment for one of them only (`Session`).

    The secret address of its calendar is stored as a hash only; `services.renew_room_feed` gives it out once.
    """

    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "academy.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name=_("belongs to"),
        help_text=_("The organisation in whose house the room is."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("seating"), null=True, blank=True, help_text=_("How many people find a seat. Left empty: not known.")
    )
    features = models.JSONField(
        _("access"), default=list, blank=True, help_text=_("Shown to everybody who looks at a course in this room.")
    )
    transport = models.CharField(
        _("way there"), max_length=200, blank=True, help_text=_("Public transport, entrance, lift. Shown to everybody.")
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("Keys, technology, whom to ask. For staff only."))
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Without this mark no new date is put into the room.")
    )
    feed_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    feed_made_at = models.DateTimeField(_("address made at"), null=True, blank=True, editable=False)
    feed_used_on = models.DateField(_("address last used on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["-is_active", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "address"],
                name="one_room_per_name",
                violation_error_message=_("There is a room of this name at this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Name and address, as people find it."""
        return f"{self.name}, {self.address}" if self.address else self.name

    @property
    def feature_labels(self) -> list[str]:
        """What the room offers, in words, in the order of the list."""
        return [str(feature.label) for feature in RoomFeature if feature in self.features]
