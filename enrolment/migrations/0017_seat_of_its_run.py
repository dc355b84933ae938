"""A place holds a seat of its own run, whoever writes it: a key over both, where the database takes one that Django does
not know of. On SQLite the services alone hold the rule, and `manage.py audit` checks it on both.
"""

from django.db import migrations

ADD = [
    "ALTER TABLE courses_seat ADD CONSTRAINT seat_and_its_run UNIQUE (id, run_id)",
    """
    ALTER TABLE enrolment_enrolment ADD CONSTRAINT place_on_a_seat_of_its_run
    FOREIGN KEY (seat_id, run_id) REFERENCES courses_seat (id, run_id) DEFERRABLE INITIALLY DEFERRED
    """,
]
DROP = [
    "ALTER TABLE enrolment_enrolment DROP CONSTRAINT place_on_a_seat_of_its_run",
    "ALTER TABLE courses_seat DROP CONSTRAINT seat_and_its_run",
]


def on_postgresql(statements: list[str]):
    def act(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return act


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0016_run_messages"), ("courses", "0014_prerequisites")]

    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(DROP))]
