"""The list of pages shows what its names say: one that sends its reader elsewhere would be looked at under its name."""

from bs4 import BeautifulSoup

from .demo_site import client_of
from .pages import ACCOUNT, VIEWS

# The secret of the link is kept in the session and taken out of the address.
LEADS_ON = {"account_reset_password_from_key": "account_reset_password_from_key"}
HEADINGS = {
    "account_logout": "Abmelden",
    "account_email": "E-Mail-Adressen",
    "account_change_password": "Passwort ändern",
    "account_reauthenticate": "Bitte bestätigen Sie, dass Sie es sind",
    "usersessions_list": "Geräte",
    "mfa_index": "Zwei-Faktor-Authentifizierung",
    "mfa_activate_totp": "Authenticator-App einrichten",
    "mfa_list_webauthn": "Sicherheitsschlüssel",
    "mfa_add_webauthn": "Sicherheitsschlüssel hinzufügen",
    "socialaccount_connections": "Konto-Verknüpfungen",
}


def test_every_page_of_the_list_is_answered_at_its_own_address(demo_rows):
    clients = {viewer: client_of(viewer) for viewer in {view.viewer for view in VIEWS}}
    wrong = {}
    for view in VIEWS:
        answer = clients[view.viewer].get(view.path())
        if answer.status_code == 302 and LEADS_ON.get(view.name):
            answer = clients[view.viewer].get(answer["Location"])
            assert answer.resolver_match.view_name == LEADS_ON[view.name]
        if answer.status_code != view.status:
            wrong[str(view)] = f"{answer.status_code} {answer.get('Location', '')}"

    assert wrong == {}


def test_pages_of_an_account_show_what_their_names_say(demo_rows):
    shown = {}
    for view in ACCOUNT:
        if view.viewer:
            page = BeautifulSoup(client_of(view.viewer).get(view.path()).text, "html.parser")
            shown[view.name] = " ".join(page.h1.text.split())

    assert shown == HEADINGS
