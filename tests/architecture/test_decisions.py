"""Every direct dependency is named in a decision, with its runner-up."""

import json
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DECISIONS = PROJECT / "docs" / "decisions"
PARTS = ("**Context.**", "**Decision.**", "**Runners-up.**")


def direct_dependencies(project: Path) -> dict[str, str]:
    """Name -> the file that asks for it."""
    found = {}
    for path in sorted((project / "requirements").glob("*.in")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if name := re.match(r"[A-Za-z0-9][\w.-]*", line):
                found[name[0].lower()] = f"requirements/{path.name}"
    wanted = json.loads((project / "package.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
        found |= {name.lower(): "package.json" for name in wanted.get(kind, {})}
    return found


def decided(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8").lower() for path in sorted(folder.glob("[0-9]*.md")))


def undecided(dependencies: dict[str, str], text: str) -> list[str]:
    return [
        f"{name} ({file}): in no decision"
        for name, file in dependencies.items()
        if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)
    ]


def malformed(name: str, text: str) -> list[str]:
    number, first = name.partition("-")[0], text.split("\n", 1)[0]
    found = [f"{name}: without {part}" for part in PARTS if part not in text]
    if not first.startswith(f"# {int(number)}. "):
        found.append(f"{name}: its title does not bear its number")
    return found


def test_every_direct_dependency_is_decided():
    dependencies = direct_dependencies(PROJECT)
    assert len(dependencies) > 40
    assert undecided(dependencies, decided(DECISIONS)) == []


def test_every_decision_has_its_parts_and_a_number_of_its_own():
    paths = sorted(DECISIONS.glob("*.md"))
    assert [fault for path in paths for fault in malformed(path.name, path.read_text(encoding="utf-8"))] == []
    numbers = [path.name[:4] for path in paths]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("file", "line"), [("app.in", "flask>=3\n"), ("dev.in", "tox\n"), ("geometry.in", "gdal==3.9\n")]
)
def test_a_planted_requirement_is_seen(tmp_path, file, line):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / file).write_text(f"# a comment\n-r app.in\n{line}", encoding="utf-8")
    (tmp_path / "package.json").write_text('{"devDependencies": {"vite": "8"}}', encoding="utf-8")
    found = undecided(direct_dependencies(tmp_path), decided(DECISIONS))
    assert len(found) == 2
    assert found[1] == "vite (package.json): in no decision"


def test_a_name_inside_another_is_no_decision():
    assert undecided({"ruff": "dev.in"}, "we take ruffle and my-ruff") == ["ruff (dev.in): in no decision"]


def test_a_planted_decision_without_runner_up_is_seen():
    text = "# 8. X\n**Context.** a **Decision.** b"
    assert malformed("0008-x.md", text) == ["0008-x.md: without **Runners-up.**"]
    assert malformed("0009-x.md", text.replace("Decision.**", "Decision.** **Runners-up.**")) == [
        "0009-x.md: its title does not bear its number"
    ]
