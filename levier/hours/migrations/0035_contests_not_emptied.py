from django.db import migrations

TRIGGER = """
CREATE TRIGGER hours_contest_not_truncated BEFORE TRUNCATE ON hours_contest
  FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();
"""


class Migration(migrations.Migration):
    """No case is erased, not even all of them at once: the guard of each row does not see TRUNCATE."""

    dependencies = [("hours", "0034_kept_totals")]
    operations = [migrations.RunSQL(TRIGGER, "DROP TRIGGER hours_contest_not_truncated ON hours_contest;")]
