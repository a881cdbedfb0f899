"""Asked against done, by trade: where the labour share asks for more hours than companies do, or for fewer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levier.accounts.values import Actor
from levier.commitments.queries import commitments_visible_to
from levier.hours.progress import progress, total
from levier.sizing.sectors import suggested_sector


@dataclass(frozen=True, slots=True)
class TradeFigures:
    """`due_to_date` and `accepted` of all commitments of the trade; `ended`: how many are over, with what those owed and did."""

    commitments: int
    due: Decimal
    due_to_date: Decimal
    accepted: Decimal
    ended: int
    ended_due: Decimal
    ended_accepted: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Accepted over due to date; None where nothing is due yet."""
        return self.accepted / self.due_to_date if self.due_to_date else None

    @property
    def ended_rate(self) -> Decimal | None:
        return self.ended_accepted / self.ended_due if self.ended_due else None


def asked_and_done(actor: Actor, today: date) -> dict[str, TradeFigures]:
    """By trade (as the CPV code of the lot suggests it), over the commitments the actor may see. A constant number of queries."""
    rows = list(commitments_visible_to(actor).values_list("pk", "lot__cpv", "ends_on"))
    figures = progress([pk for pk, _, _ in rows], today)
    by_trade: dict[str, list[tuple[int, date]]] = {}
    for pk, cpv, ends_on in rows:
        by_trade.setdefault(suggested_sector(cpv), []).append((pk, ends_on))
    found = {}
    for trade, commitments in by_trade.items():
        every = total(figures[pk] for pk, _ in commitments)
        over = [figures[pk] for pk, ends_on in commitments if ends_on < today]
        ended = total(over)
        found[trade] = TradeFigures(
            len(commitments), every.due, every.due_to_date, every.accepted, len(over), ended.due, ended.accepted
        )
    return found
