"""Three facts about a learner that are never mixed: the place (places.py), the attendance and the progress.

From attendance and progress one service computes the completion; the certificate is a snapshot of it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from enrolment.enums import AttendanceState, CertificateStatus, CompletionResult, ProgressState


class AttendanceQuerySet(models.QuerySet):
    def ticked(self):
        """What the keeper of the list has ticked or confirmed; the own word of a learner alone keeps no list."""
        return self.filter(Q(checked_in_at__isnull=True) | ~Q(checked_in_at=F("ticked_at")))


class Attendance(models.Model):
    """Whether a learner was at one session; `minutes` say how long, where it was only a part of it.

    `checked_in_at` stays when the list is ticked afterwards, so that the learner's own word can be read beside it.
    """

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="attendances")
    session = models.ForeignKey("courses.Session", models.PROTECT, related_name="attendances")
    state = models.CharField(_("state"), max_length=10, choices=AttendanceState)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    ticked_by = models.UUIDField(_("pseudonym of who ticked"), null=True)
    ticked_at = models.DateTimeField(_("ticked at"))
    checked_in_at = models.DateTimeField(_("checked in by oneself at"), null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["session_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="one_attendance_per_session"),
            models.CheckConstraint(
                condition=Q(state=AttendanceState.PARTLY, minutes__isnull=False, minutes__gt=0)
                | Q(~Q(state=AttendanceState.PARTLY), minutes__isnull=True),
                name="partly_has_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.session_id}: {self.state}"

    @property
    def is_own_word(self) -> bool:
        """Checked in, and not yet looked at by the keeper of the list."""
        return self.checked_in_at is not None and self.checked_in_at == self.ticked_at


class AttendanceList(models.Model):
    """The closed list of a session: from then on its attendance is corrected by an addendum only."""

    wagtail_reference_index_ignore = True

    session = models.OneToOneField("courses.Session", models.PROTECT, related_name="attendance_list")
    closed_by = models.UUIDField(
        _("pseudonym of who closed it"), null=True, help_text=_("Empty: closed with its run, by the system.")
    )
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        verbose_name = _("closed attendance list")
        verbose_name_plural = _("closed attendance lists")
        ordering = ["session_id"]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.closed_at:%Y-%m-%d %H:%M}"


class AttendanceAddendum(AppendOnly):
    """One correction of a closed list: what stood there, what stands there now, by whom and why."""

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="attendance_addenda")
    session = models.ForeignKey("courses.Session", models.PROTECT, related_name="attendance_addenda")
    old_state = models.CharField(_("state before"), max_length=10, choices=AttendanceState, blank=True)
    old_minutes = models.PositiveSmallIntegerField(_("minutes before"), null=True)
    new_state = models.CharField(_("state afterwards"), max_length=10, choices=AttendanceState)
    new_minutes = models.PositiveSmallIntegerField(_("minutes afterwards"), null=True)
    reason = models.CharField(_("reason"), max_length=300)
    added_by = models.UUIDField(_("pseudonym of who added it"))
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("addendum to an attendance list")
        verbose_name_plural = _("addenda to attendance lists")
        ordering = ["added_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="addendum_has_reason")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.session_id}: {self.old_state} → {self.new_state}"


class Progress(models.Model):
    """How far a learner is with one step. Done stays done: a later, worse attempt never takes it away."""

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="progress")
    step_key = models.UUIDField(_("step"))
    state = models.CharField(_("state"), max_length=10, choices=ProgressState)
    started_at = models.DateTimeField(_("started at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    best_score = models.PositiveIntegerField(_("best score"), null=True, blank=True)
    max_score = models.PositiveIntegerField(_("highest possible score"), null=True, blank=True)

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        ordering = ["enrolment_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step_key"], name="one_progress_per_step"),
            models.CheckConstraint(
                condition=Q(state=ProgressState.DONE, done_at__isnull=False)
                | Q(state=ProgressState.STARTED, done_at__isnull=True),
                name="done_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.step_key}: {self.state}"


class Completion(models.Model):
    """What a learner has achieved with a place. Granted by the service, revoked only with a reason."""

    wagtail_reference_index_ignore = True

    enrolment = models.OneToOneField("enrolment.Enrolment", models.PROTECT, related_name="completion")
    result = models.CharField(_("result"), max_length=10, choices=CompletionResult)
    ue_attended = models.DecimalField(_("UE attended"), max_digits=5, decimal_places=1)
    granted_at = models.DateTimeField(_("granted at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_because = models.CharField(_("reason for the revocation"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        ordering = ["enrolment_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_because=""), name="revocation_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.result}"


class CertificateYear(models.Model):
    """The last number given in a year. Its row is locked while a number is drawn, so that there is no gap."""

    wagtail_reference_index_ignore = True

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("year of certificates")
        verbose_name_plural = _("years of certificates")
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"


class CertificateQuerySet(models.QuerySet):
    def current(self):
        """Certificates that no newer one replaces."""
        return self.filter(superseded_by__isnull=True)

    def valid(self):
        """Current certificates whose completion stands."""
        return self.current().filter(enrolment__completion__revoked_at__isnull=True)


class Certificate(models.Model):
    """A certificate of attendance (Teilnahmebescheinigung): an immutable snapshot; a correction supersedes it.

    The database itself refuses to change what was printed, or to replace it twice (0022_certificate_stays).
    """

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="certificates")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates")
    number = models.CharField(_("number"), max_length=20, unique=True)
    code = models.CharField(_("verification code"), max_length=20, unique=True)
    language = models.CharField(_("language"), max_length=12)
    facts = models.JSONField(_("printed facts"))
    facts_hash = models.CharField(_("hash of the printed facts (SHA-256)"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"))
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name=_("superseded by")
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of attendance")
        verbose_name_plural = _("certificates of attendance")
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return self.number

    def save(self, *args, **kwargs) -> None:
        if self.pk and set(kwargs.get("update_fields") or ["facts"]) != {"superseded_by"}:
            raise TypeError("A certificate is never changed; a correction supersedes it.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("A certificate is never deleted.")

    @property
    def status(self) -> CertificateStatus:
        """What it is worth today. Fetch `enrolment__completion` along with it."""
        if self.superseded_by_id is not None:
            return CertificateStatus.SUPERSEDED
        revoked = self.enrolment.completion.revoked_at is not None
        return CertificateStatus.REVOKED if revoked else CertificateStatus.VALID

    @property
    def printed_code(self) -> str:
        """The code in groups of four, as it stands on the paper."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))


class CertificatePrint(AppendOnly):
    """The fingerprint of a PDF that was made of a certificate, so that a changed file is recognised.

    The same certificate gives another file once the typesetter or a font is a newer one: each is ours.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="prints")
    sha256 = models.CharField(_("hash of the file (SHA-256)"), max_length=64)
    printed_at = models.DateTimeField(_("printed at"))

    class Meta:
        verbose_name = _("printed certificate")
        verbose_name_plural = _("printed certificates")
        ordering = ["printed_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["certificate", "sha256"], name="one_print_of_each_file")]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.sha256[:12]}"
