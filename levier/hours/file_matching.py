"""Whose hours a line of a company's table is: the person, the contract, the month, among the placements it may declare for.

What is certain is matched; what may be several is asked, never guessed; who is not there is said with what to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec

from levier.commitments.models import Commitment, CommitmentPlacement
from levier.foundation import french
from levier.foundation.objections import Objection
from levier.foundation.periods import last_of_month
from levier.hours.checks import MonthFacts, RowFacts, Span, objections_to_month, objections_to_sending
from levier.hours.file_lines import FileLine, Match, Named
from levier.hours.models import StatementLine
from levier.hours.queries import reference_values, sealed_months, windows_of
from levier.hours.refusals import sentence
from levier.hours.rules import month_limit
from levier.hours.values import MonthLimit, Window
from levier.organisations.models import Organisation
from levier.participants.identity import Identity
from levier.participants.models import Person, Placement
from levier.participants.queries import shown_identity
from levier.spreadsheets.words import alike, plain

MOST_CHOICES = 12
OF_AGE = 18
"""Years between the year of birth and that of the month beyond which nobody is looked at as a minor."""


class Assigned(NamedTuple):
    """A placement whose hours may be drawn onto a commitment. `starts_on` and `ends_on`: days inside both (the last date there is: open-ended)."""

    commitment: Commitment
    placement: Placement
    since: date
    commitment_id: int
    placement_id: int
    person_id: int
    starts_on: date
    ends_on: date

    @property
    def key(self) -> str:
        return f"{self.commitment_id}-{self.placement_id}"


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What became of a line: `said` says why, with what to do; `choices` where a person has to choose."""

    match: Match
    said: str = ""
    choices: tuple[Assigned, ...] = ()
    chosen: Assigned | None = None


class Now(NamedTuple):
    """A line of a statement as it stands."""

    state: str
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class _Found:
    """People whom the words of a line may mean; `doubt`: why a person has to confirm it."""

    people: tuple[int, ...]
    doubt: str = ""


class _Meant(NamedTuple):
    """Where the hours of somebody whom a file names may go, whatever the month; `refused`: why nowhere."""

    every: tuple[Assigned, ...] = ()
    doubt: str = ""
    refused: Answer | None = None


class Placements:
    """Everything that matching needs of one company, read once: a dozen queries whatever the number of lines."""

    def __init__(self, organisation: Organisation, today: date) -> None:
        self.today, self._siret = today, organisation.siret
        owed = Commitment.objects.filter(holder_id=organisation.pk)
        commitments = owed.select_related("lot__contract", "territory").in_bulk()
        rows = (
            CommitmentPlacement.objects.filter(commitment_id__in=list(commitments))
            .select_related("placement__person", "placement__employer")
            .order_by("commitment_id", "placement_id")
        )
        self.by_person: dict[int, list[Assigned]] = {}
        self.by_commitment: dict[int, list[Assigned]] = {}
        self.by_key: dict[str, Assigned] = {}
        people: dict[int, Person] = {}
        for row in rows:
            person = row.placement.person_id
            commitment = commitments[row.commitment_id]
            one = Assigned(
                commitment,
                row.placement,
                row.since,
                row.commitment_id,
                row.placement_id,
                person,
                max(row.placement.starts_on, commitment.starts_on),
                min(row.placement.ends_on or date.max, commitment.ends_on or date.max),
            )
            people[person] = row.placement.person
            self.by_person.setdefault(person, []).append(one)
            self.by_commitment.setdefault(one.commitment_id, []).append(one)
            self.by_key[one.key] = one
        self.identities: dict[int, Identity] = {
            key: identity for key, person in people.items() if (identity := shown_identity(person)) is not None
        }
        self._references = {person.reference: key for key, person in people.items()}
        self._born = {key: person.birth_year for key, person in people.items()}
        self._names: dict[tuple[str, str], list[int]] = {}
        for key, identity in self.identities.items():
            self._names.setdefault((plain(identity.last_name), plain(identity.first_name)), []).append(key)
        self._references_of = {key: plain(commitments[key].lot.contract.reference) for key in self.by_commitment}
        self._sealed = sealed_months(self.by_commitment)
        self._windows = windows_of(people)
        self._values = reference_values()
        self._limits: dict[tuple[date | None, date], MonthLimit] = {}
        self._months: dict[tuple[int, date], tuple[Objection, ...]] = {}
        self._meant: dict[Named, _Meant] = {}
        self.lines: dict[tuple[int, int, date], Now] = {}
        self._months_known: set[date] = set()

    def know_months(self, organisation_id: int, months: Iterable[date]) -> None:
        """Read what the statements of these months hold already, once for each month."""
        fresh = set(months) - self._months_known
        if not fresh:
            return
        self._months_known |= fresh
        rows = StatementLine.objects.filter(
            statement__commitment__holder_id=organisation_id, statement__month__in=fresh
        ).values_list("statement__commitment_id", "placement_id", "statement__month", "state", "hours")
        for commitment, placement, month, state, hours in rows:
            self.lines[commitment, placement, month] = Now(state, hours)

    def answer(self, line: FileLine) -> Answer:
        """What the line is. Errors of its cells come first; then who, where, when, and whether it may be declared."""
        if line.errors:
            return Answer(Match.WRONG, line.errors[0].why)
        if line.month is None or line.hours is None:
            return Answer(Match.WRONG, "Le mois ou les heures manquent.")
        chosen = self.by_key.get(line.choice) if line.choice else None
        if chosen is not None:
            return self._checked(line, chosen)
        meant = self._meant.get(line.named)
        if meant is None:
            meant = self._meant[line.named] = self._where(line.named)
        return meant.refused or self._in_month(line, meant)

    def _where(self, named: Named) -> _Meant:
        found = self._who(named)
        if not found.people:
            return _Meant(refused=Answer(Match.UNKNOWN, found.doubt))
        every = tuple(one for person in found.people for one in self.by_person[person])
        if named.public_contract:
            wanted = plain(named.public_contract)
            every = tuple(one for one in every if self._references_of[one.commitment_id] == wanted)
            if not every and wanted not in self._references_of.values():
                why = (
                    f"« {named.public_contract[:60]} » n’est la référence d’aucun de vos marchés : corrigez la case, "
                    "ou effacez-la pour que Levier cherche d’après la personne et le mois."
                )
                return _Meant(refused=Answer(Match.NOT_PLACED, french.typeset(why)))
        return _Meant(every, found.doubt)

    def _in_month(self, line: FileLine, meant: _Meant) -> Answer:
        assert line.month is not None
        active = [one for one in meant.every if _active(one, line.month)]
        if not active:
            return Answer(Match.NOT_PLACED, french.typeset(self._not_placed(line.month, meant)))
        doubt, employer = meant.doubt, line.named.employer_siret
        if employer and employer != self._siret:
            same = [one for one in active if one.placement.employer.siret == employer]
            if not same:
                doubt = doubt or (
                    "L’employeur écrit n’est pas celui du contrat de travail connu de Levier : confirmez, ou demandez à votre "
                    "facilitateur d’enregistrer l’autre contrat."
                )
            active = same or active
        if doubt or len(active) > 1:
            why = doubt or "Plusieurs contrats conviennent : dites lequel."
            return Answer(Match.ASKED, french.typeset(why), tuple(active[:MOST_CHOICES]))
        return self._checked(line, active[0])

    def _not_placed(self, month: date, meant: _Meant) -> str:
        if not meant.every:
            return "Cette personne n’est pas affectée à ce marché : corrigez le marché, ou demandez son affectation au facilitateur."
        return (
            f"Cette personne n’est affectée à aucun de vos marchés en {french.month(month)} : corrigez le mois, ou demandez à votre facilitateur "
            "de vérifier les dates de son contrat."
        )

    def _who(self, named: Named) -> _Found:
        if named.person and named.person in self._references:
            return _Found((self._references[named.person],))
        last, first = plain(named.last_name or ""), plain(named.first_name or "")
        keys = self._names.get((last, first)) or self._names.get((first, last)) or []
        if not keys and not first:
            keys = [key for (known, _), some in self._names.items() if known == last for key in some]
        doubt = ""
        if not keys:
            keys = [
                key
                for (known_last, known_first), some in self._names.items()
                if alike(known_last, last) and alike(known_first, first)
                for key in some
            ][:MOST_CHOICES]
            doubt = "Le nom n’est pas tout à fait celui que Levier connaît : est-ce la même personne ?"
        if not keys:
            return _Found(
                (),
                french.typeset(
                    "Personne de ce nom n’est affecté à vos marchés. Vérifiez l’orthographe ; si la personne vient d’être recrutée, "
                    "demandez à votre facilitateur de l’affecter : ses heures ne comptent pas avant."
                ),
            )
        if named.birth_date:
            born = [key for key in keys if self.identities[key].birth_date.isoformat() == named.birth_date]
            if not born and not doubt:
                doubt = "La date de naissance n’est pas celle du dossier : est-ce la même personne ?"
            keys = born or keys
        if len(keys) > 1 and not doubt:
            doubt = "Plusieurs personnes portent ce nom : dites laquelle."
        return _Found(tuple(keys), doubt)

    def _checked(self, line: FileLine, one: Assigned) -> Answer:
        assert line.month is not None
        assert line.hours is not None
        now = self.lines.get((one.commitment_id, one.placement_id, line.month))
        if now is not None and now.state in {"pending", "accepted"}:
            if now.hours == line.hours:
                return Answer(Match.SAME, "Déjà envoyées à l’identique : rien ne sera compté deux fois.", chosen=one)
            where = "acceptées" if now.state == "accepted" else "chez le facilitateur"
            said = f"{french.hours(now.hours or Decimal(0), 2)} sont déjà {where} pour ce mois. Demandez-lui de renvoyer la ligne pour la corriger."
            return Answer(Match.SENT, french.typeset(said), chosen=one)
        objections = self._month(one, line.month) or objections_to_sending(self._row(one, line.month, line.hours))
        if objections:
            return Answer(Match.REFUSED, sentence(objections[0])[:500], chosen=one)
        return Answer(Match.READY, chosen=one)

    def _month(self, one: Assigned, month: date) -> tuple[Objection, ...]:
        key = (one.commitment_id, month)
        if key not in self._months:
            commitment = one.commitment
            facts = MonthFacts(month, self.today, commitment.starts_on, commitment.ends_on, key in self._sealed)
            self._months[key] = objections_to_month(facts)
        return self._months[key]

    def _row(self, one: Assigned, month: date, hours: Decimal) -> RowFacts:
        windows: tuple[Window, ...] = self._windows.get(one.person_id, ())
        first, last = max(month, one.starts_on), min(last_of_month(month), one.ends_on)
        days = Span(first, last) if first <= last else None
        return RowFacts(month, hours, days, windows, one.placement.weekly_hours, self.limit(one.person_id, month))

    def limit(self, person_id: int, month: date) -> MonthLimit:
        """The legal maximum of the month; the birth date counts only where the person may still be a minor."""
        year = self._born[person_id]
        minor = year is not None and month.year - year <= OF_AGE and person_id in self.identities
        key = (self.identities[person_id].birth_date if minor else None, month)
        if key not in self._limits:
            self._limits[key] = month_limit(key[0], month, self._values)
        return self._limits[key]


def _active(one: Assigned, month: date) -> bool:
    """`month`: its first day."""
    end, placement = last_of_month(month), one.placement
    return one.since <= end and placement.starts_on <= end and (placement.ends_on is None or placement.ends_on >= month)
