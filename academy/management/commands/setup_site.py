"""manage.py setup_site: what a site needs before anybody can work."""

from django.core.management.base import BaseCommand

from academy.common.registry import registry


class Command(BaseCommand):
    help = "Creates groups with their rights, languages, start pages and catalogues. May run any number of times."

    def handle(self, *args, **options):
        registry.set_up_site()
        self.stdout.write("The site is set up.")
