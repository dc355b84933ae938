"""Who may do what with processes and statements (DOMAIN.md 2.5)."""

from dataclasses import dataclass
from datetime import date

from academy.common.confidentiality import Level
from academy.enums import Role
from academy.models import Membership, Organisation
from academy.permissions import has_role
from academy.selectors import roles_of

from .enums import DocumentKind, EvidenceOrigin, ProcessAccess, ProcessRole
from .models import Evidence, Measure, Process, ProcessDocument, Recommendation, Signatory
from .selectors import (
    READING_FUNCTIONS,
    access_by,
    functions_in,
    is_staff_of_unit,
    measures_visible_to,
    organisations_represented_by,
    processes_visible_to,
)

SERIES_KEEPERS = (Role.FACILITATOR, Role.DIALOGUE_MODERATION, Role.ACADEMY_OFFICE, Role.PROGRAMME_LEAD)

MEETING_READERS = {*READING_FUNCTIONS, ProcessRole.FACILITATOR, ProcessRole.MSO_PARTNER}


@dataclass(frozen=True)
class Rights:
    """What one person may do in one process: read once, asked often."""

    access: ProcessAccess = ProcessAccess.NONE
    functions: frozenset[str] = frozenset()
    leads: bool = False
    is_staff: bool = False
    reports: bool = False

    @property
    def can_read(self) -> bool:
        """Goal, people, milestones, agreement and log; who cannot read sees title, phases and dates only."""
        return self.access >= ProcessAccess.READ

    @property
    def can_change(self) -> bool:
        return self.access == ProcessAccess.WRITE

    @property
    def can_see_assessments(self) -> bool:
        """The page of self-assessments: results for who reads the process, the way to their own sheet for staff."""
        return self.can_read or self.is_staff

    @property
    def can_run_assessments(self) -> bool:
        """Opening and closing a round is facilitation; the programme lead reads results only."""
        return ProcessRole.FACILITATOR in self.functions

    @property
    def can_change_agreement(self) -> bool:
        """The programme lead reads the agreement; only facilitation keeps it."""
        return ProcessRole.FACILITATOR in self.functions

    @property
    def can_sign_agreement(self) -> bool:
        return ProcessRole.SPONSOR in self.functions

    @property
    def can_assign_facilitators(self) -> bool:
        """Who facilitates sees what is confidential: that is decided by the programme lead alone."""
        return self.leads

    @property
    def can_read_meetings(self) -> bool:
        """All of a meeting; an MSO partner those in which the partner takes part."""
        return bool(self.functions & MEETING_READERS)

    @property
    def sees_meetings(self) -> bool:
        """Programme lead and funder reporting know kind, date and state only."""
        return self.can_read_meetings or self.leads or self.reports


def rights_in(user, process: Process, *, on: date) -> Rights:
    """The rights of the person in the process on that day; none where the process does not exist for them."""
    if not processes_visible_to(user, on=on).filter(pk=process.pk).exists():
        return Rights()
    roles = roles_of(user, on=on)
    leads, reports = Role.PROGRAMME_LEAD in roles, Role.FUNDER_REPORTING in roles
    functions = frozenset(functions_in(user, [process], on=on)[process.pk])
    access = access_by(functions=functions, leads=leads)
    is_staff = access < ProcessAccess.READ and is_staff_of_unit(user, process, on=on)
    return Rights(access=access, functions=functions, leads=leads, is_staff=is_staff, reports=reports)


def can_create_process(user, *, on: date) -> bool:
    return bool(roles_of(user, on=on) & {Role.PROGRAMME_LEAD, Role.FACILITATOR})


def can_decide_requests(user, *, on: date) -> bool:
    """Take requests for process facilitation up, or turn them down."""
    return user.is_active and Role.PROGRAMME_LEAD in roles_of(user, on=on)


def can_change_process(user, process: Process, *, on: date) -> bool:
    """Header, phases, milestones and people."""
    return rights_in(user, process, on=on).can_change


def can_change_agreement(user, process: Process, *, on: date) -> bool:
    return rights_in(user, process, on=on).can_change_agreement


def can_sign_agreement(user, process: Process, *, on: date) -> bool:
    return rights_in(user, process, on=on).can_sign_agreement


def can_assign_member(user, process: Process, role: str, *, on: date) -> bool:
    """Give or take a function: facilitation does, but who facilitates is the programme lead's decision."""
    rights = rights_in(user, process, on=on)
    return rights.can_assign_facilitators if role == ProcessRole.FACILITATOR else rights.can_change


# --- Barriers ------------------------------------------------------------------------------------------------------
WRITING_FUNCTIONS = {ProcessRole.FACILITATOR, ProcessRole.GROUP}


def can_write_barriers(user, process: Process, *, on: date) -> bool:
    """Record and reword barriers and add evidence: facilitation and the process group."""
    return bool(rights_in(user, process, on=on).functions & WRITING_FUNCTIONS)


def can_see_raw(user, process: Process, *, on: date) -> bool:
    """What is for facilitation only (V4)."""
    return ProcessRole.FACILITATOR in rights_in(user, process, on=on).functions


def can_decide_barriers(user, process: Process, *, on: date) -> bool:
    """Confirm a barrier, and release it to the unit and further: the commissioning lead."""
    return ProcessRole.SPONSOR in rights_in(user, process, on=on).functions


def can_set_level(user, process: Process, before: Level, after: Level, *, on: date) -> bool:
    """Between V4 and V3 facilitation decides; wherever V2 or less is touched, the commissioning lead."""
    if after == Level.OWN:
        return False
    if min(before, after) >= Level.GROUP:
        return can_see_raw(user, process, on=on)
    return max(before, after) <= Level.GROUP and can_decide_barriers(user, process, on=on)


def represented_by(user, organisation: Organisation | None, *, on: date) -> bool:
    """Whether the person stands for this migrant self-organisation on that day."""
    return organisation is not None and organisation.pk in own_organisation_keys(user, on=on)


def can_release_evidence(user, evidence: Evidence, *, on: date) -> bool:
    """Whose evidence it is: the organisation, the commissioning lead for the unit's, facilitation for its own."""
    functions = rights_in(user, evidence.barrier.process, on=on).functions
    return releases_evidence(evidence, functions=functions, own=own_organisation_keys(user, on=on))


def releases_evidence(evidence: Evidence, *, functions: frozenset[str], own: set[int]) -> bool:
    """The same for somebody with these functions in the process who stands for these organisations; no query."""
    if evidence.origin == EvidenceOrigin.MSO:
        return evidence.organisation_id in own
    owner = ProcessRole.SPONSOR if evidence.origin == EvidenceOrigin.UNIT else ProcessRole.FACILITATOR
    return owner in functions


def own_organisation_keys(user, *, on: date) -> set[int]:
    """The migrant self-organisations that somebody stands for on that day."""
    return set(organisations_represented_by(user, on=on).values_list("pk", flat=True)) if user.is_active else set()


def can_give_mso_view(user, measure: Measure, *, on: date) -> bool:
    """An MSO partner of the process, for a measure that the partner may read."""
    partner = ProcessRole.MSO_PARTNER in rights_in(user, measure.process, on=on).functions
    return partner and measures_visible_to(user, on=on).filter(pk=measure.pk).exists()


def can_run_assessments(user, process: Process, *, on: date) -> bool:
    return rights_in(user, process, on=on).can_run_assessments


# --- Documents -----------------------------------------------------------------------------------------------------
APPROVERS = {
    DocumentKind.AGREEMENT: ProcessRole.SPONSOR,
    DocumentKind.PLAN: ProcessRole.SPONSOR,
    DocumentKind.MINUTES: ProcessRole.GROUP,
    DocumentKind.REPORT: ProcessRole.FACILITATOR,
    DocumentKind.MATERIAL: ProcessRole.FACILITATOR,
}


def can_write_documents(user, process: Process, *, on: date) -> bool:
    """Add documents and versions, and rename them: facilitation."""
    return ProcessRole.FACILITATOR in rights_in(user, process, on=on).functions


def can_approve_document(user, document: ProcessDocument, *, on: date) -> bool:
    """Put a version in force: commissioning lead for agreement and plan, process group for minutes, else facilitation.

    Only who may open the document as it is now can approve it.
    """
    functions = rights_in(user, document.process, on=on).functions
    if document.level > Level.GROUP and ProcessRole.FACILITATOR not in functions:
        return False
    return APPROVERS[DocumentKind(document.kind)] in functions


# --- Meetings ------------------------------------------------------------------------------------------------------
def can_write_minutes(user, process: Process, *, on: date) -> bool:
    """Plan meetings and write their minutes: facilitation."""
    return ProcessRole.FACILITATOR in rights_in(user, process, on=on).functions


def can_confirm_minutes(user, process: Process, *, on: date) -> bool:
    """The process group."""
    return ProcessRole.GROUP in rights_in(user, process, on=on).functions


# --- Statements ----------------------------------------------------------------------------------------------------
def can_write_statement(user, *, on: date) -> bool:
    """Draft it, name signatories and addressees, send it round and release it."""
    return Role.DIALOGUE_MODERATION in roles_of(user, on=on)


def can_publish_statement(user, *, on: date) -> bool:
    return bool(roles_of(user, on=on) & {Role.DIALOGUE_MODERATION, Role.EDITOR})


def can_record_consent(user, signatory: Signatory, *, on: date) -> bool:
    """The organisation decides for itself; the moderation writes down what it was told."""
    return can_write_statement(user, on=on) or _stands_for(user, signatory.organisation, Role.MSO, on=on)


def can_record_authority_view(user, recommendation: Recommendation, *, on: date) -> bool:
    """The commissioning lead of the addressee; the moderation writes down what it was told."""
    return can_write_statement(user, on=on) or _stands_for(user, recommendation.addressee, Role.SPONSOR, on=on)


def can_record_mso_view(user, recommendation: Recommendation, *, on: date) -> bool:
    """Representatives of the organisations that signed, and the moderation."""
    if can_write_statement(user, on=on):
        return True
    signed = recommendation.statement.signatories.values("organisation")
    return _own(user, Role.MSO, on=on).filter(organisation__in=signed).exists()


def _stands_for(user, organisation: Organisation, role: Role, *, on: date) -> bool:
    return _own(user, role, on=on).filter(organisation=organisation).exists()


def _own(user, role: Role, *, on: date):
    if not user.is_authenticated or not user.is_active:
        return Membership.objects.none()
    return Membership.objects.active(on=on).filter(user=user, role=role)


# --- Recurring dates ---------------------------------------------------------------------------------------------
def can_keep_series(user) -> bool:
    """Those who hold consulting hours and round tables, and the office that plans for them."""
    return user.is_superuser or has_role(user, *SERIES_KEEPERS)
