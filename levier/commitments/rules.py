"""What makes the terms of a commitment impossible, and what is due by every method (domain.md section 2.6). Plain Python.

The database computes the due on invoices and on hours worked for itself (`commitments_due_on_basis`); here the same rule is said in
words, and the two are compared by tests.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from levier.commitments.refusals import SENTENCES, CommitmentRefusal
from levier.commitments.values import (
    Amended,
    BasisKind,
    CommitmentTerms,
    ContractSpan,
    DueAnswer,
    DueFacts,
    DueLine,
    DueMethod,
    DueRule,
    Piece,
)
from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.objections import Objection
from levier.foundation.periods import add_months, elapsed_share
from levier.foundation.quantities import LARGEST, half_up, hundredths
from levier.sizing.methods import invoiced_tranche
from levier.sizing.values import TrancheFacts

_ZERO = Decimal("0.00")


def objections_to(terms: CommitmentTerms, span: ContractSpan) -> tuple[Objection, ...]:
    """Empty when the terms can be kept. A commitment may run beyond the contract's published end (it can be extended), never before
    its notification.
    """
    found = []
    nothing_fixed = terms.rule is not None and terms.due_hours == 0
    if not 0 < terms.due_hours <= LARGEST and not nothing_fixed:
        found.append(Objection(CommitmentRefusal.DUE_HOURS, "due_hours"))
    if terms.ends_on < terms.starts_on:
        found.append(Objection(CommitmentRefusal.END_BEFORE_START, "ends_on", {"starts": french.day(terms.starts_on)}))
    if span.notified_on is not None and terms.starts_on < span.notified_on:
        found.append(
            Objection(CommitmentRefusal.BEFORE_NOTIFICATION, "starts_on", {"notified": french.day(span.notified_on)})
        )
    if terms.penalty_rate is not None and not 0 < terms.penalty_rate <= LARGEST:
        found.append(Objection(CommitmentRefusal.PENALTY_RATE, "penalty_rate"))
    if terms.penalty_rate is not None and not terms.penalty_source.strip():
        found.append(Objection(CommitmentRefusal.PENALTY_SOURCE, "penalty_source"))
    return tuple(found)


def objections_to_rule(rule: DueRule, starts_on: date, ends_on: date) -> tuple[Objection, ...]:
    """Empty when the due can be computed by that rule."""
    found = []
    if not rule.source.strip():
        found.append(Objection(CommitmentRefusal.TERMS_SOURCE, "rule_source"))
    if rule.method is DueMethod.TRANCHE and not (
        rule.euros_per_hour is not None and rule.euros_per_hour > 0 and (rule.trigger_amount or _ZERO) >= 0
    ):
        found.append(Objection(CommitmentRefusal.TERMS_TRANCHE, "euros_per_hour"))
    if rule.method is DueMethod.PERCENTAGE and not (rule.rates and all(0 < rate <= 1 for rate in rule.rates)):
        found.append(Objection(CommitmentRefusal.TERMS_RATES, "rates"))
    if rule.method is DueMethod.STEPPED:
        years = contract_year(starts_on, ends_on)
        if not rule.steps or len(rule.steps) > years or not all(0 < hours <= LARGEST for hours in rule.steps):
            facts = {"years": french.plural(years, "année")}
            found.append(Objection(CommitmentRefusal.TERMS_STEPS, "steps", facts))
    return tuple(found)


def contract_year(starts_on: date, day: date) -> int:
    """Which year of the contract that day is in, from 1; a day before the start is in the first."""
    years = day.year - starts_on.year - ((day.month, day.day) < (starts_on.month, starts_on.day))
    return max(0, years) + 1


def year_span(starts_on: date, ends_on: date, year: int) -> tuple[date, date]:
    """First and last day of a year of the contract, within it."""
    first = add_months(starts_on, 12 * (year - 1))
    return first, min(ends_on, add_months(starts_on, 12 * year) - timedelta(days=1))


def due_on(rule: DueRule, starts_on: date, pieces: Iterable[Piece]) -> tuple[Decimal, str]:
    """Hours due on all that was invoiced or worked, and the sentence that explains it. Orders do not count."""
    if rule.method is DueMethod.TRANCHE:
        invoiced = sum((one.amount for one in pieces if one.kind is BasisKind.INVOICE), _ZERO)
        return _by_tranche(rule, invoiced)
    worked: dict[int, Decimal] = {}
    for one in pieces:
        if one.kind is BasisKind.WORKED and rule.method is DueMethod.PERCENTAGE:
            year = contract_year(starts_on, one.on)
            worked[year] = worked.get(year, _ZERO) + one.amount
    due, said = _ZERO, []
    for year, hours in sorted(worked.items()):
        rate = rule.rates[min(year, len(rule.rates)) - 1]
        of_year = half_up(Fraction(max(_ZERO, hours)) * Fraction(rate), 2)
        due += of_year
        said.append(
            f"année {year}{french.HARD}: {french.hours(hours)} × {french.percent(rate)} = {french.hours(of_year)}"
        )
    return due, " ; ".join(said).capitalize()


def _by_tranche(rule: DueRule, amount: Decimal) -> tuple[Decimal, str]:
    assert rule.euros_per_hour is not None
    answer = invoiced_tranche(
        TrancheFacts(amount, rule.trigger_amount or _ZERO, rule.euros_per_hour, rule.trigger_mode)
    )
    return max(_ZERO, answer.result.hours), " ".join(step.sentence for step in answer.steps)


def estimated_on_orders(rule: DueRule, orders: Iterable[Piece], ends_on: date, day: date) -> tuple[Decimal, str]:
    """Hours that the orders will make due, each consumed evenly from its date to its end (the commitment's where it has none)."""
    consumed = Fraction(0)
    for one in orders:
        if one.kind is BasisKind.ORDER:
            elapsed, days = elapsed_share(one.on, max(one.on, one.until or ends_on), day)
            consumed += Fraction(one.amount) * elapsed / days
    return _by_tranche(rule, half_up(consumed, 2))


def explained(
    lines: Iterable[DueLine], rule: DueRule | None, starts_on: date, pieces: Iterable[Piece]
) -> tuple[DueLine, ...]:
    """The due line by line in the order of dates: signature, steps, amendments, transfers as they were written, and each piece with
    what it changes once pieces are put in the order of their dates. The last `after` is what is due.
    """
    written = [line for line in lines if line.kind != "basis"]
    derived: list[DueLine] = []
    if rule is not None and rule.method in {DueMethod.TRANCHE, DueMethod.PERCENTAGE}:
        derived = list(_of_pieces(rule, starts_on, sorted(pieces, key=lambda one: (one.on, one.reference))))
    found, due = [], _ZERO
    for line in sorted((*written, *derived), key=lambda one: one.on):
        due += line.hours
        found.append(DueLine(line.on, line.until, line.kind, line.reference, line.hours, due, line.why))
    return tuple(found)


def _of_pieces(rule: DueRule, starts_on: date, pieces: list[Piece]) -> Iterable[DueLine]:
    before = _ZERO
    counted: list[Piece] = []
    for one in pieces:
        if one.kind is BasisKind.ORDER:
            continue
        counted.append(one)
        due, why = due_on(rule, starts_on, counted)
        yield DueLine(one.on, one.on, one.kind.value, one.reference, due - before, _ZERO, why)
        before = due


def accrued(lines: Sequence[DueLine], day: date) -> Fraction:
    """Hours due by the evening of `day`, not rounded: each line evenly over its own days, never more than all that is due. What an
    amendment took back is not due any more. The base computes the same (`commitments_accrued`).
    """
    evenly = Fraction(0)
    for line in lines:
        elapsed, days = elapsed_share(line.on, line.until, day)
        evenly += Fraction(line.hours) * elapsed / days
    return min(evenly, sum((Fraction(line.hours) for line in lines), Fraction(0)))


def due_at(facts: DueFacts, day: date) -> Explained[DueAnswer]:
    """What is owed in all with these pieces and amendments, and by the evening of `day`; line by line. Raise NoAnswer when the terms
    cannot be kept.
    """
    rule = facts.rule
    if facts.ends_on < facts.starts_on:
        raise NoAnswer("ends_on", "La fin doit venir après le début.")
    if objections := objections_to_rule(rule, facts.starts_on, facts.ends_on):
        raise NoAnswer(
            objections[0].field, SENTENCES[CommitmentRefusal(objections[0].code)].format(**objections[0].facts)
        )
    lines = list(_written(facts))
    counted: list[Piece] = []
    events: list[tuple[date, int, Piece | Amended]] = [(one.on, 0, one) for one in facts.pieces]
    events += [(one.on, 1, one) for one in facts.amendments]
    for on, _, event in sorted(events, key=lambda one: one[:2]):
        before = sum((line.hours for line in lines), _ZERO)
        if isinstance(event, Piece):
            counted.append(event)
            due, why = due_on(rule, facts.starts_on, counted)
            already = sum((line.hours for line in lines if line.kind == event.kind.value), _ZERO)
            lines.append(DueLine(on, on, event.kind.value, "", due - already, before + due - already, why))
        else:
            lines.append(DueLine(on, facts.ends_on, "amendment", "", event.due - before, event.due))
    total = sum((line.hours for line in lines), _ZERO)
    to_date = half_up(accrued(lines, day), 2)
    steps = [Step(_said(line), str(line.after)) for line in lines]
    steps.append(Step(f"Au {french.day(day)}{french.HARD}: {french.hours(to_date)} dues à cette date.", str(to_date)))
    return Explained(DueAnswer(hundredths(total), to_date), tuple(steps), (SERIES,))


def _written(facts: DueFacts) -> Iterable[DueLine]:
    """What the signature makes due: a number, or so many hours each year."""
    if facts.rule.method is DueMethod.STEPPED:
        after = _ZERO
        for year, hours in enumerate(facts.rule.steps, start=1):
            first, last = year_span(facts.starts_on, facts.ends_on, year)
            after += hours
            yield DueLine(first, last, "step", "", hours, after)
    elif facts.signed:
        yield DueLine(facts.starts_on, facts.ends_on, "signed", "", facts.signed, facts.signed)


def _said(line: DueLine) -> str:
    days = (
        f", du {french.day(line.on)} au {french.day(line.until)}"
        if line.until != line.on
        else f" du {french.day(line.on)}"
    )
    why = f" ({line.why.rstrip('.')})" if line.why else ""
    sign = "+" if line.hours >= 0 else "−"
    return f"{_EVENTS[line.kind]}{days}{french.HARD}: {sign} {french.hours(abs(line.hours))}{why}."


_EVENTS = {
    "signed": "Signature",
    "step": "Année du contrat",
    "amendment": "Avenant",
    "invoice": "Facture",
    "worked": "Heures travaillées",
}
SERIES = Source(
    "Ce qui est dû est une suite de lignes : signature, années, pièces, avenants ; chacune est due sur ses propres jours",
    "CCAP 21_BAM_048, art. 1.4 (tranches) ; référence métier, section 2.6",
    Confidence.DESIGN,
    "commitments.due/1",
)
