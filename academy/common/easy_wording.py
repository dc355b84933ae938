"""Whether people of the target group have checked the easy German wording of the interface and the mails.

The catalogue itself says so in its header: `X-Checked-By` names the group, `X-Checked-On` the day, `X-Checked-Words`
the digest of the words as they were then. Other words under the same header do not count (DIN SPEC 33429, A6).
"""

import re
from functools import lru_cache
from hashlib import blake2b

import polib
from django.conf import settings

EASY_LANGUAGE = "de-simple"
CATALOGUE = "locale/de_Simple/LC_MESSAGES/django.po"
HEADERS = ("X-Checked-By", "X-Checked-On", "X-Checked-Words")
DAY = re.compile(r"20\d\d-[01]\d-[0-3]\d")


def words_digest(catalogue: polib.POFile) -> str:
    """The same for the same words, in whatever order they stand."""
    words = sorted((e.msgctxt or "", e.msgid, e.msgstr, *e.msgstr_plural.values()) for e in catalogue if not e.obsolete)
    return blake2b(repr(words).encode(), digest_size=16).hexdigest()


def is_checked(catalogue: polib.POFile) -> bool:
    """Group, day and the words that they saw: nothing less."""
    group, day, words = (catalogue.metadata.get(name, "").strip() for name in HEADERS)
    return bool(group and DAY.fullmatch(day)) and words == words_digest(catalogue)


@lru_cache(maxsize=1)
def wording_is_checked() -> bool:
    """For the catalogue of this installation; read once per process."""
    return is_checked(polib.pofile(str(settings.ROOT / CATALOGUE)))
