"""The commands of the demonstration where it is not set, or where nothing is loaded yet."""

import pytest
from django.core.management import CommandError, call_command

from academy.models import User

pytestmark = pytest.mark.django_db


def test_load_demo_refuses_where_demo_is_not_set(settings):
    settings.DEMO = False
    before = User.objects.count()

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")

    assert User.objects.count() == before


def test_load_demo_check_fails_where_nothing_is_loaded(capsys):
    with pytest.raises(CommandError, match=r"37 of \d+ figures differ"):
        call_command("load_demo", "--check")

    assert "differs  academy     counts: courses: expected 13, found 0" in capsys.readouterr().out


def test_demo_logins_refuses_where_demo_is_not_set(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo_logins")


def test_demo_logins_says_that_nothing_is_loaded():
    with pytest.raises(CommandError, match="load_demo"):
        call_command("demo_logins")


def test_audit_says_that_all_promises_hold_on_a_new_site(site, capsys):
    call_command("audit")

    assert capsys.readouterr().out == "All promises hold.\n"


def test_audit_accepts_demo_logins_in_a_demonstration(site, capsys):
    User.objects.create_user("r-pl@demo.example", "offene-wege-demo")

    call_command("audit")  # in a demonstration the login is meant to work
    assert capsys.readouterr().out == "All promises hold.\n"


def test_audit_fails_for_a_demo_login_outside_a_demonstration(site, settings, capsys):
    settings.DEMO = False
    user = User.objects.create_user("r-pl@demo.example", "offene-wege-demo")

    with pytest.raises(CommandError, match="1 broken promise"):
        call_command("audit")

    assert f"account {user.pk}:" in capsys.readouterr().out


def test_setup_site_may_run_twice(site, capsys):
    call_command("setup_site")

    assert capsys.readouterr().out == "The site is set up.\n"
