"""Draw docs/architecture.md from the imports themselves: the rooms, what each is, who knows whom. `make architecture`."""

import ast
import sys
import tomllib
from pathlib import Path

import grimp

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "levier"
PAGE = PROJECT / "docs" / "architecture.md"
HEAD = """\
# L’architecture, dessinée d’après les imports

*Page écrite par `make architecture` ; un test échoue quand elle ne dit plus ce que dit le code. Ne pas la modifier à la main.*

Levier est un seul paquet Python, `levier/`, avec un dossier par **pièce** (*room*). Une pièce du haut peut connaître une pièce du
bas, jamais l’inverse ; deux pièces d’un même étage ne se connaissent pas. import-linter le vérifie (`make check`), et des tests
plantent des fautes pour voir qu’il les trouve.
"""


def layers() -> list[list[str]]:
    """The floors of the house, from the top, as the import contract states them; an optional room, in brackets, once it is built."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    stated = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    floors = [[room.strip(" ()") for room in floor.split("|")] for floor in stated]
    built = [[room for room in floor if (PACKAGE / room / "__init__.py").exists()] for floor in floors]
    return [floor for floor in built if floor]


def purpose(room: str) -> str:
    """The first sentence of a room's docstring."""
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
    words = ast.get_docstring(tree) or ""
    return " ".join(words.split("\n\n")[0].split()).replace("|", "\\|")


def arrows() -> dict[str, set[str]]:
    """For each room, the rooms it imports directly."""
    graph = grimp.build_graph("levier", cache_dir=None)
    rooms = [room for floor in layers() for room in floor]
    known: dict[str, set[str]] = {room: set() for room in rooms}
    for module in graph.modules:
        room = module.split(".")[1] if "." in module else ""
        if room not in known:
            continue
        for imported in graph.find_modules_directly_imported_by(module):
            other = imported.split(".")[1] if imported.count(".") else ""
            if other in known and other != room:
                known[room].add(other)
    return known


def transitive(known: dict[str, set[str]], room: str) -> set[str]:
    """The rooms reached through others."""
    reached: set[str] = set()
    for other in known[room]:
        reached |= known[other] | transitive(known, other)
    return reached


def page() -> str:
    """The whole page."""
    floors, known = layers(), arrows()
    out = [HEAD, "## Le plan", "", "```mermaid", "flowchart TB"]
    for number, floor in enumerate(floors):
        out.append(f'  subgraph étage{len(floors) - number}[" "]')
        out.extend(f"    {room}" for room in floor)
        out.append("  end")
    drawn = {room: sorted(known[room] - transitive(known, room)) for floor in floors for room in floor}
    out.extend(f"  {room} --> {other}" for room, others in drawn.items() for other in others)
    out += [
        "```",
        "",
        "Seules les flèches directes sont dessinées : si A connaît B et B connaît C, la flèche de A à C est omise.",
        "",
    ]
    out += [
        "## Les pièces",
        "",
        "| étage | pièce | ce qu’en dit le code | elle connaît | elle est connue de |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, floor in enumerate(floors):
        for room in floor:
            above = sorted(other for other in known if room in known[other])
            out.append(
                f"| {len(floors) - number} | `{room}` | {purpose(room)} | {', '.join(sorted(known[room])) or '–'} | {', '.join(above) or '–'} |"
            )
    out += [
        "",
        "Hors des étages : `settings`, `urls`, `wsgi` (l’assemblage), `__main__` et `commands` (la ligne de commande), `embedded` et",
        "`installation` (la base de données prête à servir), `columns` (le registre des colonnes), `demonstration` (le monde fictif).",
        "",
        "## Les fichiers d’une pièce",
        "",
        "| fichier | pièces qui l’ont |",
        "| --- | --- |",
    ]
    for name in ("values", "rules", "policies", "labels", "models", "queries", "actions", "jobs"):
        having = [room for floor in floors for room in floor if (PACKAGE / room / f"{name}.py").exists()]
        out.append(f"| `{name}.py` | {', '.join(having) or '–'} |")
    return "\n".join(out) + "\n"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
