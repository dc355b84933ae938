"""The form to report a barrier stands on every page: no page of an editor has that purpose any more."""

from django.db import migrations, models


def clear_purpose(apps, schema_editor):
    apps.get_model("home", "StandardPage").objects.filter(purpose="barrier").update(purpose="", show_in_footer=False)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0005_reports_on_accessibility"),
    ]

    operations = [
        migrations.RunPython(clear_purpose, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="standardpage",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[("", "none in particular"), ("dgs", "information in German Sign Language")],
                default="",
                help_text="Header and footer of every page link to pages with a purpose that stand in the footer.",
                max_length=20,
                verbose_name="purpose",
            ),
        ),
    ]
