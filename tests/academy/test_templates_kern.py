"""The design system: the forms pack, the tags, and the promises that the stylesheet keeps."""

import datetime
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from crispy_forms.bootstrap import AppendedText, FieldWithButtons, FormActions, InlineRadios, StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Button, Column, Div, Field, Fieldset, Hidden, Layout, Reset, Row, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from academy import services
from academy.common import css_bundle
from academy.common.icons import ICONS
from academy.common.state_looks import STATE_LOOKS, TONES

ACADEMY = Path(css_bundle.__file__).resolve().parents[1]
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime.datetime(2026, 11, 24, 9, tzinfo=BERLIN)


class PlaceForm(forms.Form):
    name = forms.CharField(
        label="Name", help_text="As on the certificate.", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    unit = forms.ChoiceField(label="Unit", choices=[("a", "A"), ("b", "B")], required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("p", "on site"), ("o", "online")], widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label="Topics", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    proof = forms.FileField(label="Proof", required=False)
    agreed = forms.BooleanField(label="Agreed")
    run = forms.CharField(widget=forms.HiddenInput, required=False)


def render(template: str, /, **context) -> str:
    with translation.override("en"):
        return Template("{% load kern crispy_forms_tags %}" + template).render(Context(context))


def element(html: str, pattern: str) -> str:
    found = re.search(pattern, html)
    assert found, f"{pattern} is not in:\n{html}"
    return found.group(0)


# --- Forms ---------------------------------------------------------------------------------------------------------


def test_field_puts_help_before_the_input_and_links_it():
    html = render("{{ form.name|as_crispy_field }}", form=PlaceForm())

    assert html.index('id="id_name_helptext"') < html.index("<input")
    control = element(html, r"<input[^>]*>")
    assert 'aria-describedby="id_name_helptext"' in control
    assert 'autocomplete="name"' in control
    assert 'class="kern-form-input__input"' in control


def test_field_links_help_and_error_and_is_marked_invalid_when_it_is_wrong():
    html = render("{{ form.name|as_crispy_field }}", form=PlaceForm({}))

    control = element(html, r"<input[^>]*>")
    assert 'aria-describedby="id_name_helptext id_name_error"' in control
    assert 'aria-invalid="true"' in control
    assert "kern-form-input__input--error" in control
    assert html.index("<input") < html.index('class="kern-error" id="id_name_error"')


@pytest.mark.parametrize(("name", "word"), [("name", "required"), ("unit", "optional"), ("kind", "required")])
def test_field_says_in_words_whether_it_is_needed(name, word):
    html = render("{{ field|as_crispy_field }}", field=PlaceForm()[name])

    assert f"({word})" in html


def test_field_groups_choices_under_a_legend():
    html = render("{{ form.kind|as_crispy_field }}", form=PlaceForm({"kind": "o"}))

    assert element(html, r"<legend[^>]*>Kind")
    assert html.count('class="kern-form-check__radio"') == 2
    assert "checked" in element(html, r'<input[^>]*value="o"[^>]*>')
    assert 'for="id_kind_1"' in html


def test_field_takes_a_new_look_with_each_rendering_only_once():
    form = PlaceForm({})
    render("{{ form.name|as_crispy_field }}", form=form)

    assert "class" not in form.fields["name"].widget.attrs


def test_crispy_summary_takes_the_focus_and_leads_into_each_wrong_field():
    form = PlaceForm({"unit": "a"})
    html = render("{{ form|crispy }}", form=form)

    summary = element(html, r'(?s)<div class="error-summary".*?</div>')
    assert "autofocus" in summary
    assert 'tabindex="-1"' in summary
    assert re.findall(r'href="#([^"]+)"', summary) == ["id_name", "id_kind_0", "id_agreed"]
    for target in ("id_name", "id_kind_0", "id_agreed"):
        assert f'id="{target}"' in html


def test_crispy_shows_no_summary_when_nothing_is_wrong():
    assert "error-summary" not in render("{{ form|crispy }}", form=PlaceForm())


def test_crispy_form_leaves_checking_to_the_server_and_keeps_the_required_mark():
    html = render_crispy_form(PlaceForm(), context={"csrf_token": "token"})

    assert "novalidate" in element(html, r"<form[^>]*>")
    assert "required" in element(html, r'<input[^>]*name="name"[^>]*>')
    assert 'value="token"' in html


def test_layout_objects_come_out_in_kerns_markup():
    form = PlaceForm()
    form.helper = FormHelper()
    form.helper.layout = Layout(
        Fieldset("About you", Row(Column("name"), Column(Field("unit", css_class="wide")))),
        InlineRadios("kind"),
        Div("topics", css_class="box"),
        AppendedText("note", "Euro"),
        FieldWithButtons("proof", StrictButton("Look", css_class="extra")),
        "agreed",
        HTML("<p>{{ 1 }}</p>"),
        FormActions(Submit("go", "Send"), Button("keep", "Keep"), Reset("clear", "Clear"), Hidden("step", "1")),
    )
    with translation.override("en"):
        html = render_crispy_form(form)

    assert '<legend class="kern-label kern-label--large">About you</legend>' in html
    assert 'class="form__row"' in html
    assert "kern-fieldset__body--horizontal" in html
    assert 'class="kern-form-input__select wide"' in html
    assert '<span class="kern-input-group-text">Euro</span>' in html
    assert 'class="kern-btn kern-btn--secondary extra"' in html
    assert 'class="kern-btn kern-btn--primary"' in element(html, r'<button[^>]*name="go"[^>]*>')
    assert 'class="kern-btn kern-btn--secondary"' in element(html, r'<button[^>]*name="keep"[^>]*>')
    assert element(html, r'<input type="hidden" name="step" value="1"[^>]*>')
    assert 'class="btn' not in html


def test_table_formset_labels_each_cell():
    formset = forms.formset_factory(PlaceForm, extra=2)()
    helper = FormHelper()
    helper.template = "kern/table_inline_formset.html"
    with translation.override("en"):
        html = render_crispy_form(formset, helper)

    assert html.count('data-label="Name"') == 2
    assert '<label class="kern-sr-only" for="id_form-1-name">Name 2</label>' in html
    assert "form-TOTAL_FORMS" in html


# --- Tags ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icon_is_hidden_from_readers_without_a_label(name):
    assert 'aria-hidden="true"' in render("{% icon name %}", name=name)


def test_icon_refuses_an_unknown_name():
    with pytest.raises(ValueError, match="There is no icon «nothing»"):
        render("{% icon 'nothing' %}")


def test_state_badge_has_icon_and_word():
    html = render("{% state_badge 'waitlisted' 'Warteliste' %}")

    assert "state-badge--warning" in html
    assert "<svg" in html
    assert "Warteliste" in html


def test_state_badge_looks_neutral_when_the_state_is_unknown():
    assert "state-badge--neutral" in render("{% state_badge 'never_heard' 'x' %}")


def test_state_looks_use_known_tones_and_icons():
    assert {tone for tone, _ in STATE_LOOKS.values()} <= set(TONES)
    assert {icon for _, icon in STATE_LOOKS.values()} <= set(ICONS)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Prozessbegleiter*innen", '<span class="nobr">Prozessbegleiter*innen</span>'),
        ("Migrant*innen-Selbstorganisation", '<span class="nobr">Migrant*innen</span>-Selbstorganisation'),
        ("Dienstleistungsanbieter*in", 'Dienstl<span class="nobr">eistungsanbieter*in</span>'),
        ("jede*r", '<span class="nobr">jede*r</span>'),
        ("2 * 3 <b>", "2 * 3 &lt;b&gt;"),
    ],
)
def test_genderstern_keeps_the_ending_with_its_word(text, html):
    assert render("{{ text|genderstern }}", text=text) == html


def test_genderstern_html_leaves_tags_alone():
    html = '<p title="Leser*innen">Für <b>Leser*innen</b> &amp; <a href="/x?a*n">mehr</a></p>'

    shown = render("{{ html|genderstern_html }}", html=html)

    assert shown == html.replace("<b>Leser*innen</b>", '<b><span class="nobr">Leser*innen</span></b>')


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (TUESDAY, TUESDAY.replace(hour=12, minute=30), "Tue 24 November 2026, 09:00–12:30"),
        (TUESDAY, None, "Tue 24 November 2026, 09:00"),
        (TUESDAY.date(), None, "Tue 24 November 2026"),
        (TUESDAY, TUESDAY.replace(day=26), "24–26 November 2026"),
        (TUESDAY, TUESDAY.replace(month=12, day=2), "24 November–2 December 2026"),
        (TUESDAY, TUESDAY.replace(year=2027, month=1, day=5), "24 November 2026–5 January 2027"),
        (None, None, ""),
    ],
)
def test_date_range_names_day_and_time_or_first_and_last_day(start, end, expected):
    assert text_of(render("{% date_range start end %}", start=start, end=end)) == expected


def test_date_range_shows_the_local_time_of_a_moment_in_utc():
    at = datetime.datetime(2026, 7, 1, 7, tzinfo=datetime.UTC)

    assert "09:00" in render("{% date_range at %}", at=at)


@pytest.mark.parametrize(
    ("free", "capacity", "waiting", "expected"),
    [
        (3, 18, 0, "3 of 18 places free"),
        (0, 18, 1, "Fully booked, 1 person on the waiting list"),
        (0, 18, 4, "Fully booked, 4 people on the waiting list"),
        (0, 18, 0, "Fully booked, waiting list open"),
        (None, None, 0, "Places without limit"),
    ],
)
def test_seats_says_what_is_left(free, capacity, waiting, expected):
    html = render(
        "{% seats free=free capacity=capacity waiting=waiting %}", free=free, capacity=capacity, waiting=waiting
    )

    assert text_of(html) == expected


def test_seats_draws_one_sign_for_each_seat():
    html = render("{% seats free=3 capacity=18 detail=True %}")

    assert html.count('class="seat-row__seat"') == 3
    assert html.count("seat-row__seat--taken") == 15


def test_pagination_keeps_the_rest_of_the_address():
    request = RequestFactory().get("/de/fortbildungen/", {"thema": "sprache", "page": "2"})
    html = render("{% pagination page_obj %}", request=request, page_obj=Paginator(range(60), 20).page(2))

    assert 'href="?thema=sprache&amp;page=3"' in html
    assert 'aria-current="page"' in element(html, r'<a[^>]*page=2"[^>]*>')


def test_pagination_is_silent_on_a_single_page():
    assert render("{% pagination page_obj %}", page_obj=Paginator(range(3), 20).page(1)) == ""


def test_button_is_a_link_with_an_address_and_a_button_without():
    assert render("{% button 'Go' url='/x' %}").startswith('<a class="kern-btn kern-btn--primary" href="/x">')
    assert 'type="submit"' in render("{% button 'Go' variant='danger' %}")


@pytest.mark.parametrize("tag", ["callout", "panel", "disclosure", "page_header"])
def test_boxes_escape_their_title_and_keep_their_content(tag):
    html = render(f"{{% {tag} title=title %}}<em>inside</em>{{% end{tag} %}}", title="<b>")

    assert "&lt;b&gt;" in html
    assert "<em>inside</em>" in html


# --- Promises ------------------------------------------------------------------------------------------------------


def test_css_bundle_has_each_part_once_foundations_first(tmp_path):
    text = css_bundle.write_bundle(tmp_path).read_text(encoding="utf-8")

    for path in css_bundle.PARTS.glob("*.css"):
        assert text.count(path.read_text(encoding="utf-8")) == 1
    assert text.index("--color-paper:") < text.index(".site-header")
    assert text.endswith((css_bundle.PARTS / "print.css").read_text(encoding="utf-8"))


def test_css_bundle_is_written_again_only_when_a_part_has_changed(tmp_path):
    first = css_bundle.write_bundle(tmp_path)
    written = first.stat().st_mtime_ns

    assert css_bundle.write_bundle(tmp_path).stat().st_mtime_ns == written
    first.write_text("old", encoding="utf-8")
    assert css_bundle.write_bundle(tmp_path).read_text(encoding="utf-8") != "old"


def test_templates_of_pages_have_no_inline_style_or_script():
    for path in (ACADEMY / "templates").rglob("*.html"):
        if path.parent.name == "mail":  # mail readers know no stylesheets
            continue
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", html), path


def test_stylesheet_asks_no_other_host():
    for path in css_bundle.PARTS.glob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", path.read_text(encoding="utf-8")), path


def colours() -> dict[str, tuple[str, str]]:
    css = (css_bundle.PARTS / "tokens.css").read_text(encoding="utf-8")
    both = re.findall(r"--color-([a-z-]+): light-dark\((#\w{6}), (#\w{6})\);", css)
    single = re.findall(r"--color-([a-z-]+): (#\w{6});", css)
    return {name: (light, dark) for name, light, dark in both} | {name: (one, one) for name, one in single}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("paper", "surface", "tint")
TEXT_PAIRS = [
    *[(text, ground) for text in ("ink", "muted", "accent", "coral-ink", "visited", "danger") for ground in GROUNDS],
    *[(f"{tone}", f"{tone}-soft") for tone in ("success", "warning", "danger", "info", "accent")],
    *[("ink", f"{tone}-soft") for tone in ("success", "warning", "danger", "info", "accent", "coral")],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-deep", "deep"),
    ("coral-ink", "coral-soft"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_tokens_give_text_enough_contrast(text, ground, theme):
    assert contrast(colours()[text][theme], colours()[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_tokens_give_frames_of_fields_enough_contrast(ground, theme):
    assert contrast(colours()["line-strong"][theme], colours()[ground][theme]) >= 3


# --- Whole pages and mails -----------------------------------------------------------------------------------------


@pytest.fixture
def missing_page(client, db):
    return lambda address="/de/nothing/": client.get(address).content.decode()


def test_base_names_its_language_and_offers_the_others_in_their_own_words(missing_page):
    html = missing_page()

    assert element(html, r'<html lang="de" dir="ltr">')
    assert element(html, r'<a[^>]*href="/en/nothing/" lang="en" hreflang="en">English</a>')
    assert 'aria-current="true"' in element(html, r'<a[^>]*hreflang="de"[^>]*>')


def test_base_starts_with_the_way_past_the_menu(missing_page):
    body = missing_page().split("<body", 1)[1]

    assert body.index('href="#main"') < body.index("<header")
    assert '<main id="main"' in body


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", 'data-kern-theme="dark"'), ("light", 'data-kern-theme="light"'), ("<b>", None)]
)
def test_base_takes_the_theme_from_the_cookie_and_ignores_nonsense(client, missing_page, cookie, attribute):
    client.cookies["theme"] = cookie
    tag = element(missing_page(), r"<html[^>]*>")

    assert (attribute in tag) if attribute else ("data-kern-theme" not in tag)


def test_base_sets_no_token_on_a_page_without_a_form_of_its_own(client, missing_page):
    assert "csrfmiddlewaretoken" not in missing_page()
    assert "csrftoken" not in client.cookies


def test_base_loads_two_stylesheets_and_one_script(missing_page):
    html = missing_page()

    assert len(re.findall(r'<link rel="stylesheet"', html)) == 2
    assert len(re.findall(r"<script", html)) == 1


def test_account_pages_come_out_in_our_forms(client, db):
    html = client.post("/de/account/login/", {}).content.decode()

    assert 'class="error-summary"' in html
    assert 'class="kern-form-input__input' in element(html, r'<input[^>]*name="login"[^>]*>')
    assert 'autocomplete="current-password"' in element(html, r'<input[^>]*name="password"[^>]*>')


def test_mail_carries_facts_action_and_the_emblem_inside(db, mailoutbox, now):
    message = services.Message(
        subject="Place confirmed",
        paragraphs=["For Migrant*innen & others."],
        facts=[("When", "Tuesday")],
        action=("My places", "http://testserver/de/my/places/?a=1&b=2"),
    )
    mail = services.write_mail(key="look", to="someone@demo.example", build=lambda: message, at=now, language="en")
    services.send_mail(pk=mail.pk, at=now)

    [letter] = mailoutbox
    assert "For Migrant*innen & others." in letter.body
    assert "http://testserver/de/my/places/?a=1&b=2" in letter.body
    assert "Co-funded by the European Union" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert 'href="http://testserver/de/my/places/?a=1&amp;b=2"' in html
    assert 'src="cid:eu-emblem"' in html
    assert "<eu-emblem>" in [part["Content-ID"] for part in letter.message().walk()]
