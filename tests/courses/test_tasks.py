"""Background work of courses."""

import os
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from courses.tasks import tidy_exercises


def test_tidy_exercises_deletes_old_files_that_nothing_names_and_keeps_young_ones(db):
    storage = storages["h5p"]
    old = storage.save("libraries/Academy.Old-1.0/1-aaaaaaaa/library.json", ContentFile(b"{}"))
    young = storage.save("libraries/Academy.Young-1.0/1-bbbbbbbb/library.json", ContentFile(b"{}"))
    three_days_ago = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(storage.path(old), (three_days_ago, three_days_ago))

    tidy_exercises.delay()

    assert not storage.exists(old)
    assert storage.exists(young)
