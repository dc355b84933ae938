"""manage.py demo_logins: who one can be in the demonstration, and how to sign in."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from consulting.demo import logins
from consulting.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Lists the logins of the demonstration with what each can do (only where DEMO=1)."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("There are no logins for a demonstration, because DEMO=1 is not set.")
        found = [login for login in logins.all_logins() if login.person]
        if not found:
            raise CommandError("The demo content has not been loaded yet: manage.py load_demo")
        width = max(len(login.email) for login in found)
        self.stdout.write(f"Logins; the password of all is {PASSWORD}. To change roles by a click: {roles_address()}\n")
        with translation.override("en"):
            for login in found:
                self.stdout.write(f"  {login.email:<{width}}  {login.label}: {' '.join(login.abilities)}")


def roles_address() -> str:
    return f"{settings.BASE_URL.rstrip('/')}/de/demo/"
