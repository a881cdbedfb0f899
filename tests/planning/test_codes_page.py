"""docs/tableaux.md names every code that a line can bear."""

from pathlib import Path

from levier.planning.labels import PROBLEMS
from levier.planning.reading import ERRORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tableaux.md"


def test_the_page_names_every_code_with_its_weight():
    told = PAGE.read_text(encoding="utf-8")
    for code, words in PROBLEMS.items():
        assert f"| `{code}` | {'erreur' if code in ERRORS else 'avertissement'} | {words} |" in told
    assert not ERRORS - set(PROBLEMS)
