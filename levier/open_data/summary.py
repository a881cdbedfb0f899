"""The report of a run in French, for a person at a terminal."""

from levier.foundation.french import HARD, number, plural
from levier.open_data.corrections import Corrections
from levier.open_data.labels import DOUBTS, REASONS
from levier.open_data.values import Counts, Doubt, FileReport, Reason


def report_as_json(files: list[FileReport], corrections: Corrections | None = None) -> dict[str, object]:
    total = Counts()
    for report in files:
        total.add(report.counts)
    refused = sum(report.fault is not None for report in files)
    told: dict[str, object] = {
        "total": {**total.as_json(), "files": len(files), "files_refused": refused},
        "files": [report.as_json() for report in files],
    }
    if corrections:
        told["corrections"] = [
            {**one.as_json(), "applied": applied}
            for one, applied in zip(corrections.all, _applied(files, corrections), strict=True)
        ]
    return told


def _applied(reports: list[FileReport], corrections: Corrections) -> list[int]:
    """Accepted records that each correction was applied to."""
    return [sum(report.applied.get(place, 0) for report in reports) for place in range(len(corrections.all))]


def summary(reports: list[FileReport], verb: str, corrections: Corrections | None = None) -> str:
    """`verb`: what became of accepted records, in the feminine singular (retenue, importée)."""
    lines = []
    total = Counts()
    for report in reports:
        if report.fault is None:
            total.add(report.counts)
            lines.append(f"{report.file}{HARD}: {_counts(report.counts, verb)}")
            lines += [f"  rubrique ignorée{HARD}: {section}" for section in report.ignored_sections]
            lines += [
                f"  fiche {one.number}, ligne {one.line}, octet {one.offset}{HARD}: abîmée, {number(one.size)} octets passés"
                for one in report.rejections
                if one.offset >= 0
            ]
    if len(reports) > 1:
        lines.append(f"En tout{HARD}: {_counts(total, verb)}")
    refusals = {code: count for code, count in total.reasons.items() if code not in total.warning_reasons}
    lines += _reasons(
        "Fiches refusées, gardées avec leur texte", {REASONS[Reason(code)]: n for code, n in refusals.items()}
    )
    lines += _reasons("Avertissements", {DOUBTS[Doubt(code)]: n for code, n in total.warning_reasons.items()})
    if corrections:
        lines.append(f"Corrections{HARD}:")
        for one, applied in zip(corrections.all, _applied(reports, corrections), strict=True):
            where = f" ({one.id})" if one.id else ""
            lines.append(
                f"  {number(applied):>8}  {one.field}{where}{HARD}: «{HARD}{one.wrong}{HARD}» → «{HARD}{one.right}{HARD}»"
            )
    return "\n".join(lines)


def _counts(counts: Counts, verb: str) -> str:
    told = (
        plural(counts.read, "fiche lue", "fiches lues"),
        f"{plural(counts.accepted, verb, f'{verb}s')} (dont {plural(counts.updated, 'mise à jour', 'mises à jour')})",
        plural(counts.duplicates, "déjà connue", "déjà connues"),
        plural(counts.rejected, "refusée"),
        plural(counts.warnings, "avertissement"),
    )
    return ", ".join(told) + "."


def _reasons(title: str, counts: dict[str, int]) -> list[str]:
    if not counts:
        return []
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{title}{HARD}:", *(f"  {number(count):>8}  {sentence}" for sentence, count in ordered)]
