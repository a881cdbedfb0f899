"""The audit pack (dossier de preuve) of a commitment: everything that was done and decided, in one ZIP whose manifest is signed.

The same books give the same bytes. Persons are under a pseudonym that holds for this commitment alone; names come only to who has the
right, asked for them, and is journaled.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from levier.accounts.values import Actor, Role
from levier.audit.actions import record, record_reads
from levier.audit.models import JournalEntry
from levier.commitments.models import Commitment, HoursWaiver
from levier.commitments.queries import commitment_for
from levier.commitments.site_queries import site_lines
from levier.compliance.models import Certificate, Settlement
from levier.compliance.sealing import key_name, public_key, sign_text
from levier.controls.labels import KINDS, LETTERS
from levier.controls.models import Case, Letter
from levier.controls.pack_checking import MANIFEST, SIGNATURE
from levier.controls.policies import may_gather
from levier.controls.queries import owed_by
from levier.controls.values import CaseKind, LetterKind
from levier.documents.models import CertificateDocument
from levier.files.queries import content_of
from levier.foundation import french
from levier.foundation.archives import steady_zip
from levier.foundation.encryption import blind_index
from levier.foundation.objections import NotForYou
from levier.hours.models import Evidence, StatementLine
from levier.hours.verification import entries_of
from levier.participants.models import Person
from levier.participants.queries import name_of

_QUIET = frozenset({"audit_pack.taken"})
"""Taking a pack changes nothing in the next one."""


@dataclass(frozen=True, slots=True)
class Pack:
    name: str
    content: bytes


def audit_pack(*, actor: Actor, commitment_id: str, with_names: bool, now: datetime) -> Pack:
    """The ZIP, journaled with its fingerprint. Names need the mission or the facilitator: anybody else asking gets NotForYou."""
    commitment = _gathered(actor, commitment_id)
    if with_names and not may_take_names(actor):
        raise NotForYou
    return _taken(actor, commitment, _content(commitment, with_names), with_names, now)


def taken_again(*, actor: Actor, commitment_id: str, since: datetime, now: datetime) -> Pack | None:
    """The copy that the actor took last, if it was since then. The same books give the same bytes, and no line more; what moved in between
    makes it another copy, journaled as such.
    """
    commitment = _gathered(actor, commitment_id)
    last = copies(actor, commitment).filter(actor_user_id=actor.user_id, at__gt=since).first()
    if last is None:
        return None
    names = bool(last.facts["names"]) and may_take_names(actor)
    content = _content(commitment, names)
    if hashlib.sha256(content).hexdigest() == last.facts["sha256"]:
        return Pack(_name(commitment), content)
    return _taken(actor, commitment, content, names, now)


def copies(actor: Actor, commitment: Commitment) -> QuerySet[JournalEntry]:
    """The copies that left, the latest first, for who may take one."""
    if not may_gather(actor):
        return JournalEntry.objects.none()
    taken = JournalEntry.objects.filter(object_kind="commitment", object_id=commitment.public_id)
    return taken.filter(action="audit_pack.taken").order_by("-at", "-pk")


def may_take_names(actor: Actor) -> bool:
    return actor.role in {Role.MISSION, Role.FACILITATOR}


def _gathered(actor: Actor, commitment_id: str) -> Commitment:
    commitment = commitment_for(actor, commitment_id)
    if not may_gather(actor):
        raise NotForYou
    return commitment


def _content(commitment: Commitment, with_names: bool) -> bytes:
    parts = sorted(_parts(commitment, with_names))
    manifest = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in parts).encode()
    key = public_key(settings.MASTER_KEY)
    signature = f"Clé : {key_name(key)}\nClé publique Ed25519 : {key}\nSignature du manifeste : {sign_text(manifest, master_key=settings.MASTER_KEY)}\n"
    return steady_zip([*parts, (MANIFEST, manifest), (SIGNATURE, signature.encode())])


def _taken(actor: Actor, commitment: Commitment, content: bytes, with_names: bool, now: datetime) -> Pack:
    if with_names:
        people = Person.objects.filter(placements__assignments__commitment=commitment).distinct()
        record_reads(
            actor=actor,
            person_public_ids=people.values_list("public_id", flat=True),
            purpose="audit",
            what="audit pack",
            now=now,
        )
    record(
        actor=actor,
        action="audit_pack.taken",
        object_kind="commitment",
        object_id=commitment.public_id,
        facts={"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "names": with_names},
        now=now,
    )
    return Pack(_name(commitment), content)


def _name(commitment: Commitment) -> str:
    return f"dossier-de-preuve-{_plain(commitment.lot.contract.reference)}-lot-{commitment.lot.number}.zip"


def _plain(text: str) -> str:
    return "".join(character if character.isascii() and character.isalnum() else "-" for character in text)


def _parts(commitment: Commitment, with_names: bool) -> Iterable[tuple[str, bytes]]:
    cases = list(Case.objects.filter(commitment=commitment).order_by("id"))
    letters = list(Letter.objects.filter(commitment=commitment).select_related("pdf", "word").order_by("id"))
    certificates = list(
        Certificate.objects.filter(commitment=commitment).select_related("withdrawal", "supersedes").order_by("id")
    )
    journal = _journal(commitment, cases)
    found: list[tuple[str, bytes]] = [
        (
            "chronologie.csv",
            _table(("Quand", "Qui", "Rôle", "Quoi", "Objet", "Faits", "Empreinte"), _chronology(journal)),
        ),
        ("registre.json", _json(_ledger(commitment))),
        (
            "registre.csv",
            _table(
                ("N°", "Mois travaillé", "Mois d’écriture", "Heures", "Personne", "Annule", "Motif", "Empreinte"),
                _ledger_rows(commitment),
            ),
        ),
        (
            "releves.csv",
            _table(("Mois", "Personne", "Heures", "État", "Motif", "Décidé par", "Décidé le"), _statements(commitment)),
        ),
        (
            "pieces.csv",
            _table(
                ("Reçue le", "Mois", "Nature", "Octets", "SHA-256", "État", "Nom"), _evidence(commitment, with_names)
            ),
        ),
        ("decisions.json", _json(_decisions(commitment, cases))),
        (
            "calendrier-chantier.csv",
            _table(
                (
                    "Nature",
                    "Du",
                    "Au",
                    "Jours",
                    "Motif",
                    "Écrit par",
                    "Écrit le",
                    "État",
                    "Suite par",
                    "Suite le",
                    "Motif de la suite",
                ),
                _site(commitment),
            ),
        ),
    ]
    for letter in letters:
        stem = f"lettres/{letter.label}-{letter.kind}"
        sent = [
            _fields(one, ("event", "means", "happened_on", "tracking", "by_label"))
            for one in letter.dispatches.order_by("id")
        ]
        found += [
            (
                f"{stem}.json",
                _json(
                    {"content": letter.content, "content_hash": bytes(letter.content_hash).hex(), "dispatches": sent}
                ),
            ),
            (f"{stem}.pdf", content_of(letter.pdf)),
            (f"{stem}.docx", content_of(letter.word)),
        ]
    for certificate in certificates:
        stem = f"attestations/{certificate.label}"
        found.append((f"{stem}.json", _json(_certificate(certificate))))
        document = CertificateDocument.objects.select_related("file").filter(certificate=certificate).first()
        if document is not None:
            found.append((f"{stem}.pdf", content_of(document.file)))
    if with_names:
        found.append(("personnes.csv", _table(("Personne", "Nom"), _names(commitment))))
    found.append(("index.html", _index(commitment, journal, cases, letters, certificates, [name for name, _ in found])))
    return found


def pseudonym(commitment: Commitment, person_public_id: str) -> str:
    """Ten hexadecimal digits that mean this person in this commitment's pack and nowhere else."""
    return blind_index(settings.MASTER_KEY, "audit-pack", commitment.public_id, person_public_id).hex()[:10]


def _journal(commitment: Commitment, cases: Sequence[Case]) -> list[JournalEntry]:
    ids = [commitment.public_id, *(one.public_id for one in cases)]
    about = Q(thread=commitment.lot.contract.public_id) | Q(object_kind__in=["commitment", "case"], object_id__in=ids)
    return list(JournalEntry.objects.filter(about).exclude(action__in=_QUIET).order_by("id"))


def _chronology(journal: Sequence[JournalEntry]) -> Iterable[tuple[object, ...]]:
    for entry in journal:
        facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
        yield (
            _instant(entry.at),
            entry.actor_label,
            entry.actor_role,
            entry.action,
            f"{entry.object_kind} {entry.object_id}",
            facts,
            bytes(entry.digest).hex(),
        )


def _ledger(commitment: Commitment) -> list[dict[str, Any]]:
    return [
        {
            "sequence": one.sequence,
            "text": one.text(),
            "prev_hash": bytes(one.prev_hash).hex(),
            "hash": bytes(one.hash).hex(),
        }
        for one in entries_of(commitment.pk)
    ]


def _ledger_rows(commitment: Commitment) -> Iterable[tuple[object, ...]]:
    entries = entries_of(commitment.pk)
    people = dict(
        Person.objects.filter(placements__pk__in={one.placement_id for one in entries}).values_list(
            "placements__pk", "public_id"
        )
    )
    places = {one.id: one.sequence for one in entries}
    for one in entries:
        reversed_entry = places.get(one.reverses_id, "") if one.reverses_id else ""
        yield (
            one.sequence,
            one.worked_month,
            one.post_month,
            one.hours,
            pseudonym(commitment, people[one.placement_id]),
            reversed_entry,
            one.reason,
            bytes(one.hash).hex(),
        )


def _site(commitment: Commitment) -> Iterable[tuple[object, ...]]:
    """Every line of the calendar of the site, with what became of it."""
    for line in reversed(site_lines(commitment)):
        one, last = line.period, line.last_step
        said = (last.by_label, _instant(last.at), last.reason) if last else ("", "", "")
        days = " ".join(map(str, one.weekdays))
        yield (
            one.kind,
            one.first_day,
            one.last_day or "",
            days,
            one.reason,
            one.by_label,
            _instant(one.at),
            line.state,
            *said,
        )


def _statements(commitment: Commitment) -> Iterable[tuple[object, ...]]:
    lines = (
        StatementLine.objects.filter(statement__commitment=commitment)
        .select_related("statement", "placement__person")
        .defer("placement__person__identity")
    )
    for line in lines.exclude(state="draft").order_by("statement__month", "id"):
        yield (
            line.statement.month, pseudonym(commitment, line.placement.person.public_id), line.hours, line.state, line.reason, line.decided_by_label,
            _instant(line.decided_at) if line.decided_at else "",
        )  # fmt: skip


def _evidence(commitment: Commitment, with_names: bool) -> Iterable[tuple[object, ...]]:
    """A file's name may hold somebody's: it is written only with the names."""
    for one in (
        Evidence.objects.filter(statement__commitment=commitment).select_related("file", "statement").order_by("id")
    ):
        file = one.file
        yield (
            _instant(file.created_at),
            one.statement.month,
            file.media_type,
            file.size,
            bytes(file.sha256).hex(),
            file.state,
            file.name if with_names else "",
        )


def _names(commitment: Commitment) -> Iterable[tuple[object, ...]]:
    for person in Person.objects.filter(placements__assignments__commitment=commitment).distinct().order_by("id"):
        yield (pseudonym(commitment, person.public_id), name_of(person))


def _decisions(commitment: Commitment, cases: Sequence[Case]) -> dict[str, Any]:
    return {
        "waivers": [
            _fields(one, ("hours", "reason", "decided_by_label", "at"))
            for one in HoursWaiver.objects.filter(commitment=commitment).order_by("id")
        ],
        "cases": [_case(one) for one in cases],
        "settlements": [
            _settlement(one)
            for one in Settlement.objects.filter(commitment=commitment)
            .select_related("answer", "validation")
            .order_by("id")
        ],
    }


def _case(case: Case) -> dict[str, Any]:
    proposals = []
    for one in case.proposals.select_related("decision", "supersedes").order_by("number"):
        names = (
            "number", "minimum_hours", "offered_hours", "due_hours", "accepted_hours", "waived_hours", "penalised_hours", "ledger_entries", "notice_on",
            "received_on", "still_missing", "rate", "rate_source", "versions", "units", "amount", "reason", "computed_on", "by_label",
        )  # fmt: skip
        decision = getattr(one, "decision", None)
        proposals.append(
            _fields(one, names)
            | {
                "supersedes": one.supersedes.number if one.supersedes else None,
                "inputs_hash": bytes(one.inputs_hash).hex(),
            }
            | {
                "decision": _fields(
                    decision, ("outcome", "units", "amount", "reason", "four_eyes", "policy_version", "at", "by_label")
                )
                if decision
                else None
            }
        )
    return {
        "case": case.label,
        "kind": case.kind,
        "ground": case.ground,
        "state": case.state,
        "draw": case.draw.seed if case.draw else None,
        "steps": [
            _fields(one, ("sequence", "from_state", "to_state", "reason", "owner", "due_on", "at", "by_label"))
            for one in case.steps.order_by("sequence")
        ],
        "visits": [
            _fields(one, ("content", "made_at", "received_at", "by_label")) for one in case.visits.order_by("id")
        ],
        "observations": [_fields(one, ("text", "late", "at", "by_label")) for one in case.observations.order_by("id")],
        "proposals": proposals,
    }


def _settlement(one: Settlement) -> dict[str, Any]:
    answer, validation = getattr(one, "answer", None), getattr(one, "validation", None)
    return _fields(one, ("number", "lines", "at", "by_label")) | {
        "answer": _fields(answer, ("contested", "at", "by_label")) if answer else None,
        "validation": _fields(validation, ("released", "reason", "at", "by_label")) if validation else None,
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    withdrawal = getattr(certificate, "withdrawal", None)
    return {
        "number": certificate.label,
        "sealed_at": _instant(certificate.sealed_at),
        "sealed_by": certificate.sealed_by_label,
        "supersedes": certificate.supersedes.label if certificate.supersedes else None,
        "content": certificate.content,
        "content_hash": bytes(certificate.content_hash).hex(),
        "withdrawn": _fields(withdrawal, ("reason", "at", "by_label")) if withdrawal else None,
    }


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(value: Any) -> bytes:
    def other(one: Any) -> str:
        return _instant(one) if isinstance(one, datetime) else str(one)

    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=other) + "\n").encode()


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV for a spreadsheet: byte-order mark, semicolons, and no cell that would run."""
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(heading)
    for row in rows:
        texts = [" ".join(str(one).split()) for one in row]
        sheet.writerow([f"'{text}" if _RUNS.match(text) else text for text in texts])
    return ("\ufeff" + out.getvalue()).encode()


_RUNS = re.compile(r"[=+@\t]|-(?![0-9.]+$)")
"""A cell that a spreadsheet would take for a formula; a negative number is none."""
_HOW = (
    "<p class=soft>Chaque fichier a son empreinte dans MANIFESTE.sha256, que signe SIGNATURE.txt. "
    "Vérifier : <code>levier audit-pack verify FICHIER.zip</code>, ou <code>sha256sum -c MANIFESTE.sha256</code>.</p>"
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#12292f;background:#fff}"
    "h1,h2{line-height:1.2}table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #cfc6b4;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    "code{overflow-wrap:anywhere}.soft{color:#48595e}"
)


def _index(
    commitment: Commitment,
    journal: Sequence[JournalEntry],
    cases: Sequence[Case],
    letters: Sequence[Letter],
    certificates: Sequence[Certificate],
    files: Sequence[str],
) -> bytes:
    contract, owed = commitment.lot.contract, owed_by(commitment)
    state = _instant(journal[-1].at) if journal else ""
    facts = (
        ("Marché", f"{contract.reference}, {contract.title}"), ("Lot", f"{commitment.lot.number} {commitment.lot.title}"),
        ("Entreprise", f"{commitment.holder.name}, SIRET {commitment.holder.siret}"), ("Acheteur", contract.buyer.name),
        ("Territoire", commitment.territory.name), ("Dates", f"du {french.day(commitment.starts_on)} au {french.day(commitment.ends_on)}"),
        ("Heures dues", french.hours(commitment.due_hours)), ("Heures acceptées", french.hours(owed.accepted)),
        ("Heures dispensées", french.hours(owed.waived)), ("Heures pénalisées", french.hours(owed.penalised)),
        ("Reste à faire", french.hours(owed.missing)), ("Dernier fait du journal", state),
    )  # fmt: skip
    body = [
        "<h1>Dossier de preuve</h1>",
        _HOW,
        _html_table(("", ""), facts),
        "<h2>Dossiers de contrôle</h2>",
        _html_table(
            ("N°", "Objet", "Motif", "Étape"),
            [(one.label, KINDS[CaseKind(one.kind)], one.ground, one.state) for one in cases],
        ),
        "<h2>Lettres</h2>",
        _html_table(
            ("N°", "Lettre", "Datée du"),
            [(one.label, LETTERS[LetterKind(one.kind)], french.day(one.dated_on)) for one in letters],
        ),
        "<h2>Attestations</h2>",
        _html_table(
            ("N°", "Scellée le", "Retirée"),
            [
                (one.label, _instant(one.sealed_at), "oui" if hasattr(one, "withdrawal") else "non")
                for one in certificates
            ],
        ),
        "<h2>Chronologie</h2>",
        _html_table(
            ("Quand (UTC)", "Qui", "Quoi"),
            [
                (_instant(one.at)[:16].replace("T", " "), f"{one.actor_label} ({one.actor_role})", one.action)
                for one in journal
            ],
        ),
        "<h2>Fichiers</h2><ul>",
        *(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in sorted(files)),
        "</ul>",
    ]
    title = escape(f"Dossier de preuve, marché {contract.reference}")
    page = f'<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style><body>{"".join(body)}</body></html>\n'
    return french.typeset(page).encode()


def _html_table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    if not lines:
        return "<p class=soft>Aucun.</p>"
    head = "".join(f"<th>{escape(one)}</th>" for one in heading)
    return f"<table><tr>{head}</tr>{lines}</table>" if any(heading) else f"<table>{lines}</table>"
