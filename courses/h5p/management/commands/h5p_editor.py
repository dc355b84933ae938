"""manage.py h5p_editor install|status|remove: the official H5P editor, from archives that you obtained yourself."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.h5p import services


class Command(BaseCommand):
    help = "Installs, shows or removes the official H5P editor. Downloads nothing: give it the two archives."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        install = actions.add_parser("install", help="Unpack both archives; replaces the editor that is there.")
        install.add_argument("--core", type=Path, required=True, metavar="A.zip", help="h5p-php-library")
        install.add_argument("--editor", type=Path, required=True, metavar="B.zip", help="h5p-editor-php-library")
        actions.add_parser("status", help="Say which editor is installed.")
        actions.add_parser("remove", help="Take the editor away. What was written with it stays.")

    def handle(self, *, action: str, **options):
        if action == "install":
            self._install(options["core"], options["editor"])
        elif action == "remove":
            self.stdout.write("The editor is removed." if services.remove_editor() else "No editor is installed.")
        else:
            self._status()

    def _install(self, core: Path, editor: Path) -> None:
        for path in (core, editor):
            if not path.is_file():
                raise CommandError(f"{path}: there is no such file")
        try:
            services.install_editor(core=core, editor=editor, at=timezone.now())
        except services.PackageRefused as refusal:
            raise CommandError("\n".join(f"{problem.code}: {problem}" for problem in refusal.errors)) from refusal
        self._status()

    def _status(self) -> None:
        release = services.installed_editor()
        if release is None:
            self.stdout.write("No editor is installed.")
            return
        self.stdout.write(f"installed  {release.installed_at:%Y-%m-%d %H:%M}")
        self.stdout.write(f"core       SHA-256 {release.core_sha256}")
        self.stdout.write(f"editor     SHA-256 {release.editor_sha256}")
        self.stdout.write(f"files      {len(release.files)}, in {release.prefix}")
