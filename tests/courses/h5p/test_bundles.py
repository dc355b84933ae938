"""The scripts and styles of an exercise's libraries in one answer each."""

import gzip
import re
from pathlib import Path

import pytest
from django.core import signing
from django.test import Client

from courses.h5p import bundles, player, services, tokens
from courses.h5p.models import Content

from .packages import library, package

pytestmark = pytest.mark.django_db
BASE = "/h5p/libraries/Test.A-1.0/0-00000000/css/a.css"


def content_of(*libraries, now, **fields) -> Content:
    return services.import_package(
        file=package(*libraries, **fields), uploaded_by_key="", may_install_libraries=True, at=now
    )


@pytest.fixture
def content(now) -> Content:
    """A library that needs another one."""
    part = library("Test.Part", files={"main.js": b'"use strict"; part = 1 // ends here', "main.css": b".part {}"})
    main = library("Test.Main", needs={"preloaded": ["Test.Part 1.0"]}, files={"main.js": b"\xef\xbb\xbfmain = 1"})
    return content_of(main, part, now=now, main="Test.Main 1.0")


def addresses(content: Content, context: str = "") -> list[str]:
    html = Client().get(player.embed_url(content=content, user_key="u", context=context)).content.decode()
    return re.findall(r'"(/h5p/bundles/[^"]+)"', html)


# --- The answer --------------------------------------------------------------------------------------------------
def test_a_bundle_holds_the_files_of_all_libraries_in_load_order(content):
    styles, scripts = [Client().get(url) for url in addresses(content)]

    assert scripts.text == ';\n"use strict"; part = 1 // ends here\n;\nmain = 1'
    assert styles.text == ".part {}\np {}"
    assert scripts["Content-Type"] == "text/javascript; charset=utf-8"
    assert styles["Content-Type"] == "text/css; charset=utf-8"


def test_a_bundle_is_kept_for_ever_by_everybody_and_sets_no_cookie(content, django_assert_num_queries):
    for url in addresses(content):
        with django_assert_num_queries(0):
            response = Client().get(url)
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Vary"] == "Accept-Encoding"
        assert not response.cookies


def test_a_bundle_is_packed_for_browsers_that_take_it_always_to_the_same_bytes(content):
    for url in addresses(content):
        plain, packed, again = [Client().get(url, headers=headers) for headers in ({}, GZIP, GZIP)]
        assert "Content-Encoding" not in plain
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert packed.content == again.content
        assert packed["Content-Length"] == str(len(packed.content))


GZIP = {"Accept-Encoding": "gzip, br"}


def test_everybody_and_every_content_with_the_same_libraries_shares_a_bundle(content, now):
    other = content_of(main="Test.Main 1.0", now=now, title="Another", params={"text": "Anders"})

    assert other != content
    assert addresses(other, "place:1") == addresses(content)


def test_a_new_patch_gets_a_new_bundle_and_the_old_one_stays(content, now):
    old = addresses(content)
    content_of(library("Test.Part", "1.0.1", files={"main.js": b"part = 2"}), main="Test.Part 1.0", now=now)

    new = addresses(content)

    assert set(old).isdisjoint(new)
    assert "part = 1" in Client().get(old[1]).text
    assert "part = 2" in Client().get(new[1]).text


def test_a_library_whose_styles_another_one_drops_is_left_out_of_the_styles_alone(now):
    dropped = library("Test.Part", files={"main.css": b".part {}"})
    main = library("Test.Main", needs={"preloaded": ["Test.Part 1.0"]}, dropLibraryCss=[{"machineName": "Test.Part"}])
    content = content_of(main, dropped, now=now, main="Test.Main 1.0")

    styles, scripts = [Client().get(url).text for url in addresses(content)]

    assert styles == "p {}"
    assert "Test.Part" in scripts


def test_a_content_without_styles_asks_for_none(now):
    content = content_of(library(preloadedCss=...), now=now)

    assert [url.rsplit("/", 1)[-1] for url in addresses(content)] == ["scripts.js"]


# --- What is refused ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["scripts.js", "styles.css"])
def test_a_bundle_that_nobody_signed_is_refused(content, name):
    release = content.library.prefix.removeprefix("libraries/")
    genuine = tokens.make_bundle_token([release])
    forged = [
        "x",
        genuine[:-1] + ("A" if genuine[-1] != "A" else "B"),
        signing.Signer(salt="other").sign_object([release]),
        tokens.make_export_token(content),
        tokens.make_player_token(content=content, user_key="u", context=""),
    ]
    for token in forged:
        assert Client().get(f"/h5p/bundles/{token}/{name}").status_code == 403, token
    assert Client().post(f"/h5p/bundles/{genuine}/{name}").status_code == 405


@pytest.mark.parametrize(
    "release", ["../secret/1-0", "Test.Main-1.0/../../x", "/etc/x", "Test.Gone-1.0/0-00000000", ""]
)
def test_a_bundle_leads_nowhere_else_even_when_it_is_signed(content, storage_folder, release):
    (storage_folder / "secret").mkdir()
    (storage_folder / "secret" / "library.json").write_text('{"preloadedJs": [{"path": "x.js"}]}', encoding="utf-8")

    assert Client().get(f"/h5p/bundles/{tokens.make_bundle_token([release])}/scripts.js").status_code == 404


def test_a_bundle_is_not_found_while_one_of_its_files_is_missing(content, storage_folder):
    styles, scripts = addresses(content)
    (Path(storage_folder) / content.library.prefix / "main.js").unlink()

    assert Client().get(scripts).status_code == 404
    assert Client().get(styles).status_code == 200


# --- Putting together --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "bundled"),
    [
        ("a{background:url(../img/x.png)}", "a{background:url(/h5p/libraries/Test.A-1.0/0-00000000/img/x.png)}"),
        ("a{b:url( 'x y.png' )}", "a{b:url('/h5p/libraries/Test.A-1.0/0-00000000/css/x y.png')}"),
        ('a{b:URL("f.woff2?v=1#i")}', 'a{b:url("/h5p/libraries/Test.A-1.0/0-00000000/css/f.woff2?v=1#i")}'),
        ("a{b:url(data:image/png;base64,AA==)}", "a{b:url(data:image/png;base64,AA==)}"),
        ("a{b:url(#gradient)} b{c:url()}", "a{b:url(#gradient)} b{c:url()}"),
        ("a{b:url(https://example.org/x)}", "a{b:url(https://example.org/x)}"),
        ("/* url(x) @import 'y'; */ a{}", "/* url(x) @import 'y'; */ a{}"),
        ('a::before{content:"url(x)"}', 'a::before{content:"url(x)"}'),
        ('@charset "utf-8";a{}', "a{}"),
    ],
)
def test_styles_name_their_files_by_full_addresses(written, bundled):
    assert bundles.styles([(BASE, written)]) == bundled


def test_styles_import_first_and_from_where_they_lay():
    later = "/h5p/libraries/Test.B-1.0/0-00000000/b.css"

    found = bundles.styles([(BASE, "a{}"), (later, '@import "more.css" print;@import url(../x.css);b{}')])

    assert found.split("\n") == [
        '@import url("/h5p/libraries/Test.B-1.0/0-00000000/more.css") print;',
        '@import url("/h5p/libraries/Test.B-1.0/x.css");',
        "a{}",
        "b{}",
    ]


def test_scripts_tell_one_that_asks_where_it_lies_and_nobody_else():
    found = bundles.scripts([("/h5p/x/a.js", "one()"), ("/h5p/x/b.js", "two(document.currentScript.src)"), BARE])

    assert found.count("defineProperty") == 1
    assert found.index("one()") < found.index('new URL("/h5p/x/b.js"') < found.index("two(")
    assert found.index("two(") < found.index("delete document.currentScript;") < found.index("three()")


BARE = ("/h5p/x/c.js", "three()")


def test_what_stands_in_the_page_itself_does_not_end_its_element():
    assert "</" not in player._own("embed.js")
    assert "<!--" not in player._own("embed.js")
    assert "</" not in player._own("embed.css")
