"""manage.py h5p_cleanup deletes stored files that nothing names any more, and old uploads of the editor."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.h5p import services


class Command(BaseCommand):
    help = "Deletes stored H5P files that nothing names any more and that no open page can still need."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=2, help="Keep what is younger than this (default 2).")

    def handle(self, *, days: int, **options):
        now = timezone.now()
        deleted = services.delete_unnamed_files(before=now - timedelta(days=days))
        deleted += services.delete_uploads(before=now - timedelta(days=min(days, 1)))
        for folder in deleted:
            self.stdout.write(folder)
        self.stdout.write(f"{len(deleted)} folders deleted")
