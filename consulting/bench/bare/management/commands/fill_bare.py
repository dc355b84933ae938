"""manage.py fill_bare: the pages of the bare site, and what its enrolment needs."""

import json

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from wagtail.models import Page, Site

from consulting.bench.bare.models import BareIndexPage, BarePage, BareRun
from consulting.bench.cookies import cookie_of
from consulting.demo.content import read


class Command(BaseCommand):
    help = "Adds a list with so many pages, as long as our course pages; people and runs are printed as JSON."

    def add_arguments(self, parser):
        parser.add_argument("pages", type=int)
        parser.add_argument("--people", type=int, default=0)
        parser.add_argument("--runs", type=int, default=0)
        parser.add_argument("--seats", type=int, default=20)

    def handle(self, *args, pages, people, runs, seats, **options):
        home = Page.get_first_root_node().get_children().first()
        index = home.add_child(instance=BareIndexPage(title="List", slug="list", intro="<p>What there is.</p>"))
        courses = read("courses")
        for number in range(1, pages + 1):
            course = courses[number % len(courses)]
            goals = "".join(f"<li>{goal}</li>" for goal in [*course["goals_de"], *course["content_points_de"]])
            body = f"<p>{course['description']['de']}</p><h2>Ziele</h2><ul>{goals}</ul>"
            title = f"{course['title']['de']} {number}"
            index.add_child(instance=BarePage(title=title, slug=f"bare-{number}", body=body))
        Site.objects.update(root_page=home)
        User = get_user_model()
        crowd = [User.objects.create(username=f"person-{number}", password="!") for number in range(people)]  # noqa: S106
        made = [BareRun.objects.create(capacity=seats) for _number in range(runs)]
        cookies = [{"id": person.pk, "cookie": cookie_of(person)} for person in crowd]
        self.stdout.write(json.dumps({"people": cookies, "runs": [run.pk for run in made]}))
