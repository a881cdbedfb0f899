"""The report of a run in French, for a person at a terminal."""

from levier.foundation.french import HARD, number, plural
from levier.open_data.labels import DOUBTS, REASONS
from levier.open_data.values import Counts, Doubt, FileReport, Reason


def summary(reports: list[FileReport], verb: str) -> str:
    """`verb`: what became of accepted records, in the feminine singular (retenue, importée)."""
    lines = []
    total = Counts()
    for report in reports:
        if report.fault is None:
            total.add(report.counts)
            lines.append(f"{report.file}{HARD}: {_counts(report.counts, verb)}")
            lines += [f"  rubrique ignorée{HARD}: {section}" for section in report.ignored_sections]
    if len(reports) > 1:
        lines.append(f"En tout{HARD}: {_counts(total, verb)}")
    refusals = {code: count for code, count in total.reasons.items() if code not in total.warning_reasons}
    lines += _reasons(
        "Fiches refusées, gardées avec leur texte", {REASONS[Reason(code)]: n for code, n in refusals.items()}
    )
    lines += _reasons("Avertissements", {DOUBTS[Doubt(code)]: n for code, n in total.warning_reasons.items()})
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
