"""The life of a contract as a timeline: what was published, and what people did, in sentences."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from levier.audit.models import JournalEntry
from levier.commitments.labels import SHORT_INSTRUMENTS, SITE_KINDS
from levier.commitments.site_days import SiteKind
from levier.commitments.values import Instrument
from levier.foundation.french import typeset
from levier.foundation.periods import civil_date
from levier.planning.labels import INSTRUMENTS
from levier.procurement.models import Contract, Lot
from levier.web import wording

type Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline component. `kind`: done, now, next or bad."""

    date: date
    text: str
    kind: str = "done"
    by: str = ""
    url: str = ""
    icon: str = ""


PLANNED = {one.value: label for one, label in INSTRUMENTS.items()}


def _hours(facts: Facts, name: str = "hours") -> str:
    try:
        return wording.hours(Decimal(str(facts.get(name, ""))))
    except InvalidOperation:
        return "des heures"


def _month(facts: Facts) -> str:
    try:
        return wording.of_month(date.fromisoformat(str(facts.get("month", ""))))
    except ValueError:
        return "du mois"


def _day(facts: Facts, name: str) -> str:
    try:
        return wording.long_day(date.fromisoformat(str(facts.get(name, ""))), weekday=False)
    except ValueError:
        return "jour convenu"


def _several(facts: Facts) -> str:
    """« de 12 lignes, 1 418 h » for a group of lines; « 118 h » for one."""
    count = facts.get("count", 1)
    return f"{wording.plural(count, 'ligne')}, {_hours(facts)}" if count > 1 else _hours(facts)


def _people(facts: Facts) -> str:
    count = facts.get("count", 1)
    return f"{count} personnes affectées" if count > 1 else "Une personne affectée"


def _followed(facts: Facts) -> str:
    lots = facts.get("lots") or 0
    return f"Marché suivi par le Département, {wording.plural(int(lots), 'lot')}"


def _screened(facts: Facts) -> str:
    law = "clause obligatoire" if facts.get("statutory") else "clause non obligatoire"
    policy = (
        "demandée par la politique du Département"
        if facts.get("policy")
        else "non demandée par la politique du Département"
    )
    return f"Examen : {law}, {policy}"


def _located(facts: Facts) -> str:
    numbers = [str(number) for number in facts.get("territories", ())]
    lots = facts.get("lots", ())
    where = f"territoire {numbers[0]}" if len(numbers) == 1 else f"territoires {', '.join(numbers)}"
    return f"{'Lot' if len(lots) < 2 else 'Lots'} {', '.join(map(str, lots))} : {where}"


def _site(facts: Facts) -> str:
    try:
        what = SITE_KINDS[SiteKind(facts.get("kind", ""))].lower()
    except ValueError:
        what = "une ligne"  # a kind that a later version named
    first, last = _day(facts, "first"), facts.get("last")
    if facts.get("kind") == SiteKind.RESUME:
        return f"{what} le {first}"
    return f"{what}, à partir du {first}" if not last else f"{what}, du {first} au {_day(facts, 'last')}"


def _committed(facts: Facts) -> str:
    try:
        means = SHORT_INSTRUMENTS[Instrument(facts.get("instrument", ""))].lower()
    except ValueError:
        means = "clause"
    return f"{facts.get('holder', 'Le titulaire')} s’engage pour {_hours(facts)} (lot {facts.get('lot', '')}, {means})"


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "contract.followed": _followed,
    "contract.updated": lambda _: "Nouvelle publication prise en compte",
    "contract.screened": _screened,
    "lot.located": _located,
    "study.kept": lambda f: (
        f"Calibrage du lot {f.get('lot', '')} : {_hours(f)}, entre {_hours(f, 'low')} et {_hours(f, 'high')}"
    ),
    "commitment.made": _committed,
    "hours.waived": lambda f: f"Dispense de {_hours(f)} pour {f.get('holder', 'le titulaire')} : {f.get('reason', '')}",
    "hours.penalised": lambda f: (
        f"Pénalité de {_hours(f)} pour {f.get('holder', 'le titulaire')} (décision {f.get('decision', '')})"
    ),
    "hours.penalty_reversed": lambda f: f"Pénalité annulée (décision {f.get('decision', '')}) : {f.get('reason', '')}",
    "due.pieces_entered": lambda f: (
        f"{wording.plural(int(f.get('pieces', 0)), 'pièce entrée,pièces entrées')} : {_hours(f, 'due')} dues"
    ),
    "due.amended": lambda f: f"{f.get('amendment', 'Avenant')} : {_hours(f, 'before')} dues, puis {_hours(f, 'after')}",
    "group.member_taken": lambda f: f"{f.get('member', '')} rejoint le groupement de {f.get('holder', '')}",
    "group.first_day_corrected": lambda f: (
        f"Premier jour de {f.get('holder', '')} sur le chantier : {_day(f, 'starts_on')}, au lieu du {_day(f, 'before')}"
    ),
    "due.transfer_proposed": lambda f: f"Transfert proposé : {_hours(f)} de {f.get('holder', '')} à {f.get('to', '')}",
    "due.transfer_accepted": lambda f: f"Transfert accepté : {_hours(f)} de {f.get('holder', '')} à {f.get('to', '')}",
    "due.transfer_refused": lambda f: f"Transfert refusé : {f.get('reason', '')}",
    "site.written": lambda f: f"Calendrier du chantier : {_site(f)}",
    "site.proposed": lambda f: f"Proposé au calendrier du chantier : {_site(f)}",
    "site.agreed": lambda f: f"Accepté au calendrier du chantier : {_site(f)}",
    "site.refused": lambda f: f"Refusé au calendrier du chantier : {_site(f)} ({f.get('reason', '')})",
    "site.withdrawn": lambda f: f"Retiré du calendrier du chantier : {_site(f)} ({f.get('reason', '')})",
    "pooling.consented": lambda f: f"{f.get('buyer', '')} donne son accord à la convention {f.get('reference', '')}",
    "placement.assigned": lambda f: f"{_people(f)} à l’engagement de {f.get('holder', 'l’entreprise')}",
    "pooling.recorded": lambda f: f"Convention de globalisation {f.get('reference', '')} enregistrée",
    "hours.sent": lambda f: f"Relevé {_month(f)} envoyé : {_hours(f)}",
    "hours.typed_for_company": lambda f: f"Relevé {_month(f)} saisi pour l’entreprise, d’après {f.get('told_by', '')}",
    "hours.dictation_agreed": lambda f: (
        f"Accord sur le relevé {_month(f)} saisi par {f.get('typed_by', '')} : {_hours(f)} envoyées"
    ),
    "hours.none_declared": lambda f: f"Relevé {_month(f)} envoyé : aucune heure",
    "hours.evidence_attached": lambda f: f"Pièce jointe au relevé {_month(f)}",
    "hours.accepted": lambda f: f"Heures {_month(f)} acceptées : {_several(f)}",
    "hours.refused": lambda f: f"Heures {_month(f)} refusées : {_several(f)}",
    "hours.reversed": lambda f: f"Heures {_month(f)} annulées : {_several(f)}",
    "hours.month_sealed": lambda f: f"Mois {_month(f)} clos",
    "kit.made": lambda f: f"Dossier de clauses rédigé : {f.get('name', '')}",
    "grid.saved": lambda f: f"Grille du critère social du lot {f.get('lot', '')} enregistrée",
    "grid.closed": lambda f: f"Grille du critère social du lot {f.get('lot', '')} arrêtée",
    "panel.chosen": lambda f: (
        f"Jury du lot {f.get('lot', '')} choisi : {wording.plural(int(f.get('people', 0)), 'personne')}"
    ),
    "bid.received": lambda f: f"Offre de {f.get('name', '')} reçue (lot {f.get('lot', '')})",
    "bids.other_points": lambda f: f"Points des autres critères notés (lot {f.get('lot', '')})",
    "scores.submitted": lambda f: f"Notes remises sur l’offre de {f.get('name', '')} (lot {f.get('lot', '')})",
    "scores.agreed": lambda f: f"Notes communes de l’offre de {f.get('name', '')} (lot {f.get('lot', '')})",
    "scores.closed": lambda f: f"Notes communes du lot {f.get('lot', '')} arrêtées",
    "bid.awarded": lambda f: (
        f"L’offre de {f.get('name', '')} devient un engagement de {_hours(f)} (lot {f.get('lot', '')})"
    ),
    "invitation.sent": lambda f: f"Invitation écrite pour {f.get('organisation', 'l’entreprise')}",
    "invitation.withdrawn": lambda f: f"Invitation retirée pour {f.get('organisation', 'l’entreprise')}",
    "plan.kept": lambda f: f"Voies choisies pour les heures, suivies par {f.get('owner', 'l’entreprise')}",
    "kick_off.kept": lambda f: f"Réunion de démarrage du {_day(f, 'held_on')}",
    "contract.opened": lambda _: "Dossier ouvert depuis la programmation",
    "tender.condition": lambda f: (
        f"Le marché prévoira : {PLANNED.get(f.get('instrument', ''), 'une condition').lower()}"
    ),
    "tender.waived": lambda _: "Dispense consignée au registre",
    "tender.published": lambda f: f"Consultation publiée le {_day(f, 'on')}",
    "tender.ess_award": lambda f: f"Attribution réservée à l’économie sociale, le {_day(f, 'awarded_on')}",
    "tender.files_kept": lambda f: f"Pièces gardées : {', '.join(map(str, f.get('files', ())))}",
    "match.accepted": lambda _: "Attribution publiée, rattachée à ce marché",
    "match.rejected": lambda _: "Une publication proposée est écartée",
    "match.undone": lambda _: "Rattachement à la publication défait",
    "certificate.sealed": lambda f: f"Attestation {f.get('number', '')} scellée",
}
_BAD = frozenset({"hours.refused", "hours.reversed"})
_TOGETHER = frozenset({"placement.assigned"})
QUIET = frozenset({"account.invited", "hours.draft_saved", "hours.draft_typed_for", "scores.saved"})
"""Journaled, and of no interest in the life of a contract."""


def sentence(action: str, facts: Facts) -> str:
    """What was done, in French; an action without words yet is said plainly rather than hidden."""
    found = SENTENCES.get(action)
    return typeset(found(facts)) if found else "Une action a été enregistrée au journal"


def of_journal(entries: Iterable[JournalEntry]) -> list[Event]:
    """Lines of the journal as events, the latest first; the same thing done many times by one person on one day is one event."""
    shown = [entry for entry in entries if entry.action not in QUIET]

    def same(entry: JournalEntry) -> tuple[object, ...]:
        single = () if entry.object_kind == "statement_line" or entry.action in _TOGETHER else (entry.pk,)
        told = (entry.facts.get("month"), entry.facts.get("holder"))
        return (entry.action, civil_date(entry.at), entry.actor_label, *told, *single)

    return [_event(list(group)) for _, group in groupby(shown, key=same)]


def _event(group: list[JournalEntry]) -> Event:
    first = group[0]
    facts = dict(first.facts)
    if len(group) > 1:
        facts |= {"count": len(group), "hours": str(sum(Decimal(entry.facts.get("hours", "0")) for entry in group))}
    kind = "bad" if first.action in _BAD else "done"
    return Event(civil_date(first.at), sentence(first.action, facts), kind, first.actor_label)


def of_publication(contract: Contract, lots: Iterable[Lot]) -> list[Event]:
    """What the published notice and its amendments say happened. `lots` come with their amendments."""
    found = []
    if contract.notified_on:
        found.append(Event(contract.notified_on, "Marché notifié", icon="file"))
    for lot in lots:
        for amendment in lot.amendments.all():
            if amendment.signed_on:
                amount = (
                    f" : {wording.euros(amendment.new_amount)} au total" if amendment.new_amount is not None else ""
                )
                text = typeset(f"Avenant n° {amendment.sequence} au lot {lot.number}{amount}")
                found.append(Event(amendment.signed_on, text, icon="file"))
    return found


def told(published: list[Event], journal: list[Event], ends_on: date | None, today: date) -> list[Event]:
    """All of it, the latest first, with the coming end of the contract on top."""
    ahead = [Event(ends_on, "Fin prévue du marché, bilan", "next")] if ends_on and ends_on >= today else []
    past = [Event(ends_on, "Fin du marché", icon="calendar")] if ends_on and ends_on < today else []
    return ahead + sorted([*journal, *published, *past], key=lambda event: event.date, reverse=True)
