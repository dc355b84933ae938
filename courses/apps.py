"""The app of courses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from academy.common.jobs import JobKind
        from academy.common.registry import registry

        from . import package_jobs, receivers
        from .personal_data import ENTRIES
        from .search import SOURCE
        from .setup import ensure_catalogue, ensure_content_types

        registry.add_personal_data(*ENTRIES)
        registry.add_setup_step(30, ensure_catalogue)
        registry.add_setup_step(31, ensure_content_types)
        registry.add_search_source(SOURCE)
        jobs = package_jobs
        registry.add_job_kind(JobKind(jobs.IMPORT_JOB, jobs.import_in_background, tidy=jobs.forget_package))
        receivers.connect()
