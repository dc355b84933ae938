"""A room holds one session at a time: an exclusion constraint where the database knows one.

On SQLite the lock in the service alone holds the rule. The number of the room is written as a range, since ranges need
no extension of the database. The check waits for the end of the transaction, so that two sessions can change places.
"""

from django.db import migrations

ADD = """
ALTER TABLE courses_session ADD CONSTRAINT room_holds_one_session
EXCLUDE USING gist (int8range(room_id, room_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
WHERE (room_id IS NOT NULL AND NOT is_cancelled) DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE courses_session DROP CONSTRAINT room_holds_one_session"


def mark_cancelled(apps, schema_editor):
    sessions = apps.get_model("courses", "Session").objects.filter(run__state="cancelled")
    sessions.update(is_cancelled=True)


def on_postgresql(sql: str):
    def act(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return act


class Migration(migrations.Migration):
    dependencies = [("courses", "0010_rooms")]

    operations = [
        migrations.RunPython(mark_cancelled, migrations.RunPython.noop),
        migrations.RunPython(on_postgresql(ADD), on_postgresql(DROP)),
    ]
