"""Choices of people, organisations, mail and the audit log. Wording: DOMAIN.md 1."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What somebody is on the platform, always by a Membership with dates (DOMAIN.md 2.5)."""

    TECHNICAL_ADMIN = "technical_admin", _("technical administration")
    PROGRAMME_LEAD = "programme_lead", _("programme lead")
    FACILITATOR = "facilitator", _("process facilitator")
    ACADEMY_OFFICE = "academy_office", _("academy office")
    TRAINER = "trainer", _("trainer")
    EDITOR = "editor", _("editor")
    FUNDER_REPORTING = "funder_reporting", _("funder reporting")
    DATA_PROTECTION = "data_protection", _("data protection")
    DIALOGUE_MODERATION = "dialogue_moderation", _("dialogue moderation")
    MSO = "mso", _("representative of a migrant self-organisation")
    SPONSOR = "sponsor", _("commissioning lead")
    APPROVER = "approver", _("approving supervisor")
    ORGANISATION_CONTACT = "organisation_contact", _("contact person of the organisation")
    GROUP_MEMBER = "group_member", _("member of the process group")
    UNIT_STAFF = "unit_staff", _("staff of the unit")
    PARTICIPANT = "participant", _("participant")


class OrganisationKind(TextChoices):
    DISTRICT_OFFICE = "district_office", _("district office")
    STATE_AUTHORITY = "state_authority", _("state authority")
    HOSPITAL = "hospital", _("hospital")
    CARRIER = "carrier", _("carrier organisation")
    COMPANY = "company", _("company")
    MSO = "mso", _("migrant self-organisation (MSO)")
    UMBRELLA = "umbrella", _("umbrella association")
    ASSOCIATION = "association", _("association")


class RecordState(TextChoices):
    """Organisations and units."""

    ACTIVE = "active", _("active")
    RESTING = "resting", _("resting")
    ARCHIVED = "archived", _("archived")


class ServiceField(TextChoices):
    CITIZEN_SERVICES = "citizen_services", _("citizen services")
    FAMILY = "family", _("children, youth, family")
    HEALTH = "health", _("health")


class Headcount(TextChoices):
    """Only as a band: it feeds the threshold logic (DOMAIN.md 2.2)."""

    UNDER_10 = "<10", _("fewer than 10")
    FROM_10 = "10-24", _("10 to 24")
    FROM_25 = "25-49", _("25 to 49")
    FROM_50 = "50+", _("50 or more")


class Vocabulary(TextChoices):
    """The lists whose entries the programme lead keeps."""

    TARGET_GROUPS = "target_groups", _("target groups")
    ACCESS = "access", _("access features")
    DIMENSIONS = "dimensions", _("dimensions of discrimination")
    TOUCHPOINTS = "touchpoints", _("service touchpoints")
    BARRIER_KINDS = "barrier_kinds", _("kinds of access barriers")


class MailState(TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class JobState(TextChoices):
    """Long work that somebody watches."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


OPEN_JOBS = [JobState.WAITING, JobState.RUNNING]
