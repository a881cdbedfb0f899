from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

FROZEN = (
    "poolingconsent",
    "poolingmember",
    "dueterms",
    "duebasis",
    "duetransfer",
    "duetransferanswer",
    "duemovement",
    "hourspenalty",
)
HERE = Path(__file__).parent
DROP = """
DROP VIEW violation_penalty_reversal, violation_group, violation_transfer, violation_due_basis, violation_balance, violation_commitment_penalty,
  violation_commitment_due, commitments_book;
DROP TRIGGER commitments_penalty_post ON commitments_hourspenalty; DROP FUNCTION commitments_penalty_post;
DROP TRIGGER commitments_duetransfer_post ON commitments_duetransferanswer; DROP FUNCTION commitments_duetransfer_post;
DROP TRIGGER commitments_duebasis_post ON commitments_duebasis; DROP FUNCTION commitments_duebasis_post;
DROP FUNCTION commitments_due_on_basis; DROP FUNCTION commitments_accrued;
DROP TRIGGER commitments_duemovement_post ON commitments_duemovement; DROP FUNCTION commitments_duemovement_post;
DROP TRIGGER commitments_commitment_signed ON commitments_commitment; DROP FUNCTION commitments_commitment_signed;
"""


def sql() -> str:
    return (HERE / "due_walls.sql").read_text(encoding="utf-8")


def before() -> str:
    """The functions and the view that the file replaces, as they were."""
    walls = (HERE / "walls.sql").read_text(encoding="utf-8")
    found = []
    for start, end in (
        ("CREATE FUNCTION commitments_commitment_guard", "CREATE TRIGGER"),
        ("CREATE FUNCTION hours_ledgerentry_post", "CREATE TRIGGER"),
        ("CREATE VIEW violation_pooling", "CREATE VIEW violation_entry_chain"),
    ):
        text = walls[walls.index(start) :]
        found.append(text[: text.index(end)].replace("CREATE ", "CREATE OR REPLACE ", 1))
    return "".join(found) + "DROP FUNCTION commitments_pooling_holds;"


class Migration(migrations.Migration):
    """What is due becomes a series; penalties, transfers between commitments and buyers' consents enter the books."""

    dependencies = [("hours", "0020_statement_files"), ("commitments", "0004_due_series")]
    operations = [
        migrations.RunSQL(sql(), DROP + before()),
        *(freeze(f"commitments_{table}") for table in FROZEN),
    ]
