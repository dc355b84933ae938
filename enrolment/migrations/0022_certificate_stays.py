"""The database keeps certificates as they were issued: what is printed never changes, and each is replaced once.

A later migration that rebuilds the table on SQLite loses the trigger; a test then fails, and that migration makes it
anew by the two functions below.
"""

from django.db import migrations

PRINTED = ["enrolment_id", "holder_id", "number", "code", "language", "facts", "facts_hash", "issued_at"]
SAYS = "A certificate is never changed; a correction supersedes it."


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        old, new = (", ".join(f"{row}.{name}" for name in PRINTED) for row in ("OLD", "NEW"))
        schema_editor.execute(
            f"""
            CREATE OR REPLACE FUNCTION certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF ({old}) IS DISTINCT FROM ({new})
                OR (OLD.superseded_by_id IS NOT NULL AND OLD.superseded_by_id IS DISTINCT FROM NEW.superseded_by_id)
              THEN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation';
              END IF;
              RETURN NEW;
            END $$
            """,
            params=None,
        )
        schema_editor.execute(
            "CREATE TRIGGER certificate_stays BEFORE UPDATE ON enrolment_certificate"
            " FOR EACH ROW EXECUTE FUNCTION certificate_stays()"
        )
    else:
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in PRINTED)
        twice = "OLD.superseded_by_id IS NOT NULL AND OLD.superseded_by_id IS NOT NEW.superseded_by_id"
        schema_editor.execute(
            f"CREATE TRIGGER certificate_stays BEFORE UPDATE ON enrolment_certificate"
            f" WHEN {changed} OR ({twice}) BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
            params=None,
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS certificate_stays ON enrolment_certificate")
        schema_editor.execute("DROP FUNCTION IF EXISTS certificate_stays()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS certificate_stays")


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0021_certificate_prints")]

    operations = [migrations.RunPython(guard, unguard)]
