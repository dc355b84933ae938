"""The share of the lessons that a completion asks for stands with the version: 50 and 80 percent until now."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("courses", "0018_versions_are_immutable")]

    operations = [
        migrations.AddField(
            model_name="courseversion",
            name="partly_percent",
            field=models.PositiveSmallIntegerField(
                default=50, verbose_name="partly completed from (percent of the lessons)"
            ),
        ),
        migrations.AddField(
            model_name="courseversion",
            name="full_percent",
            field=models.PositiveSmallIntegerField(default=80, verbose_name="completed from (percent of the lessons)"),
        ),
        migrations.AddConstraint(
            model_name="courseversion",
            constraint=models.CheckConstraint(
                condition=Q(partly_percent__gte=1, full_percent__gte=F("partly_percent"), full_percent__lte=100),
                name="version_shares_are_percents",
            ),
        ),
    ]
