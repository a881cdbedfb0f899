"""What the pages of a company's table show, in words: a line's chip, its cells to correct, the placements it may mean, what changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levier.commitments.models import Commitment
from levier.foundation.french import typeset
from levier.hours.differences import Change
from levier.hours.file_actions import opened
from levier.hours.file_lines import CORRECTABLE, LABELS, FileLine, Match
from levier.hours.models import StatementFileLine
from levier.participants.labels import CONTRACT_KINDS
from levier.participants.models import Placement
from levier.participants.queries import names_of
from levier.participants.values import ContractKind
from levier.spreadsheets.values import Problem
from levier.web import wording

FILE_STATES = {
    "draft": ("wait", "Pas encore repris"),
    "filled": ("ok", "Repris dans vos relevés"),
    "abandoned": ("line", "Écarté"),
}
MATCHES = {
    Match.WRONG: ("bad", "À corriger", "alert"),
    Match.ASKED: ("turn", "À préciser", "help"),
    Match.UNKNOWN: ("bad", "Personne inconnue", "alert"),
    Match.NOT_PLACED: ("bad", "Pas affectée", "alert"),
    Match.REFUSED: ("bad", "Ne peut pas compter", "alert"),
    Match.SENT: ("line", "Déjà envoyée", "send"),
    Match.SAME: ("line", "Déjà envoyée", "check"),
    Match.READY: ("ok", "Prête", "check"),
}
TO_MEND = (Match.WRONG, Match.ASKED, Match.UNKNOWN, Match.NOT_PLACED, Match.REFUSED)
VIEWS: dict[str, tuple[str, tuple[Match, ...]]] = {
    "": ("Toutes", ()),
    "erreurs": ("À corriger", TO_MEND),
    "pretes": ("Prêtes", (Match.READY,)),
    "envoyees": ("Déjà envoyées", (Match.SENT, Match.SAME)),
}
CHANGES = {
    "over": ("bad", "Refusée", "Refusées"),
    "changed": ("wait", "Modifiée", "Modifiées"),
    "new": ("ok", "Nouvelle", "Nouvelles"),
    "absent": ("line", "Pas dans le fichier", "Pas dans le fichier"),
    "same": ("line", "Inchangée", "Inchangées"),
}
_CELLS_OF = {
    Match.UNKNOWN: ("last_name", "first_name"),
    Match.NOT_PLACED: ("month", "public_contract"),
    Match.REFUSED: ("hours", "month"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A line as the page shows it: `cells` are (field, label, text, error) to correct; `choices` what it may mean."""

    kept: StatementFileLine
    line: FileLine
    cells: tuple[tuple[str, str, str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    placements: tuple[Placement, ...] = ()
    whose: str = ""
    where: str = ""

    @classmethod
    def of(cls, kept: StatementFileLine) -> "FileRow":
        return cls(kept, opened(kept))

    @property
    def chip(self) -> tuple[str, str, str]:
        return MATCHES[Match(self.kept.match)]

    @property
    def wrong(self) -> bool:
        return self.kept.match in TO_MEND

    @property
    def warnings(self) -> list[str]:
        return [one.why for one in self.line.problems if not one.error and one.code not in _SILENT]


_SILENT = frozenset({"employer_siret_missing", "birth_date_missing"})


def rows_of(kept: Iterable[StatementFileLine], *, opened: str) -> list[FileRow]:
    """Three queries whatever the number of lines."""
    kept = list(kept)
    pairs = {(commitment, placement) for one in kept for commitment, placement in one.choices}
    meant = [one.person for one in kept]
    pairs |= {(one.commitment_id, one.placement_id) for one in meant if one.commitment_id and one.placement_id}
    placements = Placement.objects.select_related("person", "employer").in_bulk({placement for _, placement in pairs})
    commitments = Commitment.objects.select_related("lot__contract").in_bulk({commitment for commitment, _ in pairs})
    names = names_of(one.person for one in placements.values())
    return [_row(one, placements, commitments, names, whole=str(one.pk) == opened) for one in kept]


def _row(
    kept: StatementFileLine,
    placements: Mapping[int, Placement],
    commitments: Mapping[int, Commitment],
    names: Mapping[int, str],
    *,
    whole: bool,
) -> FileRow:
    base = FileRow.of(kept)
    line = base.line
    errors = {one.field: _error(one) for one in line.errors}
    wrong = [name for name in CORRECTABLE if name in errors]
    shown = CORRECTABLE if whole else tuple(wrong) or _CELLS_OF.get(Match(kept.match), ())
    own = placements.get(kept.person.placement_id or 0)
    commitment = commitments.get(kept.person.commitment_id or 0)
    return FileRow(
        kept,
        line,
        tuple((name, LABELS[name], line.shown(name), errors.get(name, "")) for name in shown),
        tuple(
            Choice(f"{one}-{placement}", _in_words(placements[placement], commitments[one], names))
            for one, placement in kept.choices
            if placement in placements and one in commitments
        ),
        tuple(placements[key] for key in {own.pk if own else 0, *(p for _, p in kept.choices)} if key in placements),
        names[own.person_id] if own else "",
        commitment.lot.contract.title if commitment else "",
    )


def _error(problem: Problem) -> str:
    """`35h/sem` is not a quantity; the month that it makes is proposed, never taken for granted."""
    meant = f" Peut-être {problem.suggestion.replace('.', ',')} ?" if problem.suggestion else ""
    return typeset(f"{problem.why} {problem.accepted}{meant}")


def _in_words(placement: Placement, commitment: Commitment, names: Mapping[int, str]) -> str:
    kind = CONTRACT_KINDS.get(ContractKind(placement.contract_kind), "")
    contract = commitment.lot.contract
    since = wording.short_day(placement.starts_on)
    return typeset(
        f"{names[placement.person_id]} ({placement.person.reference}), {kind} chez {placement.employer.name} depuis le {since} : "
        f"{contract.title} ({contract.reference})"
    )


@dataclass(frozen=True, slots=True)
class Changed:
    placement: Placement
    name: str
    contract: str
    month: date
    before: Decimal | None
    after: Decimal | None
    chip: tuple[str, str]
    rows: str
    said: str
    calendar: str = ""
    """The commitment whose calendar of the site does not allow these hours."""


def changed_rows(told: Iterable[Change]) -> list[Changed]:
    told = list(told)
    placements = Placement.objects.select_related("person", "employer").in_bulk({one.placement for one in told})
    commitments = Commitment.objects.select_related("lot__contract").in_bulk({one.commitment for one in told})
    names = names_of(one.person for one in placements.values())
    return [
        Changed(
            placement := placements[one.placement],
            names[placement.person_id],
            f"{commitments[one.commitment].lot.contract.title}, {placement.employer.name}",
            one.month,
            one.before,
            one.after,
            CHANGES[one.kind][:2],
            ", ".join(map(str, one.rows)),
            one.said,
            commitments[one.commitment].public_id if one.off_site else "",
        )
        for one in told
    ]
