"""Tags and filters of every template (builtins: no `load` needed). How to use them: docs/pages.md."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from levier.foundation import french
from levier.web import wording
from levier.web.hours_bar import HoursBar

register = template.Library()

CHIP_ICONS = {"ok": "check", "wait": "clock", "bad": "alert", "info": "info", "turn": "turn", "line": "minus"}
NOTE_ICONS = {"": "info", "info": "info", "ok": "check", "wait": "clock", "bad": "alert"}
type Number = Decimal | int | str | None
type Day = date | datetime | None
EMPTY = "—"


def _decimal(value: Number) -> Decimal | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


# --- filters -----------------------------------------------------------------------------------------------------


@register.filter
def hours(value: Number, places: int | None = None) -> str:
    """`1 480`, or `151,67` where it is not whole; `|hours:2` always with two decimals. Without the unit."""
    found = _decimal(value)
    return EMPTY if found is None else wording.quantity(found, places)


@register.filter
def hours_unit(value: Number, places: int | None = None) -> str:
    """`1 480 h`."""
    found = _decimal(value)
    return EMPTY if found is None else wording.hours(found, places)


@register.filter
def count(value: Number) -> str:
    """A count of things, grouped by three: `12 480`."""
    found = _decimal(value)
    return EMPTY if found is None else french.number(found, 0)


@register.filter
def euros(value: Number, size: str = "") -> str:
    """`200 000 €`; `|euros:"short"` for `4,9 M€`."""
    found = _decimal(value)
    if found is None:
        return EMPTY
    return wording.large_euros(found) if size == "short" else wording.euros(found)


@register.filter
def percent(value: Number, places: int = 1) -> str:
    """A fraction: `0.786` gives `78,6 %`."""
    found = _decimal(value)
    return EMPTY if found is None else wording.percent(found, places)


@register.filter
def day(value: Day) -> str:
    """`24 nov. 2026`."""
    return wording.short_day(value) if value else EMPTY


@register.filter
def long_day(value: Day, form: str = "") -> str:
    """`mardi 24 novembre 2026`; `|long_day:"date"` without the weekday."""
    return wording.long_day(value, weekday=form != "date") if value else EMPTY


@register.filter
def month(value: Day) -> str:
    """`octobre 2026`."""
    return wording.month(value) if value else EMPTY


@register.filter
def of_month(value: Day) -> str:
    """`d’octobre 2026`, `de mars 2026`."""
    return wording.of_month(value) if value else EMPTY


@register.filter
def moment(value: datetime | None) -> str:
    """`24 nov. 2026 à 14 h 05`."""
    return wording.moment(value) if value else EMPTY


@register.filter
def iso(value: Day) -> str:
    """The machine-readable date of `<time datetime>`."""
    return value.isoformat() if value else ""


@register.filter
def plural(value: int, forms: str) -> str:
    """`{{ n|plural:"ligne,lignes" }}` gives `3 lignes`; 0 and 1 are singular."""
    return wording.plural(int(value), forms)


register.filter("phone", wording.phone)
register.filter("tel", wording.telephone_link)
register.filter("siret", wording.siret)
register.filter("initials", wording.initials)
register.filter("weight", wording.weight)


# --- small pieces --------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An icon of the sprite. Silent for screen readers unless it has a label."""
    return _icon(*map(conditional_escape, (name, label, extra)))


@lru_cache(maxsize=512)
def _icon(name: SafeString, label: SafeString, extra: SafeString) -> SafeString:
    """A page draws the same ones hundreds of times. What is kept is escaped already: no text stands for another."""
    address = f"{static('levier/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="i {}" role="img" aria-label="{}"><use href="{}"></use></svg>', extra, label, address
        )
    return format_html('<svg class="i {}" aria-hidden="true"><use href="{}"></use></svg>', extra, address)


@register.simple_tag
def chip(kind: str, label: str, symbol: str = "") -> SafeString:
    """A state: icon and word. Kinds: ok, wait, bad, info, turn, line."""
    return _chip(*map(conditional_escape, (kind, label, symbol)))


@lru_cache(maxsize=512)
def _chip(kind: SafeString, label: SafeString, symbol: SafeString) -> SafeString:
    return format_html(
        '<span class="chip chip-{}">{}{}</span>', kind, icon(symbol or CHIP_ICONS.get(kind, "info")), label
    )


@register.simple_tag
def at(page: str, public_id: str) -> str:
    """The address of a page about one object, as `{% url %}` gives it; for rows, where reversing an address costs more than the row."""
    before, after = _around(page)
    return before + public_id + after


@cache
def _around(page: str) -> tuple[str, str]:
    before, _, after = reverse(page, args=["0" * 26]).partition("0" * 26)
    return before, after


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's query string with some parameters replaced; None or "" removes one. Any change goes back to page 1."""
    request: HttpRequest | None = context.get("request")
    replaced = {"page", *changes}
    asked = request.GET.lists() if request else ()
    kept = [(name, value) for name, values in asked if name not in replaced for value in values]
    return "?" + urlencode([*kept, *((name, str(value)) for name, value in changes.items() if value not in (None, ""))])


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, key: str, label: str, css: str = "", first: str = "") -> dict[str, object]:
    """A column heading that sorts by address (`?tri=key`, `?tri=-key`). `first` is the order when none is asked."""
    request: HttpRequest | None = context.get("request")
    asked = (request.GET.get("tri") if request else "") or first
    direction = {key: "ascending", "-" + key: "descending"}.get(asked, "")
    following = "-" + key if asked == key else key
    return {"label": label, "css": css, "direction": direction, "href": query(context, tri=following)}


@register.simple_tag
def hours_bar(
    promised: Number,
    due: Number,
    declared: Number,
    accepted: Number,
    size: str = "large",
    legend: bool = True,
    pivot: str = "due",
) -> SafeString:
    """The hours bar, `large` with its legend in figures or `mini` for a row. `pivot`: `due` to date, or `expected` (see HoursBar)."""
    figures = [_decimal(value) or Decimal(0) for value in (promised, due, declared, accepted)]
    bar = HoursBar(figures[0], figures[1], figures[2], figures[3], pivot)
    return _mini_bar(bar) if size == "mini" else _box("hours_bar", bar=bar, legend=legend)


def _mini_bar(bar: HoursBar) -> SafeString:
    """Drawn here, without a template: a page has forty. Lengths are numbers that the bar makes; the sentence is escaped."""
    gap, mark = "", ""
    if bar.missing:
        gap = f'<rect class="gap" x="{bar.declared_width}" width="{bar.missing_width}" height="9"></rect>'
    if at := bar.promised_mark:
        mark = f'<line class="promised" x1="{at}" x2="{at}" y1="-1" y2="10"></line>'
    return mark_safe(  # noqa: S308 - see above
        f'<svg class="hbar hbar-mini" role="img" aria-label="{escape(bar.sentence)}"><rect class="track" width="100%" height="9" rx="2"></rect>'
        f'{gap}<rect class="declared" width="{bar.declared_width}" height="9"></rect><rect class="accepted" width="{bar.accepted_width}" height="9">'
        f'</rect>{mark}<svg x="{bar.pivot}" y="10" overflow="visible"><path class="pivot" d="M0 0l4.5 7.5h-9z"></path></svg></svg>'
    )


# --- boxes with content --------------------------------------------------------------------------------------------


def _box(name: str, **values: object) -> SafeString:
    return mark_safe(render_to_string(f"components/{name}.html", values))  # noqa: S308 - the template escapes


@register.simple_block_tag
def turn(content: str, kind: str, who: str, what: str, initials: str = "", organisation: bool = False) -> SafeString:
    """Whose turn: kind `yours`, `other` or `done`; inside, the buttons (one filled at most)."""
    return _box("turn", content=content, kind=kind, who=who, what=what, initials=initials, organisation=organisation)


@register.simple_block_tag
def note(content: str, kind: str = "", title: str = "", role: str = "") -> SafeString:
    """A message in the page: kind "", `ok`, `wait` or `bad`. `role="alert"` only for what has just happened."""
    return _box("note", content=content, kind=kind, title=title, role=role, symbol=NOTE_ICONS.get(kind, "info"))


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 - it is the attribute's name
    """A dialog opened by `data-dialog="id"`; inside, `.dialog-body` then `.dialog-foot`."""
    return _box("dialog", content=content, id=id, title=title)


@register.simple_block_tag
def tablebox(content: str, label: str, scroll: bool = False, extra: str = "") -> SafeString:
    """The frame of a table. `scroll=True` makes a region that scrolls and takes the focus."""
    return _box("tablebox", content=content, label=label, scroll=scroll, extra=extra)


# --- form fields ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(name: str, label: str, **options: Any) -> dict[str, object]:
    """One field with its label, help and error. Options: value, kind (text, hours, number, date, month, email, password,
    select, textarea, file), options ((value, label) pairs), help, error, unit, required, id, attrs (mapping).
    """
    kind = options.pop("kind", "text")
    shown = {"value": "", "help": "", "error": "", "unit": "", "required": False, "options": (), "attrs": {}, **options}
    numeric = kind in {"hours", "number"}
    types = {"hours": "text", "number": "text"}
    return {
        **shown,
        "name": name,
        "label": label,
        "id": options.get("id") or f"f-{name}",
        "kind": kind,
        "type": types.get(kind, kind),
        "numeric": numeric,
        "attrs": _attributes(shown["attrs"]),
        "value": "" if shown["value"] is None else shown["value"],
    }


def _attributes(attrs: Mapping[str, object]) -> list[tuple[str, object]]:
    return [(name, value) for name, value in attrs.items() if value not in (None, False)]


@register.inclusion_tag("components/field.html")
def form_field(bound: BoundField, unit: str = "", kind: str = "") -> dict[str, object]:
    """A field of a Django form, drawn like the others."""
    widget = bound.field.widget
    found = kind or {"Textarea": "textarea", "Select": "select", "PasswordInput": "password", "EmailInput": "email",
                     "DateInput": "date", "FileInput": "file", "NumberInput": "number"}.get(type(widget).__name__, "text")  # fmt: skip
    choices: Sequence[tuple[Any, Any]] = list(getattr(widget, "choices", ()))
    value = bound.value()
    return field(
        bound.html_name,
        str(bound.label),
        kind=found,
        value=value.isoformat() if isinstance(value, date) else value,
        options=[(str(code), label) for code, label in choices],
        help=str(bound.help_text),
        error=" ".join(str(error) for error in bound.errors),
        unit=unit,
        required=bound.field.required,
        id=bound.id_for_label,
        attrs=widget.attrs,
    )
