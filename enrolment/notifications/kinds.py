"""What a mail is, in words: read from its key, for the delivery log."""

from django.utils.translation import gettext_lazy as _

# By what the key begins with and its cause: `place.12.confirmed.3`, `run.4.decide.…`, `booking.7.given.2.31`.
KINDS = {
    "place.confirmed": _("place confirmed"),
    "place.promoted": _("moved up, place confirmed"),
    "place.offered": _("place offered"),
    "place.offer_lapsed": _("offer lapsed"),
    "place.handed_over": _("place handed over"),
    "place.taken_over": _("place taken over"),
    "place.waitlisted": _("on the waiting list"),
    "place.withdrawn": _("place given back"),
    "place.takes_place": _("run takes place"),
    "place.interest_offered": _("dates for those interested: place offered"),
    "place.interest_waits": _("dates for those interested: on the waiting list"),
    "interest.invited": _("dates for those interested: invitation"),
    "place.cancelled": _("run called off"),
    "place.list_closed": _("no place became free"),
    "place.reminder": _("reminder of a date"),
    "place.moved": _("dates or place changed"),
    "place.steps": _("learning steps changed"),
    "place.message": _("message to participants"),
    "place.named": _("named by an organisation"),
    "place.unnamed": _("taken off by an organisation"),
    "place.replaced": _("replaced by an organisation"),
    "place.requested": _("supervisor has been asked"),
    "place.deputy_named": _("deputy has been asked"),
    "place.council": _("staff council is involved"),
    "place.refused": _("not approved"),
    "place.lapsed": _("request for approval lapsed"),
    "place.task": _("feedback on a task"),
    "place.certificate": _("certificate"),
    "place.certificate_revoked": _("certificate revoked"),
    "place.certificate_restored": _("certificate valid again"),
    "approval.asked": _("request to the supervisor"),
    "approval.reminder": _("reminder of the supervisor"),
    "approval.deputy": _("request to the deputy"),
    "answers.waiting": _("answers wait for feedback"),
    "run.decide": _("question whether the run takes place"),
    "booking.reserved": _("places reserved"),
    "booking.waits": _("group on the waiting list"),
    "booking.given": _("places given to a group"),
    "booking.added": _("more places reserved"),
    "booking.near": _("reminder of the release date"),
    "booking.returned": _("a place of a group is free again"),
    "booking.released": _("reservation ended"),
    "booking.cancelled": _("run called off, booking ended"),
}


def kind_of(key: str) -> str:
    """The label of the mail with that key; of mails that a run does not send, just «mail»."""
    about, _number, cause = [*key.split("."), "", "", ""][:3]
    return str(KINDS.get(f"{about}.{cause}", _MAIL))


_MAIL = _("Mail")
