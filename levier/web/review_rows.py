"""The rows of the hours to accept, drawn here: a hundred of them through a template took a fifth of the page's time.

What is not markup of this file is escaped by `_filled`.
"""

import html
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from levier.web.templatetags.levier import at, chip, icon

ROW = (
    '<tr data-line data-row="{exact}" data-id="{id}" data-name="{name}"{on} id="l-{id}">\n'
    '<td><input type="checkbox" name="line" value="{id}" aria-label="Choisir {name}"></td>\n'
    '<th scope="row"><a class="row-link" data-do="p" href="{address}#piece">{name}</a><span class="cell-sub">{where}</span></th>\n'
    '<td class="num strong" data-l="Déclarées">{hours}{change}</td><td class="num" data-l="Au bulletin">{worked}</td>\n'
    '<td class="doubts" data-l="Contrôle">{doubts}</td>\n'
    '<td class="acts"><button class="btn btn-s" type="submit" name="accept" value="{id}" data-do="a">Accepter'
    '<span class="sr"> les heures de {name}</span></button> <a class="btn btn-s btn-quiet" href="{refuse}" data-do="r" data-refuse>'
    'Refuser<span class="sr"> les heures de {name}</span></a></td></tr>\n'
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line in the list, in words. `exact`: its hours as the page's script adds them; `change`: since last month, with its sign;
    `worked`: of the payslip; `pieces`: whether evidence is joined; `doubts`: in a few words, and whether the person must be answered first.
    """

    id: str
    name: str
    where: str
    exact: str
    hours: str
    change: str
    worked: str
    pieces: bool
    doubts: tuple[tuple[str, bool], ...]


def drawn(rows: Iterable[Row], asked: QueryDict, current: str) -> SafeString:
    """The rows one after the other; `asked`: the page's query string, kept in the address of each; `current`: the one beside the list."""
    kept = asked.copy()
    for name in ("page", "ligne"):
        kept.pop(name, None)
    before = "?" + kept.urlencode() + ("&" if kept else "") + "ligne="
    contests, agrees = reverse("contests"), chip("line", "Concorde", "check")
    return mark_safe(  # noqa: S308 - each row is filled below
        "".join(
            _filled(
                ROW,
                exact=one.exact,
                id=one.id,
                name=one.name,
                on=mark_safe(' class="is-on"') if one.id == current else "",
                address=before + one.id,
                where=one.where,
                hours=one.hours,
                change=_filled('<span class="cell-sub">{change}</span>', change=one.change) if one.change else "",
                worked=one.worked or _no_payslip(one.pieces),
                doubts=_doubts(one.doubts, contests) or agrees,
                refuse=at("line-refuse", one.id),
            )
            for one in rows
        )
    )


def _filled(form: str, **values: str) -> SafeString:
    """As Django's `format_html`, which looks for texts translated later in each of the dozen values of each row."""
    return mark_safe(  # noqa: S308 - what is put in is escaped, or was
        form.format(**{name: one if isinstance(one, SafeString) else html.escape(one) for name, one in values.items()})
    )


def _no_payslip(pieces: bool) -> SafeString:
    return _filled('<span class="muted">{words}</span>', words="idem" if pieces else "—")


def _doubts(doubts: tuple[tuple[str, bool], ...], contests: str) -> SafeString:
    found = SafeString()
    for words, by_person in doubts:
        said = _filled('<a href="{address}">{words}</a>', address=contests, words=words) if by_person else words
        found += _filled('<span class="why">{icon} {said}</span>', icon=icon("clock"), said=said)
    return found
