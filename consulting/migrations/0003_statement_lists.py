import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consulting", "0002_statements"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatementIndexPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "easy_status",
                    models.CharField(
                        choices=[
                            ("draft_unchecked", "draft, not yet checked"),
                            ("checked", "checked by the target group"),
                        ],
                        default="draft_unchecked",
                        help_text="Counts for pages in Leichte Sprache only. An unchecked text is labelled as a draft.",
                        max_length=20,
                        verbose_name="status of the text in Leichte Sprache",
                    ),
                ),
                (
                    "show_in_footer",
                    models.BooleanField(
                        default=False,
                        help_text="Counts for pages directly below the start page.",
                        verbose_name="show in the footer",
                    ),
                ),
                ("lead", models.TextField(blank=True, verbose_name="lead")),
            ],
            options={
                "verbose_name": "list of statements",
                "verbose_name_plural": "lists of statements",
            },
            bases=("wagtailcore.page",),
        ),
    ]
