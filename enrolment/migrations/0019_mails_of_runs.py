"""Mails that were written before say which run they are about, so that its delivery log shows them as well."""

from django.db import migrations

BATCH = 500


def say_the_run(apps, schema_editor):
    """The run stands behind the number in the key: `place.12.…`, `approval.4.…`, `booking.7.…`."""
    mail = apps.get_model("academy", "OutgoingMail")
    runs = {
        "place": ("Enrolment", "run_id"),
        "approval": ("Approval", "enrolment__run_id"),
        "booking": ("Booking", "run_id"),
    }
    for prefix, (name, path) in runs.items():
        run_of = dict(apps.get_model("enrolment", name).objects.values_list("pk", path))
        changed = []
        for letter in mail.objects.filter(key__startswith=f"{prefix}.", about="").only("key").iterator(BATCH):
            number = letter.key.split(".")[1]
            run = run_of.get(int(number)) if number.isdigit() else None
            if run is not None:
                letter.about = f"run.{run}"
                changed.append(letter)
        mail.objects.bulk_update(changed, ["about"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("academy", "0003_mails_about"),
        ("enrolment", "0018_interest_in_courses"),
    ]

    operations = [migrations.RunPython(say_the_run, migrations.RunPython.noop)]
