"""The app of places and learning."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentConfig(AppConfig):
    name = "enrolment"
    verbose_name = _("Places and learning")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from academy.common.jobs import JobKind
        from academy.common.registry import RetentionRule, registry
        from courses.models import Course, CoursePage

        from . import audit_checks, cards, personal_data, receivers, services

        registry.add_personal_data(*personal_data.ENTRIES)
        registry.add_invariant(audit_checks.broken_promises)
        registry.add_card(cards.start_cards)
        registry.add_job_kind(JobKind(services.ISSUE_JOB, services.issue_in_background))
        reason = _("What people need to take part goes 30 days after the last date of the run.")
        registry.add_retention_rule(RetentionRule("enrolment.access_needs", reason, services.forget_access_needs))
        reason = _("Addresses of supervisors and deputies go 14 days after the answer or the lapse.")
        registry.add_retention_rule(RetentionRule("enrolment.approvers", reason, services.forget_approvers))
        reason = _("Answers to tasks go 180 days after the end of the run, and at once when the place is given back.")
        registry.add_retention_rule(RetentionRule("enrolment.answers", reason, services.forget_answers))
        reason = _("Anonymous feedback turns into counts 90 days after the end of the run, and its words go.")
        registry.add_retention_rule(RetentionRule("enrolment.feedback", reason, services.sum_feedback))
        post_save.connect(receivers.forget_titles_of_page, sender=CoursePage)
        post_delete.connect(receivers.forget_titles_of_page, sender=CoursePage)
        post_save.connect(receivers.forget_titles_of_course, sender=Course)
