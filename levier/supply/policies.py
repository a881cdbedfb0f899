"""Who may keep the directory up to date."""

from levier.audit.values import Author

KEEPERS = frozenset({"mission", "system"})
"""Roles: the Département's mission, and the command line."""


def may_edit(author: Author) -> bool:
    return str(author.role) in KEEPERS
