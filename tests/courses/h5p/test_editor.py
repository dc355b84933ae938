"""The addresses of the official editor: what they say, to whom, and what they refuse."""

import io
import json
import struct
import time
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from courses.h5p import editor, editor_uploads, services, tokens
from courses.h5p.models import Library
from courses.h5p.storage import h5p_storage

from .editor_archives import core_zip, editor_zip
from .packages import library, package

pytestmark = pytest.mark.django_db
UPLOAD = "0f4b3f6e-1c1c-4a55-9b1c-6c8b7d7a1e11"
PICTURE_FIELD = {"name": "picture", "type": "image", "label": "Picture", "optional": True}
TEXT_FIELD = {"name": "text", "type": "text", "label": "Text"}


@pytest.fixture
def release(tmp_path, now):
    return services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)


@pytest.fixture
def types(now):
    """A content type with a widget of its own, in two versions; the widget needs a library itself."""
    words = {"language/de.json": {"semantics": [{"label": "Wort"}]}}
    widget = library("Test.Widget", runnable=0, needs={"preloaded": ["Test.Tool 1.0"]}, files=words, semantics=...)
    tool = library("Test.Tool", runnable=0, semantics=...)
    old = library("Test.Basic", "1.0.0")
    new = library(
        "Test.Basic",
        "1.1.2",
        needs={"editor": ["Test.Widget 1.0"]},
        semantics=[TEXT_FIELD, PICTURE_FIELD],
        files={**words, "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "upgrades.js": b"/**/"},
        description="Short",
    )
    services.install_libraries(file=package(old, new, widget, tool), at=now)


@pytest.fixture
def content(types, now):
    given = {"title": "A & B", "language": "de", "licence": "CC BY", "metadata": {}, "saved_by_key": "", "at": now}
    row = Library.objects.get(machine_name="Test.Basic", minor=1)
    return services.save_content(library=row, params={"text": "Hallo"}, **given)


def token(content_id=0, interface="de", upload=UPLOAD) -> str:
    return tokens.make_editor_token(content_id=content_id, language="de", interface=interface, upload=upload)


def ajax(action: str, given: str | None = None, **query) -> str:
    return reverse("h5p:editor_ajax", query={"t": token() if given is None else given, "action": action, **query})


def picture(name="Bild.png", size=(4, 3)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue())


def send(client, file, field=PICTURE_FIELD, given=None):
    return client.post(ajax("files", given), {"file": file, "field": json.dumps(field), "contentId": "0"})


# --- The page ------------------------------------------------------------------------------------------------------
def test_the_page_opens_with_a_token_and_asks_no_other_host(client, release, content):
    response = client.get(reverse("h5p:editor", query={"t": token(content.pk)}))

    assert response.status_code == 200
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == policy["frame-ancestors"] == policy["form-action"] == "http://testserver"
    assert "unsafe-inline" not in policy["script-src"]
    assert "X-Frame-Options" not in response
    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}
    setup = response.context["setup"]
    given = setup["integration"]["editor"]
    assert (setup["host"], given["nodeVersionId"], given["language"]) == ("http://testserver", content.pk, "de")
    inner = given["assets"]["js"]
    assert not [url for url in inner if url.endswith("h5peditor-editor.js")]
    for url in [*inner, *given["assets"]["css"], *response.context["scripts"], *response.context["styles"]]:
        assert client.get(url).status_code == 200, url
    assert [url for url in response.context["scripts"] if url.endswith("language/de.js")]
    assert "user" not in setup["integration"]


def test_the_page_speaks_english_where_the_editor_lacks_the_language(client, types, tmp_path, now):
    services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path, without="language/de.js"), at=now)
    response = client.get(reverse("h5p:editor", query={"t": token()}))
    assert response.context["scripts"][-1].endswith("language/en.js")


def test_there_is_no_page_and_no_answer_without_an_installed_editor(client, types):
    assert client.get(reverse("h5p:editor", query={"t": token()})).status_code == 404
    assert client.get(ajax("content-type-cache")).status_code == 404


def test_the_page_lives_on_its_own_host_where_there_is_one(client, release, types, settings):
    settings.H5P_CONTENT_ORIGIN = "http://h5p.testserver"
    settings.ALLOWED_HOSTS = ["testserver", "h5p.testserver"]
    assert editor.page_url("x").startswith("http://h5p.testserver/h5p/editor/?t=x")
    address = reverse("h5p:editor", query={"t": token()})
    assert client.get(address).status_code == 404
    response = client.get(address, headers={"host": "h5p.testserver"})
    assert "frame-ancestors https://academy.example" in response["Content-Security-Policy"]
    assert response.context["setup"]["host"] == "https://academy.example"


@pytest.mark.parametrize("forged", ["", "nonsense", "player", "old"])
def test_every_address_refuses_a_foreign_token(client, release, content, forged):
    given = forged
    if forged == "player":
        given = tokens.make_player_token(content=content, user_key="x", context="")
    elif forged == "old":
        given = token() + "x"
    uploaded = reverse("h5p:editor_upload", args=[given or "x", "images/a.png"])
    answers = [
        client.get(reverse("h5p:editor", query={"t": given})),
        client.get(ajax("content-type-cache", given)),
        client.get(ajax("libraries", given, machineName="Test.Basic", majorVersion=1, minorVersion=1)),
        client.post(ajax("libraries", given), {"libraries[]": ["Test.Basic 1.1"]}),
        client.post(ajax("translations", given), {"libraries[]": ["Test.Basic 1.1"]}),
        client.post(ajax("filter", given), {"libraryParameters": "{}"}),
        send(client, picture(), given=given),
        client.get(uploaded),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert editor_uploads.uploaded_paths(UPLOAD) == []


def test_a_token_holds_for_eight_hours(client, release, types, monkeypatch):
    address = ajax("content-type-cache")
    began = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + timedelta(hours=7, minutes=59).total_seconds())
    assert client.get(address).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + timedelta(hours=8, minutes=1).total_seconds())
    assert client.get(address).status_code == 403


# --- Content types and libraries -----------------------------------------------------------------------------------
def test_content_type_cache_lists_the_newest_version_of_every_content_type(client, release, types):
    answer = client.get(ajax("content-type-cache")).json()
    [listed] = answer["libraries"]
    assert (listed["machineName"], listed["localMinorVersion"], listed["patchVersion"]) == ("Test.Basic", 1, 2)
    assert (listed["summary"], listed["installed"], listed["canInstall"], listed["restricted"]) == (
        *("Short", True, False, False),
    )
    assert client.get(listed["icon"])["Content-Type"] == "image/svg+xml"
    assert answer["apiVersion"] == {"major": 1, "minor": 28}


def test_libraries_gives_the_fields_the_words_and_what_edits_them(client, release, types):
    asked = {"machineName": "Test.Basic", "majorVersion": 1, "minorVersion": 1, "language": "de"}
    answer = client.get(ajax("libraries", **asked, **{"default-language": "fr"})).json()
    assert [field["name"] for field in answer["semantics"]] == ["text", "picture"]
    assert json.loads(answer["language"])["semantics"][0]["label"] == "Wort"
    assert answer["defaultLanguage"] is None
    assert answer["languages"] == ["en", "de"]
    assert [url.split("/")[3] for url in answer["javascript"]] == ["Test.Tool-1.0", "Test.Widget-1.0"]
    assert all(client.get(url).status_code == 200 for url in [*answer["javascript"], *answer["css"]])
    assert answer["translations"]["Test.Widget"]["semantics"] == [{"label": "Wort"}]
    assert answer["upgradesScript"].endswith("/upgrades.js")
    assert (answer["name"], answer["version"]) == ("Test.Basic", {"major": 1, "minor": 1})


@pytest.mark.parametrize(
    "asked",
    [
        {"machineName": "Test.Gone", "majorVersion": 1, "minorVersion": 0},
        {"machineName": "../..", "majorVersion": 1, "minorVersion": 0},
        {"machineName": "Test.Basic", "majorVersion": "x", "minorVersion": 0},
        {"machineName": "Test.Basic"},
    ],
)
def test_libraries_knows_no_other_library(client, release, types, asked):
    assert client.get(ajax("libraries", **asked)).status_code == 404


@pytest.mark.parametrize("language", ["../../../secret", "de/../de", "", "a" * 300])
def test_a_language_is_never_a_path(client, release, types, language):
    asked = {"machineName": "Test.Basic", "majorVersion": 1, "minorVersion": 1, "language": language}
    assert client.get(ajax("libraries", **asked)).json()["language"] is None


def test_libraries_lists_content_types_and_those_that_are_asked_for(client, release, types):
    every = client.get(ajax("libraries")).json()
    assert [(row["uberName"], row["isOld"]) for row in every] == [("Test.Basic 1.0", True), ("Test.Basic 1.1", False)]
    asked = client.post(ajax("libraries"), {"libraries[]": ["Test.Widget 1.0", "Test.Gone 1.0"]}).json()
    assert [(row["uberName"], row["runnable"]) for row in asked] == [("Test.Widget 1.0", 0)]


def test_translations_gives_the_language_files_that_there_are(client, release, types):
    names = ["Test.Basic 1.1", "Test.Tool 1.0", "Test.Gone 1.0", "nonsense"]
    answer = client.post(ajax("translations", language="de"), {"libraries[]": names}).json()
    assert answer["success"]
    assert list(answer["data"]) == ["Test.Basic 1.1"]


@pytest.mark.parametrize(
    ("method", "action"),
    [("post", "library-install"), ("post", "library-upload"), ("get", "content-hub-metadata-cache")],
)
def test_what_the_hub_would_do_is_refused_with_a_sentence(client, release, types, method, action):
    answer = getattr(client, method)(ajax(action))
    assert answer.status_code == 403
    assert "Übungen" in answer.json()["message"]


@pytest.mark.parametrize(("method", "action"), [("get", "nonsense"), ("get", "files"), ("post", "content-type-cache")])
def test_there_is_no_other_action(client, release, types, method, action):
    assert getattr(client, method)(ajax(action)).status_code == 404


# --- Parts that are pasted -------------------------------------------------------------------------------------------
def test_filter_gives_what_may_be_saved_and_keeps_the_mark_of_uploads(client, release, types):
    path = json.loads(send(client, picture()).text)["path"]
    given = {
        "library": "Test.Basic 1.1",
        "params": {"text": "<script>x</script>", "picture": {"path": path}, "foreign": 1},
        "metadata": {"title": "T", "foreign": 1},
    }
    answer = client.post(ajax("filter"), {"libraryParameters": json.dumps(given)}).json()["data"]
    assert answer["params"]["text"] == "&lt;script&gt;x&lt;/script&gt;"
    assert answer["params"]["picture"]["path"] == path
    assert "foreign" not in answer["params"]
    assert answer["metadata"] == {"title": "T"}


@pytest.mark.parametrize(
    "given",
    ["", "[", "[]", "1", '{"library": "Test.Gone 1.0", "params": {}}', '{"library": 1, "params": {}}', "[" * 9999],
)
def test_filter_refuses_what_is_no_part(client, release, types, given):
    assert client.post(ajax("filter"), {"libraryParameters": given}).status_code == 400


# --- Uploads -------------------------------------------------------------------------------------------------------
def test_files_keeps_a_picture_for_this_session_alone(client, release, types):
    response = send(client, picture("Bild vom Amt.PNG"))
    kept = json.loads(response.text)
    assert kept["path"].startswith("images/bild-vom-amt-")
    assert kept["path"].endswith(".png#tmp")
    assert (kept["mime"], kept["width"], kept["height"]) == ("image/png", 4, 3)
    path = kept["path"].removesuffix("#tmp")
    assert client.get(reverse("h5p:editor_upload", args=[token(), path])).status_code == 200
    other = token(upload="9f4b3f6e-1c1c-4a55-9b1c-6c8b7d7a1e11")
    assert client.get(reverse("h5p:editor_upload", args=[other, path])).status_code == 404


def bomb() -> bytes:
    """The beginning of a picture that says of itself that it is far too large."""
    facts = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + facts + struct.pack(">I", zlib.crc32(facts)) + 2000 * b"\0"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (SimpleUploadedFile("a.png", bomb()), "image"),
        (SimpleUploadedFile("a.svg", b"<svg/>"), "image"),
        (SimpleUploadedFile("a.html", b"<p>"), "file"),
        (SimpleUploadedFile("a.js", b"x"), "file"),
        (SimpleUploadedFile("a", b"x"), "file"),
        (SimpleUploadedFile("a.png", b"<script>"), "image"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\nno picture"), "image"),
        (SimpleUploadedFile("a.mp3", b"MZ"), "audio"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n"), "video"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n"), "text"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n"), "__class__"),
    ],
)
def test_files_refuses_what_has_no_place_there(client, release, types, file, kind):
    response = send(client, file, {"name": "x", "type": kind})
    assert response.status_code == 400
    assert response.json()["success"] is False
    assert editor_uploads.uploaded_paths(UPLOAD) == []


@pytest.mark.parametrize("data", [{}, {"field": '{"type": "image"}'}, {"field": "["}, {"field": "[]"}])
def test_files_refuses_a_request_without_file_or_field(client, release, types, data):
    given = data if "field" not in data or data["field"] == '{"type": "image"}' else {**data, "file": picture()}
    assert client.post(ajax("files"), given).status_code == 400


def test_files_refuses_what_is_too_large_or_too_much(client, release, types, settings):
    settings.H5P_LIMITS = {"file_size": 60}
    assert send(client, picture()).status_code == 413
    settings.H5P_LIMITS = {"total_size": len(picture().read()) + 10}
    assert send(client, picture()).status_code == 200
    assert send(client, picture(size=(5, 5))).status_code == 413
    assert len(editor_uploads.uploaded_paths(UPLOAD)) == 1


@pytest.mark.parametrize("path", ["../../secret", "images/../../../x", "images/gone.png"])
def test_upload_gives_nothing_outside_of_the_session(client, release, types, path):
    address = reverse("h5p:editor_uploads", args=[token()]) + path
    assert client.get(address).status_code == 404


def test_opened_uploads_become_files_of_the_content_and_the_rest_goes(client, release, content, now):
    used, unused = (json.loads(send(client, picture(size=size)).text)["path"] for size in ((4, 3), (9, 9)))
    params = {"text": "Hallo", "picture": {"path": used, "mime": "image/png", "width": 4, "height": 3}}
    facts = {"title": "T", "language": "de", "licence": "U", "metadata": {}, "saved_by_key": "", "at": now}
    with services.opened_uploads(upload=UPLOAD, params=params) as new_files:
        saved = services.save_content(
            content=content,
            library=content.library,
            seen=services.fingerprint(content),
            params=params,
            new_files=new_files,
            **facts,
        )
    services.drop_uploads(upload=UPLOAD)

    stored = used.removesuffix("#tmp")
    assert (saved.files, saved.params["picture"]["path"]) == ([stored], stored)
    assert h5p_storage().exists(f"{saved.files_prefix}/{stored}")
    assert editor_uploads.uploaded_paths(UPLOAD) == []
    assert unused.removesuffix("#tmp") not in saved.files


def test_uploads_that_nobody_saves_go_with_the_clean_up(client, release, types, now):
    send(client, picture())
    assert services.delete_uploads(before=now + timedelta(days=36500)) == [editor_uploads.folder_of(UPLOAD)]
    assert editor_uploads.uploaded_paths(UPLOAD) == []


# --- In and out ------------------------------------------------------------------------------------------------------
def test_opening_hands_over_library_parameters_and_metadata_as_the_editor_takes_them(content):
    given = editor.opening(content)
    written = json.loads(given["params"])
    assert given["library"] == "Test.Basic 1.1"
    assert written["params"] == content.params
    assert written["metadata"] == {"title": "A &amp; B", "license": "CC BY"}


def test_save_content_takes_a_higher_version_of_the_same_type_only(types, now):
    rows = {row.minor: row for row in Library.objects.filter(machine_name="Test.Basic")}
    facts = {"title": "T", "language": "de", "licence": "U", "metadata": {}, "saved_by_key": "", "at": now}
    facts["params"] = {"text": "Hallo"}
    content = services.save_content(library=rows[0], **facts)
    raised = services.save_content(content=content, seen=services.fingerprint(content), library=rows[1], **facts)
    assert raised.library == rows[1]
    services.install_libraries(file=package(library("Test.Other"), main="Test.Other 1.0"), at=now)
    for row in (rows[0], Library.objects.get(machine_name="Test.Other")):
        with pytest.raises(services.ContentRefused) as refused:
            services.save_content(content=raised, seen=services.fingerprint(raised), library=row, **facts)
        assert refused.value.code == "invalid"
