from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db import migrations, models

from levier.foundation.periods import add_months, civil_date

ANSWERS = {
    "lasting_work": "cdd_long",
    "short_work": "cdd_short",
    "insertion": "insertion",
    "training": "training",
    "searching": "seeking",
    "other": "other",
}
"""Lasting work was one answer: the lesser of the two that mean it. No answer is not carried: silence is counted from the question."""
MONTHS = {"end": 0, "m3": 3, "m6": 6, "m12": 12}


def carry(apps: Any, _schema: Any) -> None:
    """News of a person become the answer to the last question of the placement that was due that day, where nobody answered it."""
    news, questions = apps.get_model("referrals", "ReferralStep"), apps.get_model("participants", "OutcomeQuestion")
    carried: set[int] = set()
    for step in news.objects.filter(target="followed").select_related("referral__placement").order_by("id"):
        ends, day = step.referral.placement.ends_on, civil_date(step.at)
        due = [(name, add_months(ends, months)) for name, months in MONTHS.items() if add_months(ends, months) <= day]
        answer = ANSWERS.get(step.situation)
        if answer is None or not due:
            continue
        name, due_on = due[-1]
        question, _ = questions.objects.get_or_create(
            placement_id=step.referral.placement_id, step=name, defaults={"due_on": due_on}
        )
        if question.answer and question.pk not in carried:
            continue
        question.answer, question.answered_at, question.answered_by_label = answer, step.at, step.actor_label
        question.token_hash = None
        question.save()
        carried.add(question.pk)


FORGET = """
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE referrals_referralstep DISABLE TRIGGER referrals_referralstep_frozen;
ALTER TABLE referrals_referral DISABLE TRIGGER referrals_referral_guard;
DELETE FROM referrals_referralstep WHERE target = 'followed';
UPDATE referrals_referral r SET state = 'placed', state_since = (SELECT max(s.at) FROM referrals_referralstep s WHERE s.referral_id = r.id AND s.target = 'placed')
 WHERE r.state = 'followed';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE referrals_referral ENABLE TRIGGER referrals_referral_guard;
ALTER TABLE referrals_referralstep ENABLE TRIGGER referrals_referralstep_frozen;
"""
WALLS = (Path(__file__).parent / "walls.sql").read_text(encoding="utf-8")


def replaced(text: str) -> str:
    """What the file of walls says of who is at work, once more over what is there."""
    function = text[text.index("CREATE FUNCTION referrals_placed()") : text.index("CREATE CONSTRAINT TRIGGER")]
    return function.replace("CREATE ", "CREATE OR REPLACE ", 1) + text[text.index("CREATE VIEW") :]


def without_news(text: str) -> str:
    return text.replace("state IN ('placed', 'followed')", "state = 'placed'")


STATES = ("proposed", "to_meet", "retained", "placed", "refused", "not_placed", "withdrawn", "closed")
STEPS = (
    ("", "proposed"), ("proposed", "to_meet"), ("proposed", "retained"), ("proposed", "refused"), ("to_meet", "retained"), ("to_meet", "refused"),
    ("retained", "placed"), ("retained", "not_placed"), ("proposed", "withdrawn"), ("to_meet", "withdrawn"), ("retained", "withdrawn"),
    ("proposed", "closed"), ("to_meet", "closed"),
)  # fmt: skip


class Migration(migrations.Migration):
    """What became of a person has one home, the outcomes of the placement; the referral reads them."""

    dependencies = [("referrals", "0002_walls"), ("participants", "0033_questions_waiting")]
    operations = [
        migrations.RunPython(carry, migrations.RunPython.noop),
        migrations.RunSQL("DROP VIEW violation_referral_steps;", WALLS[WALLS.index("CREATE VIEW") :]),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RemoveConstraint("referralstep", "referral_step_situation"),
        migrations.RemoveConstraint("referralstep", "referral_step_allowed"),
        migrations.RemoveConstraint("referral", "referral_state"),
        migrations.RemoveField("referralstep", "situation"),
        migrations.AddConstraint(
            "referralstep",
            models.CheckConstraint(
                name="referral_step_allowed",
                condition=reduce(or_, (models.Q(origin=origin, target=target) for origin, target in STEPS)),
            ),
        ),
        migrations.AddConstraint(
            "referral", models.CheckConstraint(name="referral_state", condition=models.Q(state__in=list(STATES)))
        ),
        migrations.RunSQL(
            without_news(replaced(WALLS)),
            replaced(WALLS).split("CREATE VIEW")[0] + "DROP VIEW violation_referral_steps;",
        ),
    ]
