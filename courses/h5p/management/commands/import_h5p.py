"""manage.py import_h5p FILE… checks packages, installs their libraries and stores their contents."""

from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.h5p import services


class Command(BaseCommand):
    help = "Checks H5P packages, installs their libraries and stores their contents."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--uuid", type=UUID, help="Replace this content, or make it under this identifier.")
        parser.add_argument(
            "--no-libraries", action="store_true", help="Use only libraries that are installed already."
        )

    def handle(self, *, files: list[Path], uuid: UUID | None, no_libraries: bool, **options):
        if uuid and len(files) > 1:
            raise CommandError("With --uuid give exactly one file.")
        refused = [path for path in files if not self._import(path, uuid, may_install=not no_libraries)]
        if refused:
            raise CommandError(f"{len(refused)} of {len(files)} packages were refused.")

    def _import(self, path: Path, uuid: UUID | None, *, may_install: bool) -> bool:
        if not path.is_file():
            self.stderr.write(f"{path}: there is no such file")
            return False
        try:
            content = services.import_package(
                file=path, uploaded_by_key="", may_install_libraries=may_install, at=timezone.now(), uuid=uuid
            )
        except services.PackageRefused as refusal:
            self.stderr.write(f"{path}: refused")
            for problem in refusal.errors:
                self.stderr.write(f"  {problem.code}: {problem}")
            return False
        self.stdout.write(f"{path}: {content.title} ({content.library}), identifier {content.uuid}")
        for warning in content.warnings:
            self.stdout.write(f"  note: {warning}")
        return True
