import importlib

from django.db import migrations

KNOWN = importlib.import_module("levier.hours.migrations.0033_abuse_walls")
WALLS = """
site_period_of_commitment site_period_resumes_same_site site_period_kind iae_check_is_sealed iae_check_structure participants_iaecheck_frozen
""".split()
"""Those of the resumption of works and of the checks of entries into a SIAE."""
VIEW = KNOWN.MISSING.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
MORE = VIEW.replace("(VALUES ", f"(VALUES {', '.join(f"('{name}')" for name in WALLS)}, ")


class Migration(migrations.Migration):
    """`levier verify` notices when one of these is taken down."""

    dependencies = [
        ("hours", "0036_spare_indexes"),
        ("commitments", "0006_resumption"),
        ("participants", "0035_iae_checks"),
    ]
    operations = [migrations.RunSQL(MORE, VIEW)]
