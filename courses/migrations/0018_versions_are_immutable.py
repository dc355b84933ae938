"""A version and its steps are written once, whoever writes them: a trigger where the database is PostgreSQL.

On SQLite the models alone refuse. There a changed table is made anew and loses its triggers, and test databases are
emptied row by row, which a trigger would forbid.
"""

import django.db.models.deletion
from django.db import migrations, models

ADD = [
    """
    CREATE FUNCTION courses_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a course version is never changed: % on %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER version_is_immutable BEFORE UPDATE OR DELETE ON courses_courseversion
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change()
    """,
    """
    CREATE TRIGGER step_is_immutable BEFORE UPDATE OR DELETE ON courses_step
    FOR EACH ROW EXECUTE FUNCTION courses_refuse_change()
    """,
]
DROP = [
    "DROP TRIGGER step_is_immutable ON courses_step",
    "DROP TRIGGER version_is_immutable ON courses_courseversion",
    "DROP FUNCTION courses_refuse_change()",
]


def on_postgresql(statements: list[str]):
    def act(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement, params=None)  # a `%` in it is no placeholder

    return act


class Migration(migrations.Migration):
    dependencies = [("courses", "0017_task_and_feedback_steps")]

    operations = [
        migrations.AlterField(
            model_name="step",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="courses.courseversion"
            ),
        ),
        migrations.RunPython(on_postgresql(ADD), on_postgresql(DROP)),
    ]
