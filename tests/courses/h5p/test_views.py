"""The player's addresses: tokens, CORS, confinement, files in parts."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from courses.h5p import player, services, tokens, tracking
from courses.h5p.models import Attempt, Content, Library, State, Statement

from .packages import library, package

pytestmark = pytest.mark.django_db
CONTEXT = "place:17:step:3"
BYTES = bytes(range(256)) * 10


@pytest.fixture
def content(now) -> Content:
    files = {"content/film.mp4": BYTES, "content/blatt.pdf": b"%PDF", "content/leer.txt": b""}
    return services.import_package(
        file=package(library(files={"bild.svg": b"<svg/>"}), files=files, license="CC BY"),
        uploaded_by_key="",
        may_install_libraries=True,
        at=now,
    )


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def token(content, user_key="u", context=CONTEXT) -> str:
    return tokens.make_player_token(content=content, user_key=user_key, context=context)


def integration(response) -> dict:
    block = re.search(r'<script id="h5p-integration" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(block.group(1))


def state_url(content, part="0", kind="state", **claims) -> str:
    return f"/h5p/state/{content.pk}/{kind}/{part}?t={token(content, **claims)}"


# --- the page in the frame ---


def test_embed_gives_the_page_with_everything_that_the_core_reads(client, content):
    response = client.get(player.embed_url(content=content, user_key="u", context=CONTEXT))

    assert response.status_code == 200
    data = integration(response)
    played = data["contents"][f"cid-{content.pk}"]
    assert played["library"] == "Test.Basic 1.0"
    assert json.loads(played["jsonContent"]) == {"text": "Hallo"}
    assert played["url"] == f"https://academy.example/h5p/{content.uuid}/embed/"
    assert played["contentUserData"] == {"0": {"state": "{}"}}
    assert played["metadata"]["license"] == "CC BY"
    prefix = content.library.prefix.removeprefix("libraries/")
    assert played["scripts"] == [f"/h5p/libraries/{prefix}/main.js"]
    assert data["libraryDirectories"] == {"Test.Basic-1.0": prefix}
    html = response.content.decode()
    token = tokens.make_bundle_token([prefix])
    assert re.findall(r'<script [^>]*src="([^"]+)"', html) == [
        "/static/vendor/h5p/frame.bundle.js",
        f"/h5p/bundles/{token}/scripts.js",
    ]
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', html) == [
        "/static/vendor/h5p/styles/h5p.css",
        f"/h5p/bundles/{token}/styles.css",
    ]
    assert f'data-content-id="{content.pk}"' in html
    assert '<html class="h5p-iframe" lang="de">' in html


def test_embed_never_names_the_learner_to_libraries(client, content):
    response = client.get(player.embed_url(content=content, user_key="a-telling-key", context=CONTEXT))
    assert "a-telling-key" not in json.dumps(integration(response)["user"])


def test_embed_tells_every_word_of_the_core_in_german_and_english():
    german, english = player.l10n("de"), player.l10n("en")
    assert german.keys() == english.keys()
    assert [key for key in german if german[key] == english[key]] == [
        "licenseCC40",
        "licenseGPL",
        "licenseV3",
        "licenseV2",
        "licenseV1",
    ]


def test_embed_confines_the_page_by_its_header(client, content):
    response = client.get(player.embed_url(content=content, user_key="u", context=""), headers={"host": "localhost"})
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["sandbox"] == "allow-scripts allow-forms allow-popups allow-modals allow-downloads"
    assert re.fullmatch(r"http://localhost 'nonce-[\w-]{20,}' 'unsafe-eval'", policy["script-src"])
    assert policy["connect-src"] == policy["frame-ancestors"] == policy["default-src"] == "http://localhost"
    assert policy["object-src"] == policy["form-action"] == "'none'"
    assert "'self'" not in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    nonce = re.search(r"'nonce-([^']+)'", policy["script-src"]).group(1)
    scripts = re.findall(r"<script (?!id=)[^>]*>", response.content.decode())
    assert len(scripts) == 3
    assert all(f'nonce="{nonce}"' in script for script in scripts)


def test_embed_escapes_what_a_content_says(client, now):
    evil = {"text": "</script><script>alert(1)</script>"}
    content = services.import_package(
        file=package(params=evil, title="</title><script>x"), uploaded_by_key="", may_install_libraries=True, at=now
    )
    html = client.get(player.embed_url(content=content, user_key="u", context="")).content.decode()
    assert "<script>alert" not in html
    assert "<script>x" not in html


def test_embed_asks_the_database_the_same_few_times_for_few_and_many_libraries(
    client, content, now, django_assert_max_num_queries
):
    parts = [library(f"Test.Part{number}") for number in range(9)]
    needs = {"preloaded": [f"Test.Part{number} 1.0" for number in range(9)]}
    many = services.import_package(
        file=package(library("Test.Many", needs=needs), *parts, main="Test.Many 1.0"),
        uploaded_by_key="",
        may_install_libraries=True,
        at=now,
    )
    for played in (content, many):
        with django_assert_max_num_queries(6):
            client.get(player.embed_url(content=played, user_key="u", context=""))


@pytest.mark.parametrize("forged", ["", "x", "{other}", "{broken}", "{foreign}"])
def test_embed_refuses_a_forged_token(client, content, now, forged):
    other = services.import_package(file=package(), uploaded_by_key="", may_install_libraries=True, at=now)
    good = token(content)
    value = forged.format(
        other=token(other), broken=good[:-2] + "zz", foreign=signing.dumps([content.pk, "u", ""], salt="x")
    )
    response = client.get(f"/h5p/{content.uuid}/embed/?t={value}")
    assert response.status_code == 403
    assert "sandbox" in response["Content-Security-Policy"]
    assert "h5p-integration" not in response.content.decode()


def test_embed_refuses_an_expired_token(client, content, monkeypatch):
    url = player.embed_url(content=content, user_key="u", context="")
    real = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: real + 8 * 3600 - 60)
    assert client.get(url).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: real + 8 * 3600 + 60)
    assert client.get(url).status_code == 403


def test_embed_knows_only_contents_that_exist(client, content):
    assert client.get(f"/h5p/{uuid.uuid4()}/embed/?t={token(content)}").status_code == 404


# --- no cookies, any origin ---


def test_every_address_answers_a_preflight_and_sets_no_cookie(client, content):
    urls = [
        player.embed_url(content=content, user_key="u", context=""),
        state_url(content),
        f"/h5p/finished/?t={token(content)}",
        f"/h5p/xapi/?t={token(content)}",
        f"/h5p/libraries/{content.library.folder}/main.js",
        f"/h5p/files/{tokens.make_file_token(content, timezone.now())}/film.mp4",
    ]
    for url in urls:
        response = client.options(url)
        assert response.status_code == 204, url
        assert "X-Requested-With" in response["Access-Control-Allow-Headers"]
        for answer in (response, client.get(url), client.post(url), client.delete(url)):
            assert answer["Access-Control-Allow-Origin"] == "*", url
            assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert not answer.cookies, url
        assert client.delete(url).status_code == 405


# --- state ---


def test_state_keeps_gives_and_deletes_what_the_learner_saved(client, content):
    url = state_url(content)
    assert client.get(url).json() == {"success": True, "data": False}
    saved = client.post(url, "data=%7B%22a%22%3A1%7D&preload=1&invalidate=1", "application/x-www-form-urlencoded")
    assert saved.json() == {"success": True}
    assert client.get(url).json() == {"success": True, "data": '{"a":1}'}
    page = client.get(player.embed_url(content=content, user_key="u", context=CONTEXT))
    assert integration(page)["contents"][f"cid-{content.pk}"]["contentUserData"] == {"0": {"state": '{"a":1}'}}
    client.post(url, "data=0", "application/x-www-form-urlencoded")
    assert client.get(url).json()["data"] is False
    assert not State.objects.exists()


def test_state_of_another_learner_or_context_is_not_visible(client, content):
    client.post(state_url(content), "data=mine&preload=1", "application/x-www-form-urlencoded")
    for claims in ({"user_key": "v"}, {"context": "place:18:step:3"}):
        assert client.get(state_url(content, **claims)).json()["data"] is False
        page = client.get(player.embed_url(content=content, **{"user_key": "u", "context": CONTEXT, **claims}))
        assert "mine" not in page.content.decode()


def test_state_that_was_reset_is_told_to_the_core_only(client, content, now):
    State.objects.create(
        content=content,
        user_key="u",
        context=CONTEXT,
        data_type="state",
        data="RESET",
        is_preloaded=True,
        updated_at=now,
    )
    assert client.get(state_url(content)).json()["data"] is False
    page = client.get(player.embed_url(content=content, user_key="u", context=CONTEXT))
    assert integration(page)["contents"][f"cid-{content.pk}"]["contentUserData"]["0"]["state"] == "RESET"


def test_state_refuses_another_content_than_that_of_the_token(client, content):
    url = state_url(content).replace(f"/{content.pk}/", f"/{content.pk + 1}/")
    assert client.get(url).status_code == 403
    assert client.get(f"/h5p/state/{content.pk}/state/0").status_code == 403


def test_state_refuses_what_is_too_large(client, content):
    url = state_url(content)
    large = "data=" + "%C3%A4" * (2**19)
    assert client.post(url, large, "application/x-www-form-urlencoded").status_code == 200
    assert client.post(url, large + "a", "application/x-www-form-urlencoded").status_code == 413
    assert client.post(url, "data=" + "x" * 4_000_000, "application/x-www-form-urlencoded").status_code == 413


# --- results ---


def test_finished_stores_the_score_of_the_learner_of_the_token(client, content):
    form = {"contentId": content.pk, "score": 1, "maxScore": 2, "opened": 1000, "finished": 1090}
    body = "&".join(f"{key}={value}" for key, value in form.items())
    url = f"/h5p/finished/?t={token(content)}&round={uuid.uuid4()}"
    for _time in range(2):
        response = client.post(url, body, "application/x-www-form-urlencoded")
        assert response.json() == {"success": True}
    attempt = Attempt.objects.get()
    assert (attempt.user_key, attempt.context, attempt.score, attempt.max_score) == ("u", CONTEXT, 1, 2)
    assert attempt.seconds == 90


def test_finished_refuses_another_content_a_bad_score_and_no_token(client, content):
    def post(body, query=f"?t={token(content)}"):  # noqa: B008
        return client.post(f"/h5p/finished/{query}", body, "application/x-www-form-urlencoded").status_code

    assert post(f"contentId={content.pk + 1}&score=1&maxScore=1") == 403
    assert post(f"contentId={content.pk}&score=x&maxScore=1") == 400
    assert post(f"contentId={content.pk}&score=1&maxScore=1", "") == 403
    assert not Attempt.objects.exists()


def test_xapi_stores_a_statement(client, content):
    statement = {"verb": {"id": "http://adlnet.gov/expapi/verbs/answered"}, "object": {"id": content.activity_id}}
    url = f"/h5p/xapi/?t={token(content)}&round=not-an-identifier"
    assert client.post(url, json.dumps(statement), "text/plain").json() == {"success": True}
    assert Statement.objects.get().attempt.user_key == "u"
    assert client.post(url, "{}", "text/plain").status_code == 400
    assert client.post(url, "x" * 70_000, "text/plain").status_code == 413


def test_preview_plays_and_stores_nothing(client, content):
    preview = player.preview_url(content=content, user_key="u").partition("?t=")[2]
    statement = {"verb": {"id": "http://adlnet.gov/expapi/verbs/answered"}, "object": {"id": content.activity_id}}
    form = "application/x-www-form-urlencoded"

    played = client.get(f"/h5p/{content.uuid}/embed/?t={preview}")
    saved = client.post(f"/h5p/state/{content.pk}/state/0?t={preview}", "data=mine&preload=1", form)
    ended = client.post(f"/h5p/finished/?t={preview}", f"contentId={content.pk}&score=1&maxScore=2", form)
    told = client.post(f"/h5p/xapi/?t={preview}", json.dumps(statement), "text/plain")

    assert integration(played)["contents"][f"cid-{content.pk}"]["library"] == "Test.Basic 1.0"
    assert [answer.json() for answer in (saved, ended, told)] == [{"success": True}] * 3
    assert [model.objects.count() for model in (State, Attempt, Statement)] == [0, 0, 0]


def test_xapi_says_when_it_is_too_often(client, content, monkeypatch):
    monkeypatch.setitem(tracking.PER_MINUTE, "statement", 0)
    assert client.post(f"/h5p/xapi/?t={token(content)}", "{}", "text/plain").status_code == 429


# --- files ---


def file_url(content, path, at=None) -> str:
    return f"/h5p/files/{tokens.make_file_token(content, at or timezone.now())}/{path}"


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_content_file_sends_the_whole_file(client, content):
    response = client.get(file_url(content, "film.mp4"))
    assert (response.status_code, response["Content-Type"], response["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    assert response["Content-Length"] == "2560"
    assert response["Cache-Control"].startswith("private")
    assert body(response) == BYTES
    assert body(client.get(file_url(content, "leer.txt"))) == b""


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=2500-", 2500, 2559), ("bytes=-10", 2550, 2559), ("bytes=2550-9999", 2550, 2559)],
)
def test_content_file_sends_the_part_that_is_asked_for(client, content, asked, first, last):
    response = client.get(file_url(content, "film.mp4"), headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/2560"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == BYTES[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=2560-", "bytes=9-3", "bytes=-0"])
def test_content_file_refuses_a_part_outside_the_file(client, content, asked):
    response = client.get(file_url(content, "film.mp4"), headers={"range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */2560")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "items=0-1", "bytes=-"])
def test_content_file_sends_everything_for_a_range_that_it_does_not_know(client, content, asked):
    assert client.get(file_url(content, "film.mp4"), headers={"range": asked}).status_code == 200


def test_content_file_tells_the_size_without_sending(client, content):
    response = client.head(file_url(content, "film.mp4"))
    assert (response.status_code, response["Content-Length"]) == (200, "2560")
    assert response.content == b""


def test_content_file_is_harmless_when_opened_directly(client, content):
    drawing = client.get(f"/h5p/libraries/{content.library.folder}/bild.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert drawing["Content-Security-Policy"] == "default-src 'none'; sandbox"
    document = client.get(file_url(content, "blatt.pdf"))
    assert document["Content-Disposition"].startswith("attachment")
    assert document["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("path", ["gone.png", "../../../libraries/x", "..%2f..%2fx", "%2e%2e/x", ""])
def test_content_file_gives_nothing_outside_the_folder_of_its_token(client, content, path):
    assert client.get(file_url(content, path)).status_code == 404


def test_content_file_refuses_a_forged_or_old_token(client, content, now):
    other = signing.Signer(salt="other").sign_object([0, content.files_prefix])
    assert client.get(f"/h5p/files/{other}/film.mp4").status_code == 403
    assert client.get(f"/h5p/files/{token(content)}/film.mp4").status_code == 403
    assert client.get(file_url(content, "film.mp4", timezone.now() - timedelta(hours=17))).status_code == 403
    assert client.get(file_url(content, "film.mp4", timezone.now() - timedelta(hours=7))).status_code == 200
    assert client.get(file_url(content, "film.mp4", timezone.now() + timedelta(hours=9))).status_code == 403


def test_library_release_never_changes_and_library_file_follows_the_installed_patch(client, content, now):
    release = f"/h5p/{content.library.prefix}/main.js"
    current = "/h5p/libraries/Test.Basic-1.0/main.js"
    assert body(client.get(current)) == body(client.get(release)) == b"/* Test.Basic 1.0.0 */"
    assert "immutable" in client.get(release)["Cache-Control"]
    assert "immutable" not in client.get(current)["Cache-Control"]

    services.import_package(
        file=package(library(version="1.0.1")), uploaded_by_key="", may_install_libraries=True, at=now
    )

    assert body(client.get(release)) == b"/* Test.Basic 1.0.0 */"
    assert body(client.get(current)) == b"/* Test.Basic 1.0.1 */"


@pytest.mark.parametrize("path", ["Test.Basic-1.1/main.js", "Test.Basic 1.0/main.js", "x/y", "Test.Basic-1.0/gone.js"])
def test_library_file_knows_only_what_is_installed(client, content, path):
    assert client.get(f"/h5p/libraries/{path}").status_code == 404


# --- export ---


def test_export_gives_the_package_only_to_whoever_was_given_the_address(client, content):
    response = client.get(player.export_url(content=content))
    assert response["Content-Type"] == "application/zip"
    assert response.content.startswith(b"PK")
    assert client.get(f"/h5p/{content.uuid}/export").status_code == 403
    assert client.get(f"/h5p/{content.uuid}/export?t={token(content)}").status_code == 403


def test_base_has_nothing_to_show(client):
    assert client.get("/h5p/").status_code == 404
    assert Library.objects.count() == 0
