"""What editors upload, through every window that Wagtail has for it."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image

from academy.common.uploads import allowed_kinds
from academy.enums import Role
from tests.factories.academy import signed_in_as
from tests.factories.files import PDF, picture_bytes

TRICK = b"MZ\x90\x00" + bytes(60)
WHY_DOCUMENT = "«leitfaden.pdf» ist keine PDF-Datei oder ist beschädigt."
WHY_IMAGE = "«schalter.jpg» lässt sich nicht anzeigen: Die Datei ist beschädigt oder unvollständig."


@pytest.fixture(autouse=True)
def editor(site, client):
    return signed_in_as(client, Role.EDITOR)


def data(content: bytes, name="leitfaden.pdf", **more) -> dict:
    return {"title": "Datei", "collection": "1", "file": SimpleUploadedFile(name, content), **more}


def test_document_that_is_what_its_name_says_is_stored(client):
    client.post(reverse("wagtaildocs:add"), data(PDF))

    assert Document.objects.get().file.read() == PDF


def test_document_that_is_not_is_refused_with_the_reason(client):
    response = client.post(reverse("wagtaildocs:add"), data(TRICK))

    assert WHY_DOCUMENT in response.context["form"].errors["file"][0]
    assert not Document.objects.exists()


def test_document_of_another_kind_is_refused_with_one_reason(client):
    response = client.post(reverse("wagtaildocs:add"), data(PDF, "programm.exe"))

    assert len(response.context["form"].errors["file"]) == 1
    assert not Document.objects.exists()


def test_document_is_not_replaced_where_it_is_described(client):
    client.post(reverse("wagtaildocs:add"), data(PDF))
    document = Document.objects.get()

    client.post(reverse("wagtaildocs:edit", args=[document.pk]), data(TRICK) | {"title": "Neu"})

    document.refresh_from_db()
    assert (document.title, document.file.read()) == ("Neu", PDF)


def test_document_in_the_window_for_many_is_refused(client):
    response = client.post(
        reverse("wagtaildocs:add_multiple"),
        {"collection": "1", "files[]": SimpleUploadedFile("leitfaden.pdf", TRICK)},
        headers={"x-requested-with": "XMLHttpRequest"},
    )

    assert WHY_DOCUMENT in response.json()["error_message"]
    assert not Document.objects.exists()


def test_document_in_the_window_of_a_page_is_refused(client):
    url = reverse("wagtaildocs_chooser:create")
    response = client.post(url, {f"document-chooser-upload-{name}": value for name, value in data(TRICK).items()})

    assert WHY_DOCUMENT in response.json()["htmlFragment"]
    assert not Document.objects.exists()


def test_image_that_is_damaged_is_refused_with_the_reason(client):
    response = client.post(reverse("wagtailimages:add"), data(picture_bytes()[:2000], "schalter.jpg"))

    assert WHY_IMAGE in response.context["form"].errors["file"][0]
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("schalter.jpg", picture_bytes("PNG")), ("schalter.jpg", TRICK), ("schalter.svg", b"<svg/>"), ("b.tiff", b"II*")],
)
def test_image_that_is_not_what_its_name_says_is_refused(client, name, content):
    response = client.post(reverse("wagtailimages:add"), data(content, name))

    assert response.context["form"].errors["file"]
    assert not Image.objects.exists()


def test_image_is_stored(client):
    client.post(reverse("wagtailimages:add"), data(picture_bytes("WEBP", (40, 30)), "schalter.webp"))

    assert Image.objects.get().width == 40


def test_list_of_kinds_is_the_same_for_form_and_model():
    assert sorted(settings.WAGTAILDOCS_EXTENSIONS) == allowed_kinds()
