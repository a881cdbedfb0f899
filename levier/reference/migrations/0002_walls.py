from django.db import migrations

GUARD = """
-- A dated row is closed or replaced, once, and never otherwise changed nor deleted (invariant I-34).
CREATE FUNCTION levier_dated_row_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = TG_TABLE_NAME || ' ' || TG_OP;
  END IF;
  IF OLD.replaced_at IS NOT NULL
     OR to_jsonb(NEW) - 'valid_until' - 'replaced_at' IS DISTINCT FROM to_jsonb(OLD) - 'valid_until' - 'replaced_at' THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = TG_TABLE_NAME || ' UPDATE';
  END IF;
  IF NEW.valid_until IS DISTINCT FROM OLD.valid_until AND (NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = TG_TABLE_NAME || ' valid_until may only come nearer';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION levier_dated_row_guard()"),
        migrations.RunSQL(
            "CREATE TRIGGER reference_storedvalue_guard BEFORE UPDATE OR DELETE ON reference_storedvalue "
            "FOR EACH ROW EXECUTE FUNCTION levier_dated_row_guard(); "
            "CREATE TRIGGER reference_storedvalue_not_truncated BEFORE TRUNCATE ON reference_storedvalue "
            "FOR EACH STATEMENT EXECUTE FUNCTION levier_dated_row_guard()",
            "DROP TRIGGER reference_storedvalue_guard ON reference_storedvalue; "
            "DROP TRIGGER reference_storedvalue_not_truncated ON reference_storedvalue",
        ),
    ]
