"""Every table that holds data of people is registered with purpose and period (DESIGN.md 4, GDPR Art. 30)."""

from django.apps import apps
from django.contrib.auth import get_user_model
from wagtail.models import Page, ReferenceIndex

from academy.common.registry import registry

OURS = {"academy", "home", "courses", "h5p", "enrolment", "consulting"}
TELLING_NAMES = {"user_key", "pseudonym", "actor", "email", "approver_email", "address", "first_name", "last_name"}
NO_PERSON = {"courses.Room": "its name and address are those of a house"}  # why no person is in the table


def models_with_people():
    user = get_user_model()
    for model in apps.get_models(include_auto_created=False):
        if model._meta.app_label not in OURS:
            continue
        fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
        points_at_user = any(field.related_model is user for field in fields)
        if model is user or points_at_user or TELLING_NAMES & {field.name for field in fields}:
            yield model


def test_registry_names_every_table_with_data_of_people():
    missing = {
        model._meta.label
        for model in models_with_people()
        if model._meta.label not in registry.personal_data and model._meta.label not in NO_PERSON
    }
    assert missing == set()


def test_registry_says_purpose_period_and_how_it_is_erased_for_every_table():
    for label, entry in registry.personal_data.items():
        assert str(entry.purpose).endswith("."), label
        assert str(entry.period).endswith("."), label
        assert entry.erase or entry.kept_because, f"{label} is neither erased nor kept for a reason"


def test_registry_exports_only_fields_that_exist():
    for entry in registry.personal_data.values():
        known = {field.name for field in entry.model._meta.get_fields()}
        assert set(entry.exported) <= known, entry.model._meta.label


def test_what_people_do_is_not_copied_into_the_index_of_references():
    """Wagtail would note each row that points at another, with a task for every save: that is meant for content."""
    content = {"h5p.Content", "consulting.Statement", "consulting.Signatory", "consulting.Recommendation"}
    indexed = {
        entry.model._meta.label
        for entry in registry.personal_data.values()
        if not issubclass(entry.model, Page) and ReferenceIndex.model_is_indexable(entry.model)
    }
    assert {label for label in indexed - content if label.partition(".")[0] in OURS} == set()
