"""Each form after a wrong entry: a summary that takes the focus and leads to the fields, of which each says what is
wrong and keeps what was typed. By the client, without a browser: that the focus gets there, test_keyboard.py sees.
"""

import re
from importlib import import_module

import pytest
from bs4 import BeautifulSoup, Tag
from django import forms
from django.db import connection
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from django.views.generic.edit import FormView

from .demo_site import client_of
from .forms import FORMS, NOT_FILLED_IN, NOT_REACHED, NOT_TYPED, Sent, full_name
from .pages import VIEWS, routes

OURS = ["academy", "home", "courses", "enrolment", "consulting"]
HOOKS = {"role": "alert", "tabindex": "-1", "autofocus": ""}
ACCOUNTS = ("account_", "mfa_", "socialaccount_", "usersessions_")
SILENT = {"hidden", "submit", "button"}
MAY_BE_WRITTEN = re.compile(r'"(django_session|django_cache|account_login)"')


def controls(form: Tag) -> list[Tag]:
    return [one for one in form.select("input, textarea, select") if one.get("type") not in SILENT and one.get("name")]


def names(form: Tag) -> list[str]:
    return list(dict.fromkeys(one["name"] for one in controls(form)))


def shown_forms(answer) -> list[tuple[str, str, Tag]]:
    """The forms of a page that have something to fill in: the name of where they lead to, its path, and the form."""
    path, found = answer.request["PATH_INFO"], []
    for form in BeautifulSoup(answer.text, "html.parser").select("main form"):
        target = (form.get("action") or path).split("?")[0]
        if controls(form):
            found.append((name_of(target), target, form))
    return found


def is_posted(form: Tag) -> bool:
    return form.get("method", "get").lower() == "post"


def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


# --- The table has every form --------------------------------------------------------------------------------------
def test_table_has_every_form_that_a_page_shows(demo_rows):
    clients = {viewer: client_of(viewer) for viewer in {view.viewer for view in VIEWS}}
    missing = set()
    for view in VIEWS:
        if view.name.startswith("academy:styleguide"):
            continue
        for name, _target, form in shown_forms(clients[view.viewer].get(view.path(), follow=True)):
            if is_posted(form) and name not in NOT_TYPED and not any(sent.fits(name, names(form)) for sent in FORMS):
                missing.add(f"{view} shows {name} with {names(form)}")

    assert missing == set()


def is_part(found: type, name: str) -> bool:
    """Whether a class stands in the module of that name, or in a part of it."""
    return found.__module__ == name or found.__module__.startswith(f"{name}.")


def test_table_has_every_form_class_of_ours():
    modules = [import_module(f"{app}.forms") for app in OURS]
    classes = {
        name
        for module in modules
        for name, found in vars(module).items()
        if isinstance(found, type) and issubclass(found, forms.BaseForm) and is_part(found, module.__name__)
    }

    assert classes - {sent.form for sent in FORMS} - NOT_FILLED_IN.keys() == set()
    assert NOT_FILLED_IN.keys() - classes == set()


def test_table_has_every_form_view_of_accounts():
    views = {
        name
        for name, _route, callback in routes(get_resolver())
        if name.startswith(ACCOUNTS) and issubclass(getattr(callback, "view_class", object), FormView)
    }

    assert views - {sent.name for sent in FORMS} == NOT_REACHED.keys()


# --- Each form -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sent", FORMS, ids=str)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(sent: Sent, demo_rows):
    client = Client()
    if sent.before:
        sent.before(client)
    client = client_of(sent.view.viewer) if sent.view.viewer else client
    target, form = fitting(sent, client.get(sent.view.path(), follow=True))
    typed = {full_name(name, names(form)): value for name, value in sent.typed.items()}
    named = [full_name(name, names(form)) for name in sent.named]
    hidden = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]") if one.get("name")}
    writes: list[str] = []

    with connection.execute_wrapper(noting(writes)):
        answer = (client.post if is_posted(form) else client.get)(target, {**hidden, **typed, **sent.button})

    assert answer.status_code == sent.status, answer.get("Location")
    soup = BeautifulSoup(answer.text, "html.parser")
    assert wrong_with_summary(soup, named) + wrong_with_fields(soup, named) + lost(soup, typed) == []
    assert writes == []
    assert not sent.form or sent.form in bound_forms(answer)


def fitting(sent: Sent, opened) -> tuple[str, Tag]:
    for name, target, form in shown_forms(opened):
        if sent.fits(name, names(form)):
            return target, form
    raise AssertionError(f"{sent.view.path()} {opened.redirect_chain} shows no such form")


def noting(writes: list[str]):
    def run(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not MAY_BE_WRITTEN.search(sql):
            writes.append(sql)
        return execute(sql, params, many, context)

    return run


def wrong_with_summary(soup: BeautifulSoup, named: list[str]) -> list[str]:
    """What the script and a screen reader look for in the summary, and where its links lead."""
    summaries = soup.select("main [data-error-summary]")
    if len(summaries) != 1:
        return [f"there are {len(summaries)} summaries"]
    [summary] = summaries
    found = [f"{name}={summary.get(name)}" for name, value in HOOKS.items() if summary.get(name) != value]
    links = [link["href"].removeprefix("#") for link in summary.select("a[href^='#']")]
    targets = [soup.find(id=link) for link in links]
    found += [f"#{link} leads nowhere" for link, target in zip(links, targets, strict=True) if target is None]
    reached = {target.get("name") for target in targets if target is not None}
    found += [f"no link to {name}" for name in named if name not in reached]
    if not summary.select("li"):
        found.append("it says nothing")
    if not named and links:
        found.append(f"links to {links}, which no field expects")
    return found


def wrong_with_fields(soup: BeautifulSoup, named: list[str]) -> list[str]:
    found = []
    for name in named:
        fields = soup.select(f"main [name='{name}']:not([type=hidden])")
        group = fields[0].find_parent("fieldset") if fields and fields[0].get("type") in ("radio", "checkbox") else None
        described = " ".join(one.get("aria-describedby", "") for one in [*fields, *([group] if group else [])]).split()
        errors = [soup.find(id=one) for one in described]
        found += [f"{name}: {one} is not there" for one, error in zip(described, errors, strict=True) if error is None]
        if not any(
            error is not None and "kern-error" in error.get("class", []) and error.text.strip() for error in errors
        ):
            found.append(f"{name}: no error is said with it")
        if not any(one.get("aria-invalid") == "true" for one in fields):
            found.append(f"{name}: not marked as invalid")
    return found


def lost(soup: BeautifulSoup, typed: dict) -> list[str]:
    """What was typed and is gone. A password never comes back."""
    found = []
    for name, value in typed.items():
        fields = soup.select(f"main [name='{name}']:not([type=hidden])")
        values, wanted = [value_of(one) for one in fields], value if isinstance(value, list) else [value]
        if any(one.get("type") == "password" for one in fields):
            wanted = [None]
        found += [f"{name} holds {values} instead of {one!r}" for one in wanted if (one or None) not in values]
    return found


def value_of(control: Tag) -> str | None:
    """What a reader finds in a field; None where that is nothing."""
    if control.name == "textarea":
        return control.text.removeprefix("\n") or None
    if control.name == "select":
        return next((one.get("value") for one in control.select("option[selected]")), None) or None
    if control.get("type") in ("radio", "checkbox") and not control.has_attr("checked"):
        return None
    return control.get("value") or None


def bound_forms(answer) -> set[str]:
    """The names of the classes whose forms a page shows filled in."""
    values = [value for layer in answer.context for part in layer.dicts for value in part.values()]
    found = [value for value in values if isinstance(value, forms.BaseForm) and value.is_bound]
    return {base.__name__ for form in found for base in type(form).__mro__}
