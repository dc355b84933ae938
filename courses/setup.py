"""What the academy needs of a site: catalogue pages, the rights of the roles on them, the office's approval, and our
own content types.
"""

from django.utils import timezone
from wagtail.models import Locale, Workflow, WorkflowPage, WorkflowTask

from academy.enums import Role
from academy.services import role_group
from academy.setup import grant
from home.models import HomePage
from home.setup import grant_pages

from .h5p import services as h5p
from .models import CourseIndexPage, OfficeApprovalTask
from .models.pages import forget_catalogues

WORKFLOW = "Freigabe durch das Akademiebüro"
CATALOGUES = [  # the German one first: the others are its translations
    {"language": "de", "title": "Fortbildungen", "slug": "fortbildungen"},
    {"language": "en", "title": "Training courses", "slug": "training"},
    {"language": "de-simple", "title": "Fortbildungen", "slug": "fortbildungen"},
]


def ensure_catalogue() -> None:
    """Create what is missing; what editors have changed stays as it is."""
    workflow = _ensure_workflow()
    origin = None
    for entry in CATALOGUES:
        page = _ensure_page(origin=origin, **entry)
        origin = origin or page
        grant_pages(Role.TRAINER, page, "add", "change")
        grant_pages(Role.ACADEMY_OFFICE, page, "add", "change", "publish")
        WorkflowPage.objects.get_or_create(page=page, defaults={"workflow": workflow})
    grant(Role.PROGRAMME_LEAD, "wagtailadmin.access_admin")
    grant(Role.TECHNICAL_ADMIN, "h5p.add_library", "h5p.view_library")
    forget_catalogues()


def ensure_content_types() -> None:
    """Exercises can be written on a fresh site: the content types of ours are there, in their newest patch."""
    h5p.install_own_libraries(at=timezone.now())


def _ensure_page(*, language: str, title: str, slug: str, origin: CourseIndexPage | None) -> CourseIndexPage:
    locale = Locale.objects.get(language_code=language)
    page = CourseIndexPage.objects.filter(locale=locale).order_by("path").first()
    if page is not None:
        return page
    page = CourseIndexPage(title=title, slug=slug, locale=locale, show_in_menus=True)
    if origin is not None:
        page.translation_key = origin.translation_key
    HomePage.objects.get(locale=locale).add_child(instance=page)
    page.save_revision().publish()
    return page


def _ensure_workflow() -> Workflow:
    """One task: the academy office reads a page and approves it or sends it back."""
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW)
    if not workflow.workflow_tasks.exists():
        task, _created = OfficeApprovalTask.objects.get_or_create(name="Prüfung durch das Akademiebüro")
        task.groups.add(role_group(Role.ACADEMY_OFFICE))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow
