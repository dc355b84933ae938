"""Every test has a storage of its own and reports to nobody."""

from pathlib import Path

import pytest
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def storage_folder(settings, tmp_path) -> Path:
    """An empty folder as the storage "h5p"."""
    folder = tmp_path / "h5p"
    options = {"location": str(folder), "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "h5p": {"BACKEND": backend, "OPTIONS": options}}
    assert Path(storages["h5p"].location) == folder
    return folder


@pytest.fixture(autouse=True)
def no_attempt_handler(settings):
    settings.H5P_ATTEMPT_HANDLER = ""
    settings.BASE_URL = "https://academy.example"
