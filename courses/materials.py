"""The rules of the material library: what is known about a file, and replacing it. Nothing else writes those rows."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import PurePath
from secrets import token_hex
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.log_actions import log
from wagtail.search import index as search_index

from academy.common import uploads
from academy.enums import Role
from academy.models import User
from academy.selectors import people_with

from . import material_reads, notifications, permissions
from .enums import AccessState, Licence
from .h5p import services as h5p
from .h5p.export import export_package
from .h5p.models import Content
from .models import MaterialFacts, MaterialVersion

DESCRIBED = "courses.material_described"  # in the history of a document, an image or an exercise
REPLACED = "courses.material_replaced"
PATH_ROOM = 100  # of the column of Wagtail's document


class MaterialRefused(Exception):
    """A rule says no. The message is written for the person who keeps the material."""


@transaction.atomic
def describe_material(
    *,
    material: Model,
    actor: User | None,
    access: str = AccessState.UNCHECKED,
    access_note: str = "",
    checked_by: str = "",
    checked_on: date | None = None,
    licence: str = Licence.UNSTATED,
    source: str = "",
    language: str = "",
    at: datetime,
) -> MaterialFacts:
    """Say what is known about a file. What was found out by a check goes again where it counts as not checked.

    An exercise names licence and language in its package; those given here are left out. Without an actor the site
    says so itself. Raises MaterialRefused without the right to change it, for a check without function or day, and for
    a check that is still to come.
    """
    if actor is not None and not permissions.can_change_material(actor, material):
        raise MaterialRefused(_("You may not change this material. Please ask the editors."))
    if access == AccessState.UNCHECKED:
        access_note, checked_by, checked_on = "", "", None
    elif not checked_by.strip() or checked_on is None:
        raise MaterialRefused(_("Please say in which function and on which day it was checked."))
    elif checked_on > timezone.localdate(at):
        raise MaterialRefused(_("A check that is still to come does not count. Please give the day when it was done."))
    facts = _locked_facts(material)
    values = {"access": access, "access_note": access_note, "checked_by": checked_by, "checked_on": checked_on}
    if not isinstance(material, Content):
        values |= {"licence": licence, "source": source, "language": language}
    if all(getattr(facts, name) == value for name, value in values.items()):
        return facts
    for name, value in values.items():
        setattr(facts, name, value)
    facts.save()
    log(instance=material, action=DESCRIBED, user=actor)
    return facts


def replace_file(
    *, material: Model, file: IO[bytes], name: str, note: str = "", actor: User, at: datetime
) -> MaterialVersion:
    """Give a document or an image another file under the same address, and tell whoever answers for its places.

    The file that it had is kept with its hash. A check of the old file says nothing about the new one, so it is taken
    back. Raises MaterialRefused without the right to change it, for a file that is the same or is not what its name
    says, and for a document of another kind: its address ends in the name of its file.
    """
    with _all_or_nothing() as written, transaction.atomic():
        material = _locked(material, actor)
        _check_file(material, file, name)
        with _content_of(material) as old:
            if _sha256(old) == _sha256(file):
                raise MaterialRefused(_("This is the file that stands there already."))
            version = _keep(material, old, PurePath(material.file.name).name, written, note=note, actor=actor, at=at)
        _put_in_place(material, file, name, written)
        _take_check_back(material, at)
        log(instance=material, action=REPLACED, user=actor, data={"version": version.number})
        tell_of_replacement(material=material, version=version, actor=actor, at=at)
        return version


def replace_exercise(
    *, content: Content, file: IO[bytes], note: str = "", may_install_libraries: bool, actor: User, at: datetime
) -> MaterialVersion | None:
    """Import a package in the place of an exercise, keep what it was, and tell whoever answers for its places.

    None where the package is the one that stands there. Raises MaterialRefused without the right to change it, and
    what the player's own rules refuse (`PackageRefused`); then nothing has changed.
    """
    with _all_or_nothing() as written, transaction.atomic():
        content = _locked(content, actor)
        before, old = (content.package_sha256, h5p.fingerprint(content)), io.BytesIO(export_package(content))
        h5p.import_package(
            file=file,
            uploaded_by_key=str(actor.pseudonym),
            may_install_libraries=may_install_libraries,
            at=at,
            uuid=content.uuid,
        )
        content.refresh_from_db()
        if (content.package_sha256, h5p.fingerprint(content)) == before:
            return None
        version = _keep(content, old, f"{content.uuid}.h5p", written, note=note, actor=actor, at=at)
        _take_check_back(content, at)
        log(instance=content, action=REPLACED, user=actor, data={"version": version.number})
        tell_of_replacement(material=content, version=version, actor=actor, at=at)
        return version


def change_exercise(*, content: Content, seen: str, actor: User, at: datetime, **written: Any) -> Content:
    """Save what was `written` into an exercise in the browser, as `save_content` of the player takes it.

    `library` may be a higher version of its content type. Where learners get something else to see, a check of what
    stood there is taken back. Nobody is told: small changes come often. Raises MaterialRefused without the right to
    change it, and ContentRefused as `save_content` does.
    """
    if not permissions.can_change_material(actor, content):
        raise MaterialRefused(_("You may not change this material. Please ask the editors."))
    with transaction.atomic():
        before = _shown(type(content).objects.select_for_update().get(pk=content.pk))
        saved = h5p.save_content(
            content=content,
            language=content.language,
            saved_by_key=str(actor.pseudonym),
            seen=seen,
            at=at,
            **{"library": content.library, **written},
        )
        if _shown(saved) != before:
            _take_check_back(saved, at)
    return saved


def _shown(content: Content) -> tuple:
    """What learners see of an exercise; its licence and its authors are not part of that."""
    return (content.title, content.library_id, content.params, content.files_prefix)


def tell_of_replacement(*, material: Model, version: MaterialVersion, actor: User, at: datetime) -> None:
    """One mail for each person who answers for a place of the material, with all of them; learners get none.

    Places that nobody answers for are told to the editors.
    """
    key = (str(material_reads.kind_of(material)), material.pk)
    places = [place for place in material_reads.uses_of([key])[key].places if place.page_id]
    told = material_reads.people_at(places)
    known = {place.page_id for several in told.values() for place in several}
    orphans = [place for place in places if place.page_id not in known]
    for editor in people_with(Role.EDITOR, at=at) if orphans else []:
        told[editor] = told.get(editor, []) + [place for place in orphans if place not in told.get(editor, [])]
    for person, several in told.items():
        if person != actor:
            notifications.material_replaced(material, version, several, person=person, at=at)


# --- Files ---------------------------------------------------------------------------------------------------------
def _locked(material: Model, actor: User) -> Any:
    material = type(material).objects.select_for_update().get(pk=material.pk)
    if not permissions.can_change_material(actor, material):
        raise MaterialRefused(_("You may not change this material. Please ask the editors."))
    return material


def _locked_facts(material: Model) -> MaterialFacts:
    kind = material_reads.kind_of(material)
    type(material).objects.select_for_update().get(pk=material.pk)  # two who describe it come one after the other
    return MaterialFacts.objects.filter(**{kind: material}).first() or MaterialFacts(**{kind: material})


def _check_file(material: Any, file: IO[bytes], name: str) -> None:
    is_document = isinstance(material, Document)
    before, after = (PurePath(path).suffix.lower() for path in (material.file.name, name))
    if is_document and before != after:
        sentence = _("Please choose a %(kind)s file: the address keeps the name of the file, and its ending.")
        raise MaterialRefused(sentence % {"kind": before.lstrip(".").upper()})
    try:
        (uploads.check_document if is_document else uploads.check_picture)(file, name)
    except uploads.UploadRefused as refusal:
        raise MaterialRefused(str(refusal)) from refusal


def _content_of(material: Any) -> IO[bytes]:
    try:
        return material.file.storage.open(material.file.name, "rb")
    except FileNotFoundError:
        return io.BytesIO()  # it is gone: all the more reason to put another one in its place


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _keep(
    material: Any, old: IO[bytes], name: str, written: list, *, note: str, actor: User, at: datetime
) -> MaterialVersion:
    kind, number = material_reads.kind_of(material), material_reads.next_number(material)
    version = MaterialVersion(
        **{kind: material},
        number=number,
        filename=name,
        size=old.seek(0, 2),
        sha256=_sha256(old),
        note=note,
        replaced_at=at,
        actor=actor.pseudonym,
    )
    own_name = f"{kind}-{material.pk}-{number}-{token_hex(4)}{PurePath(name).suffix}"
    version.file.save(own_name, File(old), save=False)
    written.append(version.file)
    version.save()
    return version


def _put_in_place(material: Any, file: IO[bytes], name: str, written: list) -> None:
    """The new file is stored beside the old one; the row is the switch, and the old one goes once that has happened."""
    storage, before = material.file.storage, material.file.name
    if isinstance(material, Document):
        material.file.name = storage.save(_path_for(PurePath(before).name), File(file))
        material._set_document_file_metadata()
    else:
        for part in ("x", "y", "width", "height"):  # what mattered in the old picture
            setattr(material, f"focal_point_{part}", None)
        material.file.save(PurePath(name).name, File(file), save=False)
        material._set_image_file_metadata()
        file.seek(0)
        with Picture.open(file) as picture:  # after the file: storing it forgets what was measured before
            material.width, material.height = picture.size
    written.append(material.file)
    material.save()
    if not isinstance(material, Document):
        material.renditions.all().delete()
    search_index.insert_or_update_object(material)
    transaction.on_commit(lambda: storage.delete(before))


def _path_for(name: str) -> str:
    """A folder of its own keeps the name, and with it the address; it is as short as the column wants it."""
    folder = f"documents/{token_hex(4)}"
    return f"{folder}/{name}" if len(folder) + 1 + len(name) <= PATH_ROOM else f"d/{token_hex(3)}/{name}"


def _take_check_back(material: Model, at: datetime) -> None:
    facts = _locked_facts(material)
    facts.access, facts.access_note, facts.checked_by, facts.checked_on = AccessState.UNCHECKED, "", "", None
    facts.file_changed_at = at
    facts.save()


@contextmanager
def _all_or_nothing() -> Iterator[list[FieldFile]]:
    """Files noted here disappear again when the block fails. Open the transaction inside the block."""
    written: list[FieldFile] = []
    try:
        yield written
    except BaseException:
        for file in written:
            file.storage.delete(file.name)
        raise


def forget_file(instance: MaterialVersion, **kwargs) -> None:
    """Receiver: an earlier file went, with the material that it belonged to."""
    storage, name = instance.file.storage, instance.file.name
    transaction.on_commit(lambda: storage.delete(name))
