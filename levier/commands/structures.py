"""`levier structures`: the directory of inclusive structures, from files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from levier.supply.values import Change, ImportReport

_SHOWN = 20
_NOTHING_READ = 2


@click.group()
def structures() -> None:
    """Annuaire des structures inclusives (EI, ACI, AI, ETTI, EITI, GEIQ, EA, EATT, ESAT)."""


@structures.command("import")
@click.argument("files", metavar="FICHIER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Rapport en JSON.")
@click.option("--dry-run", is_flag=True, help="Montrer la différence sans rien écrire.")
@click.option(
    "--overwrite", is_flag=True, help="Prendre les valeurs du fichier même là où une autre source en dit d’autres."
)
def import_(files: tuple[Path, ...], *, as_json: bool, dry_run: bool, overwrite: bool) -> None:
    """Lire des listes de structures (JSON ou CSV). Importer deux fois le même fichier ne change rien ; aucune structure n’est fermée."""
    import django

    django.setup()
    from django.utils import timezone

    from levier.accounts.values import System
    from levier.foundation.objections import Refusal
    from levier.supply.actions import import_structures

    reports, wrong = [], []
    for path in files:
        try:
            content = path.read_bytes()
            reports.append(
                import_structures(
                    actor=System("Ligne de commande"), content=content, name=path.name, now=timezone.now(),
                    overwrite=overwrite, write=not dry_run,
                )
            )  # fmt: skip
        except Refusal as refusal:
            wrong.append(f"{path.name}\u00a0: {' '.join(refusal.sentences)}")
        except OSError as error:
            from levier.commands.french import system_error

            wrong.append(system_error(error))
    if as_json:
        click.echo(json.dumps([_as_json(report) for report in reports], ensure_ascii=False, indent=2))
    else:
        for report in reports:
            click.echo("\n".join(_summary(report)))
    for sentence in wrong:
        click.echo(sentence, err=True)
    if wrong:
        raise SystemExit(_NOTHING_READ)


def _summary(report: "ImportReport") -> list[str]:
    from levier.supply.labels import SOURCES, refusal_sentence

    verb = "" if report.written else " (essai : rien n’est écrit)"
    lines = [
        f"{report.file} : {report.read} lues{verb}. {SOURCES[report.source]}.",
        f"  ajoutées {report.added}, modifiées {len(report.changed)}, inchangées {report.unchanged}, refusées {len(report.refused)}.",
    ]
    lines += _changes("Modifiée", report.changed)
    if report.kept:
        lines.append(
            f"  {len(report.kept)} gardent une valeur saisie ici ou venue d’une autre source (--overwrite pour prendre le fichier)."
        )
        lines += _changes("Gardée", report.kept)
    lines += [
        f"  Ligne {one.line} refusée : {refusal_sentence(one.refusal)} « {one.said[:120]} »"
        for one in report.refused[:_SHOWN]
        if one.refusal
    ]
    lines += _more(len(report.refused))
    if report.absent:
        lines.append(
            f"  {len(report.absent)} structures ouvertes de cette source n’y sont plus ; aucune n’est fermée :"
        )
        lines += [f"    {siret} {name}" for siret, name in report.absent[:_SHOWN]]
        lines += _more(len(report.absent))
    return lines


def _changes(word: str, changes: tuple["Change", ...]) -> list[str]:
    from levier.supply.labels import FIELD_NAMES

    shown = [
        f"  {word} : {one.name} ({one.siret}) : "
        + " ; ".join(f"{FIELD_NAMES[name]} « {before[:60]} » → « {after[:60]} »" for name, before, after in one.fields)
        for one in changes[:_SHOWN]
    ]
    return [*shown, *_more(len(changes))]


def _more(number: int) -> list[str]:
    return [f"  … et {number - _SHOWN} autres (--json les donne toutes)."] if number > _SHOWN else []


def _as_json(report: "ImportReport") -> dict[str, Any]:
    def changes(found: tuple["Change", ...]) -> list[dict[str, Any]]:
        return [
            {
                "name": one.name,
                "siret": one.siret,
                "fields": [{"field": f, "before": b, "after": a} for f, b, a in one.fields],
            }
            for one in found
        ]

    return {
        "file": report.file,
        "source": report.source.value,
        "written": report.written,
        "read": report.read,
        "added": report.added,
        "changed": changes(report.changed),
        "kept": changes(report.kept),
        "unchanged": report.unchanged,
        "refused": [{"line": one.line, "reason": str(one.refusal), "said": one.said} for one in report.refused],
        "absent": [{"siret": siret, "name": name} for siret, name in report.absent],
    }
