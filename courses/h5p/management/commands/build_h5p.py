"""manage.py build_h5p NAME [-o FILE] packs a demo content, or a folder with h5p.json, as a real .h5p file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.h5p import builder


class Command(BaseCommand):
    help = "Packs a demo content, or a folder with h5p.json and content/, with its libraries as an .h5p file."

    def add_arguments(self, parser):
        parser.add_argument("source", help=f"One of {', '.join(builder.demo_contents())}; or a folder.")
        parser.add_argument("-o", "--output", type=Path, help="Where to write it; by default NAME.h5p in this folder.")

    def handle(self, *, source: str, output: Path | None, **options):
        folder = builder.DEMO_CONTENTS / source if source in builder.demo_contents() else Path(source)
        if not (folder / "h5p.json").is_file():
            raise CommandError(f"{folder} has no h5p.json.")
        path = output or Path(f"{folder.resolve().name}.h5p")
        path.write_bytes(builder.build_package(folder))
        self.stdout.write(f"{path}: {path.stat().st_size} bytes")
