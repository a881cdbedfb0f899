"""`levier verify`: is what the database says true? The views that must stay empty, and the chains computed again in Python.

Exit code 0 when nothing is wrong, 1 when something is, 2 when the database cannot be read.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

VIEWS = {
    "violation_commitment_credit": "Heures créditées d’un engagement = somme du registre",
    "violation_month_credit": "Heures gardées par mois travaillé = somme du registre",
    "violation_credited_person": "Personnes comptées d’un engagement = celles du registre",
    "violation_commitment_waiver": "Heures dispensées d’un engagement = somme des dispenses",
    "violation_counted_once": "Une heure travaillée est comptée une fois au plus",
    "violation_legal_maximum": "Personne au-dessus du maximum légal du mois",
    "violation_not_eligible": "Heures acceptées hors de toute période d’éligibilité",
    "violation_placement_before_decision": "Mise à l’emploi sans décision favorable préalable",
    "violation_windows_overlap": "Deux périodes d’éligibilité qui se chevauchent",
    "violation_sealed_period": "Écriture passée dans un mois déjà clos",
    "violation_reversal": "Annulation qui n’est pas l’opposé exact d’une écriture",
    "violation_four_eyes": "Heures acceptées par qui les a déclarées",
    "violation_line_ledger": "Ligne acceptée sans son écriture, ou l’inverse",
    "violation_entry_line": "Écriture d’une autre personne, d’un autre mois ou d’un autre engagement que sa ligne",
    "violation_pooling": "Heures partagées sans convention de globalisation",
    "violation_entry_chain": "Chaîne d’empreintes du registre (calcul de la base)",
    "violation_entry_not_assigned": "Écriture d’une mise à l’emploi non affectée",
    "violation_two_live_identities": "Une même personne enregistrée deux fois",
    "violation_referral_steps": "Candidature dont l’état n’est pas celui de sa dernière étape",
    "violation_commitment_due": "Heures dues d’un engagement = somme de leurs mouvements",
    "violation_commitment_penalty": "Heures pénalisées d’un engagement = somme des pénalités",
    "violation_balance": "Dû = accepté + dispensé + pénalisé + solde, en partie double",
    "violation_due_basis": "Heures dues sur factures ou heures travaillées = la règle du contrat",
    "violation_transfer": "Transfert d’heures dues sans l’accord des deux, ou déséquilibré",
    "violation_group": "Groupement à cheval sur deux lots, ou transfert hors du groupement",
    "violation_penalty_reversal": "Annulation qui n’est pas l’opposé exact d’une pénalité",
    "violation_merge_chain": "Fiche fusionnée dans une fiche qui n’est plus tenue",
    "violation_merge_decision": "Fusion sans sa décision, ou l’inverse",
    "violation_merge_four_eyes": "Fusion entre territoires, ou séparation, sans deuxième regard",
    "violation_person_kept": "Ce que la liste des personnes garde d’une fiche = ses décisions et ses mises à l’emploi",
    "violation_person_placed": "Territoires dont le facilitateur lit une fiche = ceux où la personne travaille",
    "violation_contested_line": "Ligne décidée pendant que la personne la conteste",
    "violation_confirmation": "Confirmation par une structure qui n’emploie pas la personne",
    "violation_training_cap": "Formation dans la part des heures dues qui peut compter",
    "violation_dictation": "Heures saisies pour une entreprise sans l’accord d’une autre personne",
    "violation_certificate_numbers": "Attestations numérotées sans trou",
    "violation_certificate_chain": "Chaîne des attestations (calcul de la base)",
    "violation_penalty_amount": "Pénalité = taux × ce qui manque, d’après le registre du moment",
    "violation_penalty_inputs": "Proposition de pénalité conforme à l’empreinte de ses données",
    "violation_penalty_decision": "Décision de pénalité dans les bornes de sa proposition, à quatre yeux où il le faut",
    "violation_case_history": "Dossier de contrôle conforme à la suite de ses étapes",
    "violation_letter_numbers": "Lettres numérotées sans trou",
    "violation_wall_missing": "Mur de la base retiré ou désactivé",
    "violation_erased_in_dispute": "Personne effacée pendant qu’un litige attend",
    "violation_limited": "Fiche mise de côté sans demande, ou l’inverse",
}
WELL, WRONG, UNREADABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table: what was checked, on how many rows (None: not counted), and what is wrong, a few examples."""

    name: str
    label: str
    wrong: int
    checked: int | None = None
    examples: tuple[str, ...] = ()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Le résultat en JSON.")
@click.option("--pieces", "with_files", is_flag=True, help="Relire aussi les octets de chaque pièce reçue.")
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Comparer à une ancre gardée ailleurs.",
)
@click.option(
    "--tsa-ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificat de l’autorité qui a horodaté l’ancre.",
)
@click.pass_context
def verify(
    context: click.Context, *, as_json: bool, with_files: bool, anchor_file: Path | None, tsa_ca: Path | None
) -> None:
    """Vérifier le registre des heures et les attestations.

    Code de sortie : 0 tout est juste, 1 une anomalie est trouvée, 2 la base ne peut pas être lue.
    """
    from django.db import DatabaseError

    try:
        checks = [*views(), ledger_chain(), certificate_chain(), pinned_heads()]
        if with_files:
            checks.append(pieces())
        if anchor_file:
            checks += anchored(anchor_file, tsa_ca)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0][:200]
        click.echo(f"La base ne peut pas être lue : {reason}", err=True)
        context.exit(UNREADABLE)
    wrong = sum(check.wrong for check in checks)
    click.echo(_as_json(checks) if as_json else _as_table(checks))
    context.exit(WRONG if wrong else WELL)


def views() -> list[Check]:
    """Every view named violation_…; one of those listed above that is absent counts as wrong."""
    from levier.hours.verification import violation_views, violations

    found = {violation.view: violation for violation in violations(VIEWS)}
    names = dict.fromkeys((*VIEWS, *violation_views()))
    return [
        Check(
            name,
            VIEWS.get(name, name),
            violation.rows if violation else 0,
            None,
            violation.samples if violation else (),
        )
        for name in names
        for violation in [found.get(name)]
    ]


def ledger_chain() -> Check:
    from levier.hours.verification import verify_chains

    report = verify_chains()
    label = "Chaîne d’empreintes du registre (recalculée hors de la base)"
    return Check("ledger_chain", label, len(report.broken), report.entries, report.broken[:5])


def certificate_chain() -> Check:
    """Fingerprint of each certificate's content, its link to the one before, and its number within the year."""
    broken: list[str] = []
    previous, numbers, count = b"", dict[int, int](), 0
    for year, number, content, content_hash, prev_hash in _certificates():
        count += 1
        name = f"attestation {year}-{number:04d}"
        if hashlib.sha256(_canonical(content)).digest() != content_hash:
            broken.append(f"{name} : contenu modifié")
        if prev_hash != previous:
            broken.append(f"{name} : ne suit pas la précédente")
        if number != numbers.get(year, 0) + 1:
            broken.append(f"{name} : numéro hors de la suite")
        numbers[year] = number
        previous = hashlib.sha256(prev_hash + content_hash + f"{year}-{number}".encode()).digest()
    label = "Chaîne des attestations (recalculée hors de la base)"
    return Check("certificate_chain", label, len(broken), count, tuple(broken[:5]))


def pinned_heads() -> Check:
    """Each certificate carries the last hash of its commitment's ledger: a ledger cut short or written again no longer has it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.year, c.number, c.content ->> 'ledger_head', encode(x.hash, 'hex')
                 FROM compliance_certificate c LEFT JOIN hours_ledgerentry x
                   ON x.commitment_id = c.commitment_id AND x.sequence = (c.content ->> 'ledger_entries')::int
                WHERE (c.content ->> 'ledger_entries')::int > 0 ORDER BY c.id"""
        )
        rows = cursor.fetchall()
    broken = [f"attestation {year}-{number:04d}" for year, number, pinned, found in rows if pinned != found]
    label = "Registre conforme à l’empreinte portée par chaque attestation"
    return Check("pinned_heads", label, len(broken), len(rows), tuple(broken[:5]))


def anchored(path: Path, authority: Path | None) -> list[Check]:
    """The base against an anchor kept elsewhere (`levier anchor`), and the anchor against its time stamp where an authority is named."""
    from levier.commands.anchor import differences, stamped

    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        found = differences(said)
        rows = sum(table["rows"] for table in said["tables"].values())
    except (ValueError, KeyError, TypeError, AttributeError):
        found, rows = ["ce fichier n’est pas une ancre de Levier"], 0
    checks = [Check("anchor", "Conforme à l’ancre gardée hors de la base", len(found), rows, tuple(found[:5]))]
    if authority:
        wrong = () if stamped(path, authority) else (f"{path.name}.tsr ne date pas cette ancre",)
        checks.append(Check("anchor_stamp", "Ancre datée par l’autorité (RFC 3161)", len(wrong), 1, wrong))
    return checks


def pieces() -> Check:
    from levier.files.models import StoredFile
    from levier.files.queries import FileDamaged, content_of

    damaged, count = [], 0
    for file in StoredFile.objects.order_by("pk").iterator():
        count += 1
        try:
            content_of(file)
        except FileDamaged:
            damaged.append(f"pièce {file.public_id}")
    return Check("pieces", "Pièces reçues : octets conformes à leur empreinte", len(damaged), count, tuple(damaged[:5]))


def _certificates() -> Iterable[tuple[int, int, Any, bytes, bytes]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year, number, content::text, content_hash, prev_hash FROM compliance_certificate ORDER BY id"
        )
        for year, number, content, content_hash, prev_hash in cursor.fetchall():
            yield year, number, json.loads(content), bytes(content_hash), bytes(prev_hash)


def _canonical(content: Any) -> bytes:
    """Keys in order, no space, UTF-8; written again here, not taken from the code that seals."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _as_table(checks: list[Check]) -> str:
    width = max(len(check.label) for check in checks)
    lines = []
    for check in checks:
        state = "juste" if not check.wrong else f"{check.wrong} anomalie{'s' if check.wrong > 1 else ''}"
        read = f"  ({check.checked} lues)" if check.checked is not None else ""
        lines.append(f"{check.label:<{width}}  {state}{read}")
        lines.extend(f"    {check.name} : {example}" for example in check.examples)
    wrong = sum(1 for check in checks if check.wrong)
    lines.append("")
    lines.append(
        f"{len(checks)} contrôles, aucune anomalie."
        if not wrong
        else f"{len(checks)} contrôles, {wrong} en défaut. Ne corrigez rien à la main : voir docs/registre.md."
    )
    return "\n".join(lines)


def _as_json(checks: list[Check]) -> str:
    facts = [
        {"name": c.name, "label": c.label, "wrong": c.wrong, "checked": c.checked, "examples": list(c.examples)}
        for c in checks
    ]
    return json.dumps({"wrong": sum(c.wrong for c in checks), "checks": facts}, ensure_ascii=False, indent=2)
