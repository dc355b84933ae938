import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_what_publishing_needs"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="changed at"),
        ),
    ]
