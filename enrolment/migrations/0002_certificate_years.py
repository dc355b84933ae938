from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0001_places_and_learning"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="year")),
                ("last_number", models.PositiveIntegerField(default=0, verbose_name="last number")),
            ],
            options={
                "verbose_name": "year of certificates",
                "verbose_name_plural": "years of certificates",
                "ordering": ["year"],
            },
        ),
    ]
