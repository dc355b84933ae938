"""manage.py fill_bare: the pages of the bare site."""

from django.core.management.base import BaseCommand
from wagtail.models import Page, Site

from consulting.bench.bare.models import BareIndexPage, BarePage
from consulting.demo.content import read


class Command(BaseCommand):
    help = "Adds a list with so many pages, as long as our course pages."

    def add_arguments(self, parser):
        parser.add_argument("pages", type=int)

    def handle(self, *args, pages, **options):
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
