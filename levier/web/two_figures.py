"""Hours expected and hours due to date: the two figures of a commitment, said together wherever one of them is shown alone elsewhere."""

from datetime import date
from typing import Any

from levier.following import rules
from levier.following.values import Owed
from levier.hours.progress import Progress
from levier.reference.values import Catalogue

INVOICED = "les heures attendues suivent le montant facturé, les heures dues les jours écoulés"
STOPPED = "les jours d’arrêt du chantier ne comptent pas dans les heures attendues"
GIVEN_UP = "les heures dispensées ou pénalisées sont ôtées des heures attendues, pas des heures dues"
MOVED = "un avenant, un transfert ou une pièce n’entre dans les heures dues qu’à partir de sa date"


def two_figures(owed: Owed, figures: Progress, catalogue: Catalogue, today: date) -> dict[str, Any]:
    """What `following/two_figures.html` needs, and whether the commitment is late by the one rule that says so."""
    reasons = []
    if owed.paid_share is not None:
        reasons.append(INVOICED)
    elif today < owed.ends_on and rules.stopped_days(owed, today):
        reasons.append(STOPPED)
    if owed.waived or owed.penalised:
        reasons.append(GIVEN_UP)
    return {
        "expected": rules.expected(owed, today),
        "due_to_date": figures.due_to_date,
        "differs": " ; ".join(reasons) or MOVED,
        "late": rules.is_late(owed, figures.declared, rules.thresholds(catalogue, today).late_points, today),
    }
