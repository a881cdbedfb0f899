from django.db import migrations

TABLES = ("territories_facilitatorcontact", "territories_perimeter")


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_initial"), ("reference", "0002_walls")]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION levier_dated_row_guard(); "
            f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION levier_dated_row_guard()",
            f"DROP TRIGGER {table}_guard ON {table}; DROP TRIGGER {table}_not_truncated ON {table}",
        )
        for table in TABLES
    ]
