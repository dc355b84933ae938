"""From a draft to the public: the table of moves, consent, and what nobody may do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from academy.enums import Role
from consulting import permissions, services, workflow
from consulting.audit_checks import broken_consents
from consulting.enums import ConsentState, StatementMoveKind, StatementState
from consulting.models import Signatory, Statement
from tests.factories.academy import MembershipFactory, OrganisationFactory
from tests.factories.statements import MsoFactory, StatementFactory

pytestmark = pytest.mark.django_db
TITLE = {"de": "Zugang beginnt beim Termin", "en": "Access starts with the appointment", "hu": "Hozzáférés"}
SUMMARY = {"de": "Ohne Termin keine Leistung.", "de-simple": "Ohne Termin gibt es keine Hilfe."}
MODERATION = Role.DIALOGUE_MODERATION


def person_with(role, organisation=None):
    return MembershipFactory(role=role, **({"organisation": organisation} if organisation else {})).user


def agree(statement, at, *, but=0):
    """Everybody agrees, or all but the last ones."""
    for signatory in list(statement.signatories.all())[: statement.signatories.count() - but]:
        services.record_consent(signatory=signatory, consent=ConsentState.GIVEN, actor=None, at=at)


def moves_of(statement):
    return list(statement.moves.order_by("pk").values_list("move", "from_state", "to_state"))


def test_statement_goes_from_a_draft_to_the_public(now):
    actor = person_with(MODERATION)
    statement = services.create_statement(slug="st", title=TITLE, summary=SUMMARY, actor=actor, at=now)
    signatory = services.add_signatory(statement=statement, organisation=MsoFactory(), actor=actor, at=now)
    services.add_recommendation(
        statement=statement,
        slug="e-1",
        number=1,
        addressee=OrganisationFactory(is_listed=True),
        text={"de": "Zweiter Weg zum Termin."},
        expected_on=now.date() + timedelta(weeks=8),
        actor=actor,
        at=now,
    )
    services.move_statement(statement=statement, move=StatementMoveKind.SUBMIT, actor=actor, at=now)
    mso = person_with(Role.MSO, signatory.organisation)
    services.record_consent(signatory=signatory, consent=ConsentState.GIVEN, actor=mso, at=now)
    services.move_statement(statement=statement, move=StatementMoveKind.RELEASE, actor=actor, at=now)
    editor = person_with(Role.EDITOR)

    statement = services.publish_statement(statement=statement, actor=editor, at=now)

    assert (statement.state, statement.published_on) == (StatementState.PUBLISHED, now.date())
    assert (statement.title_en, statement.title_hu, statement.summary_en) == (TITLE["en"], TITLE["hu"], None)
    assert moves_of(statement) == [
        ("create", "", "draft"),
        ("add_signatory", "", ""),
        ("add_recommendation", "", ""),
        ("submit", "draft", "mso_review"),
        ("give_consent", "open", "given"),
        ("release", "mso_review", "released"),
        ("publish", "released", "published"),
    ]
    assert [move.actor for move in statement.moves.order_by("pk")[4:]] == [
        mso.pseudonym,
        actor.pseudonym,
        editor.pseudonym,
    ]


@pytest.mark.parametrize("state", StatementState)
@pytest.mark.parametrize("move", workflow.STATEMENT_MOVES)
def test_move_statement_follows_the_table(state, move, now):
    published = {"published_on": now.date()} if state in ("published", "superseded") else {}
    statement = StatementFactory(state=state, **published)
    statement.signatories.update(consent=ConsentState.GIVEN, decided_on=now.date())
    sources, target = workflow.STATEMENT_MOVES[move]

    if state in sources:
        assert services.move_statement(statement=statement, move=move, actor=None, at=now).state == target
    else:
        with pytest.raises(services.StatementRefused):
            services.move_statement(statement=statement, move=move, actor=None, at=now)
        assert Statement.objects.get().state == state
        assert moves_of(statement) == []


# --- Consent -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("consent", [ConsentState.OPEN, ConsentState.REFUSED])
def test_publish_statement_refuses_while_a_consent_is_missing(consent, now):
    statement = StatementFactory(state=StatementState.RELEASED)
    missing = statement.signatories.last()
    Signatory.objects.filter(pk=missing.pk).update(
        consent=consent, decided_on=None if consent == ConsentState.OPEN else now.date()
    )

    with pytest.raises(services.StatementRefused, match=missing.organisation.name):
        services.publish_statement(statement=statement, actor=None, at=now)

    assert not Statement.objects.published().exists()


def test_release_is_refused_while_a_consent_is_missing(now):
    statement = StatementFactory(state=StatementState.MSO_REVIEW)
    agree(statement, now, but=1)

    with pytest.raises(services.StatementRefused):
        services.move_statement(statement=statement, move=StatementMoveKind.RELEASE, actor=None, at=now)

    agree(statement, now)
    services.move_statement(statement=statement, move=StatementMoveKind.RELEASE, actor=None, at=now)


@pytest.mark.parametrize("side", ["signatory", "addressee"])
def test_publish_statement_refuses_organisations_that_are_not_listed(side, now):
    statement = StatementFactory(state=StatementState.RELEASED)
    found = statement.signatories.first() if side == "signatory" else statement.recommendations.first()
    organisation = found.organisation if side == "signatory" else found.addressee
    organisation.is_listed = False
    organisation.save()

    with pytest.raises(services.StatementRefused, match=organisation.name):
        services.publish_statement(statement=statement, actor=None, at=now)


def test_publish_statement_refuses_a_statement_that_nobody_signs(now):
    statement = StatementFactory(state=StatementState.RELEASED, signatories=0)

    with pytest.raises(services.StatementRefused):
        services.publish_statement(statement=statement, actor=None, at=now)


def test_submit_is_refused_without_signatories_or_recommendations(now):
    for parts in ({"signatories": 0}, {"recommendations": 0}):
        with pytest.raises(services.StatementRefused):
            services.move_statement(
                statement=StatementFactory(**parts), move=StatementMoveKind.SUBMIT, actor=None, at=now
            )


def test_refusing_takes_a_released_statement_back_to_the_review(now):
    statement = StatementFactory(state=StatementState.RELEASED)
    signatory = statement.signatories.first()

    services.record_consent(signatory=signatory, consent=ConsentState.REFUSED, reason="Punkt 2", actor=None, at=now)

    statement.refresh_from_db()
    signatory.refresh_from_db()
    assert (statement.state, signatory.consent) == (StatementState.MSO_REVIEW, ConsentState.REFUSED)
    assert moves_of(statement) == [("refuse_consent", "given", "refused"), ("reopen", "released", "mso_review")]


def test_back_to_drafting_asks_everybody_anew(now):
    statement = StatementFactory(state=StatementState.RELEASED)

    services.move_statement(statement=statement, move=StatementMoveKind.RETURN, actor=None, at=now)

    assert set(statement.signatories.values_list("consent", "decided_on")) == {("open", None)}


@pytest.mark.parametrize(
    ("state", "consent"),
    [("draft", "given"), ("published", "refused"), ("superseded", "given"), ("mso_review", "open")],
)
def test_record_consent_refuses_at_the_wrong_time_and_without_a_decision(state, consent, now):
    published = {"published_on": now.date()} if state in ("published", "superseded") else {}
    signatory = StatementFactory(state=state, **published).signatories.first()
    before = (signatory.consent, signatory.decided_on)

    with pytest.raises(services.ConsentRefused):
        services.record_consent(signatory=signatory, consent=consent, actor=None, at=now)

    signatory.refresh_from_db()
    assert (signatory.consent, signatory.decided_on) == before


def test_record_consent_refuses_representatives_of_others(now):
    signatory, other = StatementFactory(state=StatementState.MSO_REVIEW).signatories.all()
    stranger = person_with(Role.MSO, other.organisation)

    with pytest.raises(services.ConsentRefused):
        services.record_consent(signatory=signatory, consent=ConsentState.GIVEN, actor=stranger, at=now)


# --- Words and parts -----------------------------------------------------------------------------------------------
def test_change_statement_writes_nothing_when_nothing_differs(now):
    statement = services.create_statement(slug="st", title=TITLE, summary=SUMMARY, actor=None, at=now)

    services.change_statement(statement=statement, title=TITLE, summary=SUMMARY, actor=None, at=now)

    assert moves_of(statement) == [("create", "", "draft")]


def test_change_statement_refuses_people_once_the_signatories_were_asked(now):
    statement, actor = StatementFactory(state=StatementState.MSO_REVIEW), person_with(MODERATION)

    with pytest.raises(services.StatementRefused):
        services.change_statement(statement=statement, title=TITLE, summary=SUMMARY, actor=actor, at=now)


def test_parts_are_refused_twice_and_after_the_release(now):
    statement = StatementFactory()
    signatory, asked = statement.signatories.first(), statement.recommendations.first()
    again = {"number": asked.number, "addressee": asked.addressee, "text": {"de": "x"}, "expected_on": now.date()}

    with pytest.raises(services.StatementRefused):
        services.add_signatory(statement=statement, organisation=signatory.organisation, actor=None, at=now)
    with pytest.raises(services.StatementRefused):
        services.add_recommendation(statement=statement, slug="neu", **again, actor=None, at=now)
    released = StatementFactory(state=StatementState.RELEASED)
    with pytest.raises(services.StatementRefused):
        services.add_signatory(statement=released, organisation=MsoFactory(), actor=None, at=now)
    with pytest.raises(services.StatementRefused):
        services.add_recommendation(statement=released, slug="neu", **again, actor=None, at=now)


# --- Who may -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", Role)
def test_permissions_are_those_of_the_matrix(role, now):
    """DOMAIN.md 2.5: «Statement, recommendation» and «Follow-up entry»; everybody stands for a strange organisation."""
    statement = StatementFactory(published=True)
    signatory, asked = statement.signatories.first(), statement.recommendations.first()
    person, today = person_with(role), now.date()
    writes = role == MODERATION

    assert permissions.can_write_statement(person, on=today) == writes
    assert permissions.can_publish_statement(person, on=today) == (writes or role == Role.EDITOR)
    assert permissions.can_record_consent(person, signatory, on=today) == writes
    assert permissions.can_record_authority_view(person, asked, on=today) == writes
    assert permissions.can_record_mso_view(person, asked, on=today) == writes
    of_signatory, of_addressee = person_with(role, signatory.organisation), person_with(role, asked.addressee)
    assert permissions.can_record_consent(of_signatory, signatory, on=today) == (writes or role == Role.MSO)
    assert permissions.can_record_mso_view(of_signatory, asked, on=today) == (writes or role == Role.MSO)
    assert permissions.can_record_authority_view(of_addressee, asked, on=today) == (writes or role == Role.SPONSOR)


def test_each_service_refuses_people_without_the_right(now):
    stranger, statement = person_with(Role.PROGRAMME_LEAD), StatementFactory()
    released = StatementFactory(state=StatementState.RELEASED)
    as_stranger = {"actor": stranger, "at": now}

    with pytest.raises(services.StatementRefused):
        services.create_statement(slug="st", title=TITLE, summary=SUMMARY, **as_stranger)
    with pytest.raises(services.StatementRefused):
        services.change_statement(statement=statement, title=TITLE, summary=SUMMARY, **as_stranger)
    with pytest.raises(services.StatementRefused):
        services.add_signatory(statement=statement, organisation=MsoFactory(), **as_stranger)
    with pytest.raises(services.StatementRefused):
        services.move_statement(statement=statement, move=StatementMoveKind.SUBMIT, **as_stranger)
    with pytest.raises(services.StatementRefused):
        services.publish_statement(statement=released, **as_stranger)


# --- What the database keeps ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Statement, {"state": "published"}),
        (Statement, {"published_on": "2026-05-12"}),
        (Signatory, {"consent": "given"}),
        (Signatory, {"decided_on": "2026-05-12"}),
    ],
)
def test_database_refuses_what_does_not_fit(model, wrong):
    StatementFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**wrong)


def test_broken_consents_is_silent_for_what_the_services_let_through():
    StatementFactory(published=True)
    StatementFactory(state=StatementState.MSO_REVIEW)

    assert list(broken_consents()) == []


def test_broken_consents_names_statements_that_should_not_be_public():
    unsigned, broken = StatementFactory(published=True, signatories=0), StatementFactory(published=True)
    missing = broken.signatories.first()
    Signatory.objects.filter(pk=missing.pk).update(consent=ConsentState.OPEN, decided_on=None)

    assert list(broken_consents()) == [
        f"statement {broken.pk} ({broken.slug}): published without consent of signatory {missing.pk}",
        f"statement {unsigned.pk} ({unsigned.slug}): published without a signatory",
    ]
