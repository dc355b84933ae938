"""What courses do when pages are published, taken back or moved, and when lists of words change."""

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from academy.models import Term

from . import catalogue_order, materials, selectors, services
from .models import Course, CoursePage, CourseRun, MaterialVersion, Session, StepPage
from .models.pages import forget_catalogues


def connect() -> None:
    """Called once, when the app is ready."""
    page_published.connect(freeze_on_publish, dispatch_uid="courses.freeze_on_publish")
    page_unpublished.connect(freeze_on_unpublish, dispatch_uid="courses.freeze_on_unpublish")
    post_delete.connect(materials.forget_file, sender=MaterialVersion, dispatch_uid="courses.forget_file")
    post_page_move.connect(freeze_on_move, dispatch_uid="courses.freeze_on_move")
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(forget_catalogues, dispatch_uid="courses.forget_catalogues")
        signal.connect(catalogue_order.forget_order, dispatch_uid="courses.forget_order")
    for model in (CoursePage, CourseRun, Session):
        for signal in (post_save, post_delete):
            signal.connect(catalogue_order.forget_order, sender=model, dispatch_uid=f"courses.order.{model.__name__}")
    for model in (Term, Course):
        for signal in (post_save, post_delete):
            signal.connect(selectors.forget_words, sender=model, dispatch_uid=f"courses.words.{model.__name__}")


def freeze_on_publish(instance, **kwargs) -> None:
    """A published course page or step: a changed structure becomes a new version."""
    if isinstance(instance, CoursePage):
        _freeze(instance)
    elif isinstance(instance, StepPage):
        _freeze(instance.get_parent().specific)


def freeze_on_unpublish(instance, **kwargs) -> None:
    """A step that was taken back is no longer part of the structure. Taking back a course page changes nothing."""
    if isinstance(instance, StepPage):
        _freeze(instance.get_parent().specific)


def freeze_on_move(instance, parent_page_before, parent_page_after, **kwargs) -> None:
    """Another order of the steps, or a step that has gone to another course."""
    if isinstance(instance.specific, StepPage):
        for parent in {parent_page_before.pk: parent_page_before, parent_page_after.pk: parent_page_after}.values():
            _freeze(parent.specific)


def _freeze(page) -> None:
    if isinstance(page, CoursePage) and page.live and selectors.structure_page(page.course).pk == page.pk:
        services.freeze_version(course=page.course, at=timezone.now())
