"""Comparing what is expected with what is there."""

import pytest
from django.core.management import CommandError, call_command

from academy.models import Organisation, Unit
from consulting.demo import expected
from consulting.demo.content import read
from consulting.models import Phase

from .conftest import AT

pytestmark = pytest.mark.django_db


def test_check_finds_no_difference_after_loading(loaded):
    results = expected.check(None, at=AT)

    assert [str(result) for result in results if result.verdict == expected.DIFFERS] == []
    assert sorted(result.figure.name for result in results if result.verdict == expected.OK) == [
        "counts: barriers",
        "counts: course_runs",
        "counts: courses",
        "counts: measures",
        "counts: organisations",
        "counts: processes",
        "counts: recommendations",
        "counts: roles",
        "counts: statements",
        "counts: units",
        "flag: bescheide-1, waiting_list",
        "flag: e-sprachmittlung, no_answer",
        "flag: m-videodolmetschen, overdue",
        "guard: close p-spreehain",
        "guard: move p-mueggelgrund beyond clarify",
        "guard: publish st-verstaendigung",
        "indicator P.10: acted",
        "indicator P.10: answered",
        "indicator P.10: recommendations",
        "indicator P.11: shown",
        "indicator P.1: value",
        "indicator P.2: value",
        "indicator P.3: partly",
        "indicator P.3: removed",
        "indicator P.4: decided",
        "indicator P.4: effective",
        "indicator P.4: implemented",
        "indicator P.5: participations",
        "indicator P.5: person_ue",
        "indicator P.5: runs",
        "indicator P.9: published",
        "self-assessment p-lindenaue: end",
        "self-assessment p-lindenaue: start",
        "self-assessment p-pankewald: start",
        "self-assessment p-spreehain: start",
        "visibility: b-herkunftsfragen",
        "visibility: b-kultur-erklaerung",
        "visibility: kraftraum",
    ]


def test_figures_leaves_nothing_of_the_block_out():
    block = read("expected")
    leaves = len(block["counts"]) + sum(len(facts.keys() - {"why"}) for facts in block["indicators"].values())
    leaves += sum(len(times.keys() - {"why"}) for times in block["self_assessment_means"].values())
    leaves += sum(len(block[name]) for name in ("suppression", "visibility", "guards", "flags"))

    assert len(list(expected.figures())) == leaves


def test_check_command_prints_a_line_for_each_figure(loaded, capsys):
    call_command("load_demo", "--check")

    lines = capsys.readouterr().out.splitlines()
    assert "ok       reporting   indicator P.5: participations: 126" in lines
    assert "waiting  dialogue    counts: needs: comes with a later part" in lines
    assert lines[-1] == "Everything that is here already is as expected."


def test_check_command_compares_one_group_only(loaded, capsys):
    call_command("load_demo", "--check", "dialogue")

    lines = capsys.readouterr().out.splitlines()[:-1]
    assert {line.split()[1] for line in lines} == {"dialogue"}


def test_check_command_fails_when_a_figure_differs(loaded, capsys):
    Unit.objects.create(slug="neu", organisation=Organisation.objects.first(), name="Neu", field="health")

    with pytest.raises(CommandError, match=r"1 of \d+ figures differ"):
        call_command("load_demo", "--check")

    assert "differs  academy     counts: units: expected 6, found 7" in capsys.readouterr().out.splitlines()


def test_check_tries_the_guard_without_leaving_a_trace(loaded):
    before = list(Phase.objects.order_by("pk").values_list("pk", "state"))

    expected.check("consulting", at=AT)

    assert list(Phase.objects.order_by("pk").values_list("pk", "state")) == before
