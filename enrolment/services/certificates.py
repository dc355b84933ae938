"""Issuing certificates of attendance: numbered without gaps, never changed, corrected by a newer one."""

import hashlib
import json
import secrets
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.jobs import Clock, JobResult
from academy.common.languages import german_or_english
from academy.models import Job, User
from academy.services import advance_job, audit, set_certificate_name, start_job
from courses.models import CourseRun
from enrolment import notifications
from enrolment.enums import CertificateStatus, TitleChoice
from enrolment.models import Certificate, CertificatePrint, CertificateYear, Enrolment

from .certificate_facts import build_facts
from .completion import revoke_completion, update_completions
from .progress import progress_of

# No vowels and no 8, H, S: a code spells no word and no abbreviation that an academy like this would not print.
# No 0, 1, O, I, L: nothing that is misread. 25 signs by 12 places are 2^55 codes.
CODE_SIGNS = "2345679BCDFGJKMNPQRTVWXYZ"
CODE_LENGTH = 12
ISSUE_JOB = "enrolment.certificates"
AT_ONCE = 20  # certificates that a request issues itself; more are issued in the background


class CertificateRefused(Exception):
    """A rule says no. The message is written for the person who asked."""


@transaction.atomic
def issue_certificate(*, enrolment: Enrolment, at: datetime, actor: User | None = None) -> Certificate:
    """Give the learner the certificate of a completed place; whoever has one already keeps it.

    Raises CertificateRefused if the place is not completed, or its completion was revoked.
    """
    enrolment = _lock(enrolment)
    current = enrolment.certificates.current().first()
    if current is not None:
        return current
    language = german_or_english(enrolment.learner.preferred_language)
    certificate = _write(
        enrolment, name=enrolment.learner.printed_name, language=language, title=TitleChoice.NEUTRAL, at=at
    )
    audit(action="certificate.issued", obj=certificate, actor=actor, at=at)
    notifications.certificate_issued(certificate, at=at)
    return certificate


@transaction.atomic
def issue_certificates(*, run: CourseRun, actor: User, at: datetime) -> list[Certificate]:
    """Issue what is missing to everybody who has completed the run; a second call issues nothing."""
    missing = _places_to_serve(run, at=at)
    return [issue_certificate(enrolment=enrolment, at=at, actor=actor) for enrolment in missing]


@transaction.atomic
def start_issuing(*, run: CourseRun, actor: User, at: datetime) -> Job | None:
    """Issue the missing certificates of a large run in the background; None where a request can do it at once."""
    missing = len(_places_to_serve(run, at=at))
    if missing <= AT_ONCE:
        return None
    title = _("Issue certificates: %(course)s") % {"course": run.course.title(get_language())}
    key = f"{ISSUE_JOB}.{run.pk}"
    return start_job(kind=ISSUE_JOB, key=key, title=title, owner=actor, data={"run": run.pk}, total=missing, at=at)


def issue_in_background(job: Job, clock: Clock) -> JobResult:
    """What is left of such a job: each certificate and its step are one transaction, so that none is issued twice."""
    run = CourseRun.objects.get(pk=job.data["run"])
    missing = _places_to_serve(run, at=clock())
    advance_job(job=job, done=job.done, total=job.done + len(missing), at=clock())
    for enrolment in missing:
        with transaction.atomic():
            done, total, at = job.done + 1, job.total, clock()
            try:
                issue_certificate(enrolment=enrolment, at=at, actor=job.owner)
            except CertificateRefused:  # revoked while the others were issued
                done, total = done - 1, total - 1
            advance_job(job=job, done=done, total=total, at=at)
    return JobResult(
        words=_issued(job.done),
        path=reverse("enrolment:roster", args=[run.pk]),
        label=_("Open the list of participants"),
    )


def _issued(count: int) -> str:
    sentence = ngettext(
        "%(count)d certificate has been issued. The person is told by mail.",
        "%(count)d certificates have been issued. The people are told by mail.",
        count,
    )
    return sentence % {"count": count} if count else _("There is no certificate to issue at the moment.")


def _places_to_serve(run: CourseRun, *, at: datetime) -> list[Enrolment]:
    """The places that are completed, whose completion is brought up to date here, and have no certificate yet."""
    places = Enrolment.objects.confirmed().filter(run=run).select_related("run__course", "learner")
    standing = update_completions(enrolments=places, at=at)
    served = set(Certificate.objects.current().filter(enrolment__run=run).values_list("enrolment_id", flat=True))
    missing = places.filter(pk__in=standing.keys() - served)
    return list(missing.order_by("learner__last_name", "learner__first_name", "pk"))


@transaction.atomic
def reissue_certificate(
    *,
    certificate: Certificate,
    actor: User | None,
    at: datetime,
    name: str = "",
    language: str = "",
    title: str = "",
    must_refresh: bool = False,
) -> Certificate:
    """Replace a certificate by a newer one with another name, language or title, or with facts that were corrected.

    What is not given stays as printed. Raises CertificateRefused if the certificate was replaced already, if its
    completion was revoked, or if nothing would change.
    """
    enrolment = _lock(certificate.enrolment)
    old = Certificate.objects.get(pk=certificate.pk)
    if old.superseded_by_id is not None:
        raise CertificateRefused(_("This certificate has already been replaced by a newer one."))
    name = " ".join(name.split()) or old.facts["name"]
    language, title = language or old.language, title or old.facts["title_choice"]
    same_words = (language, title) == (old.language, old.facts["title_choice"])
    if same_words and name == old.facts["name"] and not must_refresh:
        raise CertificateRefused(_("Nothing would change on this certificate."))
    template = old.facts if same_words and not must_refresh else None
    new = _write(enrolment, name=name, language=language, title=title, at=at, template=template)
    old.superseded_by = new
    old.save(update_fields=["superseded_by"])
    if name != old.facts["name"]:
        set_certificate_name(user=enrolment.learner, name=name)
    audit(action="certificate.superseded", obj=old, actor=actor, at=at, data={"by": new.number})
    notifications.certificate_replaced(new, at=at)
    return new


def refresh_certificate(*, enrolment: Enrolment, actor: User | None, at: datetime) -> Certificate | None:
    """After recorded facts were corrected: replace the certificate if it prints other figures than now hold.

    Where nothing is left to certify, the learner is told that it holds no more.
    """
    current = Certificate.objects.current().filter(enrolment=enrolment).first()
    if current is None:
        return None
    completion = current.enrolment.completion
    if completion.revoked_at is not None:
        if completion.revoked_at == at:  # by this correction
            notifications.certificate_revoked(current, reason=completion.revoked_because, at=at)
        return None
    with translation.override(current.language):
        now = build_facts(progress_of(current.enrolment), title=current.facts["title_choice"], at=at)
    if all(now[key] == current.facts[key] for key in ("dates", "scope", "attended", "remark")):
        return None
    return reissue_certificate(certificate=current, actor=actor, at=at, must_refresh=True)


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, actor: User, at: datetime) -> Certificate:
    """Take back what a valid certificate states: it stays to be seen by its code, as revoked since now.

    Raises CertificateRefused without a reason, and for one that does not hold any more anyway.
    """
    enrolment = _lock(certificate.enrolment)
    certificate = Certificate.objects.select_related("enrolment__completion").get(pk=certificate.pk)
    if not reason.strip():
        raise CertificateRefused(_("Please say why the certificate is revoked."))
    if certificate.status != CertificateStatus.VALID:
        raise CertificateRefused(_("This certificate does not hold any more. Only a valid one can be revoked."))
    revoke_completion(completion=certificate.enrolment.completion, reason=reason.strip(), actor=actor, at=at)
    audit(action="certificate.revoked", obj=certificate, actor=actor, at=at, data={"place": enrolment.pk})
    notifications.certificate_revoked(certificate, reason=reason.strip(), at=at)
    return certificate


@transaction.atomic
def restore_certificate(*, certificate: Certificate, actor: User, at: datetime) -> Certificate:
    """Undo a revocation where what was recorded still gives a completion; the certificate that holds from now on.

    Raises CertificateRefused for one that is not revoked, and where attendance or steps do not suffice any more.
    """
    enrolment = _lock(certificate.enrolment)
    certificate = Certificate.objects.select_related("enrolment__completion").get(pk=certificate.pk)
    if certificate.status != CertificateStatus.REVOKED:
        raise CertificateRefused(_("This certificate is not revoked."))
    reason = _("The revocation was taken back.")
    standing = update_completions(enrolments=[enrolment], at=at, actor=actor, reason=reason)
    if enrolment.pk not in standing:
        raise CertificateRefused(
            _("What is recorded does not suffice for a certificate. Please look at the attendance.")
        )
    audit(action="certificate.restored", obj=certificate, actor=actor, at=at)
    newer = refresh_certificate(enrolment=enrolment, actor=actor, at=at)
    if newer is None:
        notifications.certificate_restored(certificate, at=at)
    return newer or Certificate.objects.select_related("enrolment__completion").get(pk=certificate.pk)


def note_print(*, certificate: Certificate, pdf: bytes, at: datetime) -> CertificatePrint:
    """Keep the fingerprint of a PDF that is handed out, once for each file."""
    digest = hashlib.sha256(pdf).hexdigest()
    found = {"certificate": certificate, "sha256": digest}
    return CertificatePrint.objects.get_or_create(**found, defaults={"printed_at": at})[0]


def facts_hash(facts: dict) -> str:
    """SHA-256 of the facts as canonical JSON."""
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _lock(enrolment: Enrolment) -> Enrolment:
    """The place as it stands now; nobody else issues for it until the transaction ends."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("run__course", "learner")
    return rows.get(pk=enrolment.pk)


def _write(
    enrolment: Enrolment, *, name: str, language: str, title: str, at: datetime, template: dict | None = None
) -> Certificate:
    """Store one more certificate; `template` gives the facts that are taken over as they were printed."""
    progress = progress_of(enrolment)
    if progress.completion is None:
        raise CertificateRefused(_("This course has not been completed yet."))
    if progress.completion.revoked_at is not None:
        raise CertificateRefused(_("The completion of this course has been revoked."))
    with translation.override(language):
        facts = build_facts(progress, title=title, at=at)
    if template is not None:
        facts = {**template, "issued": facts["issued"]}
    code = _new_code()
    facts |= {"name": name, "number": _next_number(at), "code": code}
    return Certificate.objects.create(
        enrolment=enrolment,
        holder=enrolment.learner,
        number=facts["number"],
        code=code,
        language=language,
        facts=facts,
        facts_hash=facts_hash(facts),
        issued_at=at,
    )


def _next_number(at: datetime) -> str:
    """The next number of the year, under the lock of its row: rolled back with the certificate, so without a gap."""
    year = timezone.localdate(at).year
    CertificateYear.objects.get_or_create(year=year)
    row = CertificateYear.objects.select_for_update().get(year=year)
    row.last_number += 1
    row.save(update_fields=["last_number"])
    return f"ZG-{year}-{row.last_number:06}"


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_SIGNS) for _place in range(CODE_LENGTH))
        if not Certificate.objects.filter(code=code).exists():
            return code
