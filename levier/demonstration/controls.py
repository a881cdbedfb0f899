"""Controls of the demonstration: a draw with its two visits, and a penalty that waits for its decision after a late proof."""

from datetime import timedelta
from decimal import Decimal

from levier.commitments.models import Commitment
from levier.controls.actions import answer, give_notice, open_case
from levier.controls.draw_actions import make_draw
from levier.controls.letter_actions import record_dispatch
from levier.controls.penalty_actions import Rate, propose
from levier.controls.queries import owed_by
from levier.controls.values import CaseKind, Means
from levier.controls.visit_actions import receive_visit, report_from
from levier.demonstration.casting import Cast, moment

FEWEST = 40
FOUND = {
    "place": "Chantier, entrée nord", "present": "7", "insertion": "2", "item-present": "yes", "item-contracts": "yes", "item-tutor": "no",
    "note-tutor": "Tuteur en congé, non remplacé", "item-tasks": "yes", "item-hours": "yes", "item-safety": "yes",
    "remarks": "Deux feuilles d’heures ne sont pas encore signées.",
}  # fmt: skip


def make_controls(who: Cast) -> int:
    """The number of cases."""
    drawn = moment(who.today - timedelta(days=20))
    draw = make_draw(
        actor=who.mission, seed="7 12 23 31 44", seed_source="Numéros d’un tirage officiel, fixés d’avance", weighted=True, size=3,
        kind=CaseKind.VISIT, now=drawn,
    )  # fmt: skip
    seen = draw.cases.order_by("id").first()
    if seen is not None:
        visited = moment(who.today - timedelta(days=9), hour=14)
        receive_visit(
            actor=who.mission, case_id=seen.public_id, key="demonstration", based_on=1, made_at=visited, report=report_from(FOUND), photos=[],
            now=visited,
        )  # fmt: skip
    return draw.cases.count() + _penalty(who)


def _penalty(who: Cast) -> int:
    """On the running commitment that lacks fewest hours, forty at least: reminder, notice, proposal, answer."""
    running = Commitment.objects.filter(ends_on__gte=who.today, starts_on__lte=who.today - timedelta(days=300))
    lacking = [(owed_by(one).missing, one.pk, one) for one in running.select_related("holder")]
    late = min((found for found in lacking if found[0] >= FEWEST), default=(0, 0, None))[2]
    if late is None or late.holder_id not in who.companies:
        return 0
    case = open_case(
        actor=who.mission, commitment_id=late.public_id, kind=CaseKind.OUTSTANDING, now=moment(who.today - timedelta(days=50)),
        ground="Les heures acceptées sont loin de ce qui était dû à cette date.",
    )  # fmt: skip
    give_notice(
        actor=who.mission, case_id=case.public_id, reason="Aucune réponse à la relance amiable.", due_on=None,
        now=moment(who.today - timedelta(days=30)),
    )  # fmt: skip
    propose(
        actor=who.mission, case_id=case.public_id, rate=Rate(Decimal(35), "CCAP, article 9.3 (exemple)"),
        reason="Le manque reste entier après la mise en demeure.", now=moment(who.today - timedelta(days=8)),
    )  # fmt: skip
    for letter in case.letters.order_by("id"):
        record_dispatch(
            actor=who.mission, letter_id=letter.public_id, event="sent", means=Means.REGISTERED, happened_on=letter.dated_on, tracking="",
            now=moment(who.today, hour=8),
        )  # fmt: skip
    answer(
        actor=who.companies[late.holder_id], case_id=case.public_id, pieces=[], key="demonstration", now=moment(who.today - timedelta(days=2)),
        text="Deux personnes sont parties en septembre. Un poste est ouvert depuis, et nous demandons un délai jusqu’à la fin du trimestre.",
    )  # fmt: skip
    return 1
