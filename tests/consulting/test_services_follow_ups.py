"""What became of a recommendation: two views, a history that only grows."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.enums import Role
from consulting import services
from consulting.enums import AnswerState, StatementState
from consulting.models import FollowUp, Recommendation, Statement
from tests.factories.academy import MembershipFactory
from tests.factories.statements import PUBLISHED_ON, FollowUpFactory, RecommendationFactory, StatementFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def asked():
    return StatementFactory(published=True).recommendations.get()


def record(asked, now, **changes):
    entry = {"checked_on": now.date(), "authority": AnswerState.PROMISED, "actor": None, "at": now} | changes
    return services.record_follow_up(recommendation=asked, **entry)


def test_record_follow_up_keeps_what_the_other_side_said_last(asked, now):
    record(asked, now, checked_on=now.date() - DAY, authority=AnswerState.DONE, mso=AnswerState.PARTLY)

    entry = record(asked, now, authority=None, mso=AnswerState.DONE)

    assert (entry.authority, entry.mso) == (AnswerState.DONE, AnswerState.DONE)
    assert list(asked.follow_ups.newest_first().values_list("authority", "mso")) == [
        ("done", "done"),
        ("done", "partly"),
    ]


def test_record_follow_up_says_open_for_a_side_that_never_spoke(asked, now):
    assert record(asked, now).mso == AnswerState.OPEN


def test_record_follow_up_keeps_the_reason_as_long_as_the_refusal_stands(asked, now):
    record(asked, now, authority=AnswerState.REFUSED, note={"de": "Kein Geld", "en": "No money"})

    entry = record(asked, now, authority=None, mso=AnswerState.NO_ANSWER)

    assert (entry.authority, entry.note_de, entry.note_en) == (AnswerState.REFUSED, "Kein Geld", "No money")


def test_record_follow_up_keeps_the_words_in_each_language(asked, now):
    entry = record(asked, now, note={"de": "Zugesagt", "en": "Promised"})

    assert (entry.note_de, entry.note_en, entry.note_hu) == ("Zugesagt", "Promised", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": None},
        {"checked_on": date(2026, 11, 19)},
        {"checked_on": PUBLISHED_ON - DAY},
        {"authority": AnswerState.REFUSED},
        {"mso": AnswerState.REFUSED, "note": {"de": " "}},
    ],
    ids=["says nothing", "day to come", "before the publication", "no reason", "no reason of the mso"],
)
def test_record_follow_up_refuses(changes, asked, now):
    with pytest.raises(services.FollowUpRefused):
        record(asked, now, **changes)

    assert not FollowUp.objects.exists()


def test_record_follow_up_refuses_a_day_before_the_last_entry(asked, now):
    record(asked, now)

    with pytest.raises(services.FollowUpRefused):
        record(asked, now, checked_on=now.date() - DAY)


def test_record_follow_up_refuses_before_the_publication(now):
    asked = StatementFactory(state=StatementState.RELEASED).recommendations.get()

    with pytest.raises(services.FollowUpRefused):
        record(asked, now)


def test_record_follow_up_lets_each_side_speak_for_itself_only(asked, now):
    addressee = MembershipFactory(role=Role.SPONSOR, organisation=asked.addressee).user
    signatory = asked.statement.signatories.first().organisation
    mso = MembershipFactory(role=Role.MSO, organisation=signatory).user

    record(asked, now, actor=addressee, authority=AnswerState.DONE)
    with pytest.raises(services.FollowUpRefused):
        record(asked, now, actor=addressee, authority=None, mso=AnswerState.DONE)
    with pytest.raises(services.FollowUpRefused):
        record(asked, now, actor=mso, authority=AnswerState.OPEN)
    record(asked, now, actor=mso, authority=None, mso=AnswerState.PARTLY)

    assert [one.actor for one in asked.follow_ups.order_by("pk")] == [addressee.pseudonym, mso.pseudonym]


def test_database_refuses_a_refusal_without_a_reason(asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpFactory(recommendation=asked, authority=AnswerState.REFUSED)


def test_with_answers_is_what_was_said_last(asked):
    FollowUpFactory(recommendation=asked, checked_on=date(2026, 10, 9), authority="done", mso="partly")
    FollowUpFactory(recommendation=asked, checked_on=date(2026, 10, 2), authority="promised", mso="open")
    silent = RecommendationFactory(statement=asked.statement)

    found = Recommendation.objects.with_answers().order_by("pk").values_list("pk", "authority_now", "mso_now")

    assert list(found) == [(asked.pk, "done", "partly"), (silent.pk, "open", "open")]
    assert list(Statement.objects.answered_as("partly")) == [asked.statement]
    assert list(Statement.objects.answered_as("promised")) == []


VIEWS = st.sampled_from([None, *AnswerState])
ENTRIES = st.lists(st.tuples(st.integers(-200, 20), VIEWS, VIEWS, st.booleans()), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES)
def test_history_only_grows_and_the_last_entry_counts(entries, now):
    """Whatever is tried in whatever order: rows stay as they were, their days never go back, the last one counts."""
    with transaction.atomic():
        asked = StatementFactory(published=True).recommendations.get()
        seen: list[tuple] = []
        for days, authority, mso, has_reason in entries:
            note = {"de": "Grund"} if has_reason else None
            changes = {"checked_on": now.date() + days * DAY, "authority": authority, "mso": mso, "note": note}
            try:
                entry = record(asked, now, **changes)
            except services.FollowUpRefused:
                pass
            else:
                before = seen[-1] if seen else (None, None, AnswerState.OPEN, AnswerState.OPEN)
                assert (entry.authority, entry.mso) == (authority or before[2], mso or before[3])
                seen.append((entry.pk, entry.checked_on, entry.authority, entry.mso))
            rows = list(asked.follow_ups.order_by("pk").values_list("pk", "checked_on", "authority", "mso"))
            assert rows == seen
        found = Recommendation.objects.with_answers().get(pk=asked.pk)
        assert [row[1] for row in seen] == sorted(row[1] for row in seen)
        assert (found.authority_view, found.mso_view) == (found.authority_now, found.mso_now)
        assert found.checked_on == (seen[-1][1] if seen else None)
        transaction.set_rollback(True)
