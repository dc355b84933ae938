"""The Celery app and its one periodic schedule. Every task may run twice, and twice at once."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.dev")

app = Celery("academy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["academy.common.tasks_backend"]

app.conf.beat_schedule = {
    "deliver-mails": {"task": "academy.deliver_due_mails", "schedule": 60.0},
    "jobs-go-on": {"task": "academy.run_due_jobs", "schedule": 60.0},
    "roles-to-rights": {"task": "academy.refresh_rights", "schedule": crontab(minute=5, hour="*")},
    "approvals-lapse": {"task": "enrolment.lapse_approvals", "schedule": crontab(minute="*/15")},
    "approvers-remind": {"task": "enrolment.remind_approvers", "schedule": crontab(minute=10, hour="7-19")},
    "changes-told": {"task": "enrolment.tell_of_changes", "schedule": 60.0},
    "decisions-due": {"task": "enrolment.ask_for_decisions", "schedule": crontab(minute=0, hour=8)},
    "release-near": {"task": "enrolment.remind_of_release", "schedule": crontab(minute=20, hour="8-18")},
    "reminders-go": {"task": "enrolment.send_reminders", "schedule": crontab(minute="5,35", hour="9-20")},
    "seats-return": {"task": "enrolment.release_seats", "schedule": crontab(minute="*/10")},
    "lists-move": {"task": "enrolment.move_lists", "schedule": crontab(minute="*/10")},
    "jobs-go": {"task": "academy.forget_jobs", "schedule": crontab(minute=25, hour=3)},
    "access-needs-go": {"task": "enrolment.forget_access_needs", "schedule": crontab(minute=30, hour=3)},
    "approvers-go": {"task": "enrolment.forget_approvers", "schedule": crontab(minute=35, hour=3)},
    "answers-go": {"task": "enrolment.forget_answers", "schedule": crontab(minute=45, hour=3)},
    "answers-wait": {"task": "enrolment.tell_of_waiting_answers", "schedule": crontab(minute=15, hour=7)},
    "feedback-sums": {"task": "enrolment.sum_feedback", "schedule": crontab(minute=50, hour=3)},
    "exercises-tidy": {"task": "courses.tidy_exercises", "schedule": crontab(minute=20, hour=3)},
    "report-contacts-go": {"task": "home.forget_report_contacts", "schedule": crontab(minute=40, hour=3)},
    "request-contacts-go": {"task": "consulting.forget_request_contacts", "schedule": crontab(minute=55, hour=3)},
    "statement-review": {"task": "home.remind_of_review", "schedule": crontab(minute=30, hour=7)},
    "publish-scheduled": {"task": "home.publish_scheduled", "schedule": crontab(minute="*/5")},
}
