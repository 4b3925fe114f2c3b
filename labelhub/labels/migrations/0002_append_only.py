"""Events are only ever added: the database itself refuses to change or delete one."""

from __future__ import annotations

from django.db import migrations

TABLES = ("labels_answer", "labels_retraction", "labels_importedtag")

FUNCTION = """
CREATE FUNCTION labels_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("labels", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION labels_append_only()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION labels_append_only()",
                f"DROP TRIGGER append_only ON {table}",
            )
            for table in TABLES
        ),
    ]
