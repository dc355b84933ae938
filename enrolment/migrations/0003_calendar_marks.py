from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0002_certificate_years"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarfeed",
            name="changes",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="etag",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]
