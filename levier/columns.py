"""The register of every column: its class of data, hence who may see it, how it is kept, exported, and for how long.

The register is columns.toml; `faults` compares it with the models, and a test keeps the list of faults empty.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Model

SEALED = ("identity", "sensitive")
"""Classes whose values are kept sealed, in binary columns only."""


@cache
def register() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))


def class_of(table: str, column: str) -> str | None:
    found = register()["column"].get(table, {}).get(column)
    return None if found is None else str(found)


def faults(models: list[type[Model]] | None = None) -> list[str]:
    """What the register and the models disagree on: a column without a class, an unknown class, a column that is gone,
    a sealed class on a column that is not binary.
    """
    models = models if models is not None else apps.get_models(include_auto_created=True)
    classes = register()["class"]
    found = []
    known = set()
    for model in models:
        table = model._meta.db_table  # noqa: SLF001 - Django documents _meta as public
        for column in model._meta.concrete_fields:  # noqa: SLF001 - idem
            known.add((table, column.column))
            name = class_of(table, str(column.column))
            if name is None:
                found.append(f"{table}.{column.column}: no class in columns.toml")
            elif name not in classes:
                found.append(f"{table}.{column.column}: unknown class {name}")
            elif name in SEALED and not isinstance(column, BinaryField):
                found.append(f"{table}.{column.column}: class {name} must be a sealed binary column")
    tables = {table for table, _ in known}
    found += [
        f"{table}.{column}: in columns.toml, not in the models"
        for table, columns in register()["column"].items()
        for column in columns
        if table in tables and (table, column) not in known
    ]
    return found
