"""`levier rule list` and `levier rule run NAME`: the rules from a terminal or another program. Needs no database."""

import json
import sys
from typing import Any

import click

REFUSED = 2


@click.group(name="rule")
def rule() -> None:
    """Les règles de calcul : les lister, en appliquer une."""


@rule.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Une ligne JSON par règle, avec ses champs.")
def list_rules(as_json: bool) -> None:
    """Donne le nom de chaque règle et ce qu’elle calcule."""
    from levier.rulebook.form import describe
    from levier.rulebook.registry import all_rules

    if as_json:
        _print([describe(known) for known in all_rules()])
        return
    width = max(len(known.name) for known in all_rules())
    for known in all_rules():
        _write(f"{known.name:<{width}}  {known.purpose}\n")


@rule.command(name="run")
@click.argument("name", default="")
def run_rule(name: str) -> None:
    """Applique la règle NAME à l’objet JSON lu sur l’entrée standard."""
    from levier.rulebook.fields import RuleInputError
    from levier.rulebook.reading import MOST_BYTES, parse_document
    from levier.rulebook.registry import UnknownRule
    from levier.rulebook.registry import rule as rule_named

    try:
        known = rule_named(name)
        answer = known.run(parse_document(sys.stdin.buffer.read(MOST_BYTES + 1)))
    except UnknownRule as unknown:
        _refuse("name", str(unknown))
    except RuleInputError as fault:
        _refuse(fault.field, fault.message)
    else:
        _print(answer)


def _refuse(field: str, message: str) -> None:
    _print({"error": {"field": field, "message": message}})
    sys.exit(REFUSED)


def _print(document: Any) -> None:
    _write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _write(text: str) -> None:
    """UTF-8 whatever the terminal's locale; a lone surrogate in a quoted input is shown as a question mark."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
