"""R2: every column, read and written.

Read: a mark of its own is put in every free column of two universes; every page is then asked by everybody it is for, files opened
(ZIP, XLSX, DOCX, PDF), and each mark found must belong to a class of data that levier/columns.toml opens to that role.
Written: every form found on those pages is sent as it stands plus one value for every column that it does not offer; none may be kept.
"""

import io
import itertools
import logging
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from tests.reliability.figure import Figure

N = 1
"""Passes; each walks all columns and all forms."""
MARK = re.compile(r"ZQ(\d{4})Z")
TEXT, NUMBER, DAY = "MASSEZ", "98765.43", "1971-07-13"
"""Sent for every column that a form does not offer."""
OPENED_TO = {
    "anonymous": ("anonymous",),
    "mission": ("mission", "oneself", "own organisation"),
    "buyer": ("buyer", "oneself", "own organisation"),
    "facilitator": ("facilitator", "oneself", "own organisation"),
    "company": ("company", "own employer", "oneself", "own organisation"),
    "structure": ("anonymous", "structure", "own employer", "oneself", "own organisation"),
    "prescriber": ("anonymous", "prescriber", "oneself", "own organisation"),
}
"""Role → the words of `visibility` that open a class to it. Whose row it is, is R1's matter."""
EXPLAINED = {
    (
        "reference_storedvalue.created_by_label",
        "anonymous",
    ): "a value that came with Levier says so; a person’s name is shown to those who are signed in",
    (
        "files_storedfile.name",
        "buyer",
    ): "the name of a kit or a model that this buyer made; pieces of statements are not on those pages",
    ("referrals_position.job_title", "prescriber"): "a position is opened to be read by those who propose people",
    ("referrals_position.link", "prescriber"): "idem: why the position belongs to the contract",
}
"""Seen and judged right: the same column serves two purposes. Each has its reason; their number is part of the figure."""


@dataclass(frozen=True)
class Form:
    name: str
    address: str
    fields: tuple[tuple[str, str], ...]


def run(n: int, seed: int, _copy: object = None) -> dict[str, Any]:
    figure = Figure(n)
    with tempfile.TemporaryDirectory() as pieces:
        logging.disable(logging.CRITICAL)
        from django.test import override_settings

        from levier import columns
        from tests.matrix.universe import two_universes

        with override_settings(MEDIA_ROOT=Path(pieces)):
            pair = two_universes()
            marks, uncovered = mark_columns()
            forms: set[Form] = set()
            shown, answers, broken = read_everything(pair, marks, forms)
            kept, sent, effective = write_everything(pair, forms)
            figure.planted = planted_faults(pair, marks)
        figure.found = {
            "columns": sum(len(one) for one in columns.register()["column"].values()), "unclassified": columns.faults(),
            "marked": len(marks), "free_columns_not_marked": uncovered, "answers_read": answers, "explained": len(EXPLAINED), "shown_out_of_class": sorted(shown)[:20],
            "pages_broken_by_a_mark": sorted(broken)[:10], "forms": len(forms), "forms_sent": sent, "that_changed_something": effective,
            "kept_though_not_offered": sorted(kept)[:10],
        }  # fmt: skip
        figure.n = answers + sent
        figure.met = not (columns.faults() or shown or kept or broken)
    return figure.told()


def mark_columns() -> tuple[dict[int, tuple[str, str]], int]:
    """Mark → (table, column), for every column of free text whose constraints accept a mark; and how many do not."""
    from django.apps import apps
    from django.db import DatabaseError, connection, models, transaction

    marks, uncovered, numbers = {}, 0, itertools.count(1)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            for column in model._meta.concrete_fields:
                if not _free(model, column, models):
                    continue
                number = next(numbers)
                suffix = "|| id" if column.unique else ""
                try:
                    with transaction.atomic():
                        cursor.execute(f'UPDATE "{table}" SET "{column.column}" = %s {suffix}', [f"ZQ{number:04d}Z"])
                    marks[number] = (table, column.column)
                except DatabaseError:
                    uncovered += 1
        cursor.execute("SET session_replication_role = origin")
    return marks, uncovered


def _free(model: Any, column: Any, models: Any) -> bool:
    """Text that people write: neither an identifier of an address nor a code that the programs read."""
    if not isinstance(column, models.CharField | models.TextField) or column.primary_key:
        return False
    if column.name in {"public_id", "password"}:  # an address; and what a session is bound to
        return False
    if not model.__module__.startswith("levier.") or (column.max_length or 99) < 8:
        return False
    values = {str(value) for value in model._default_manager.values_list(column.name, flat=True)[:50] if value}
    return bool(values) and not all(re.fullmatch(r"[a-z0-9_./:-]*|[A-Z]{2,12}|\d+", value) for value in values)


def read_everything(
    pair, marks, forms: set[Form], only: tuple[str, ...] = (), labels: tuple[str, ...] = ("A", "B")
) -> tuple[set[str], int, set[str]]:
    """Marks seen by a role their class is not opened to; answers read; pages that broke."""
    from levier import columns
    from tests.matrix.universe import NAMES, ROLE_OF

    shown, broken, answers = set(), set(), 0
    for name, client, page, address in _visits(pair, NAMES, only, labels):
        response = client.get(address)
        answers += 1
        if response.status_code >= 500:
            broken.add(f"{page.name} as {name}")
            continue
        content = b"".join(response.streaming_content) if response.streaming else response.content
        said = _text_of(content, response.headers.get("Content-Type", "")) + str(response.headers)
        for number in {int(found) for found in MARK.findall(said)}:
            table, column = marks[number]
            of_class = columns.class_of(table, column)
            opened = columns.register()["class"][of_class]["visibility"]
            if (f"{table}.{column}", ROLE_OF[name]) in EXPLAINED:
                continue
            if not any(word in entry for entry in opened for word in OPENED_TO[ROLE_OF[name]]):
                shown.add(f"{table}.{column} ({of_class}) to {ROLE_OF[name]} on {page.name}")
        if b"<form" in content and "html" in response.headers.get("Content-Type", ""):
            forms |= set(_forms(content, name, address))
    return shown, answers, broken


def _visits(pair, names, only, labels):
    """(who, browser, page, address) for every page that answers GET, asked by those who may see its object."""
    from django.test import Client

    from tests.matrix.harness import addresses, fill, objects_of
    from tests.matrix.universe import MAY_SEE, ROLE_OF

    clients = {
        name: Client(raise_request_exception=False) if name == "anonymous" else pair.world.client(name)
        for name in names
    }
    for client in clients.values():
        client.raise_request_exception = False
    for route, page in addresses():
        if page is None or "GET" not in page.methods or (only and page.name not in only):
            continue
        for label, ids in objects_of(pair, page):
            if label not in {"none", *labels} or (address := fill(route, page, ids)) is None:
                continue
            for name in names:
                if ROLE_OF[name] in page.audience and (
                    label == "none" or not page.objects or name in MAY_SEE[label].get(page.objects, names)
                ):
                    yield name, clients[name], page, address


def _text_of(content: bytes, kind: str) -> str:
    """What a person who opens the file can read in it."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(_text_of(archive.read(one), "") for one in archive.namelist())
    if content.startswith(b"%PDF"):
        import pypdfium2

        try:
            return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        except pypdfium2.PdfiumError:
            return content.decode("latin-1")  # a piece of two lines that only begins like a PDF
    return content.decode("utf-8", "replace")


def _forms(content: bytes, name: str, address: str) -> Iterator[Form]:
    from lxml import html

    for form in html.fromstring(content).forms:
        if (form.method or "").upper() != "POST":
            continue
        fields = []
        for field in form.inputs:
            if (
                not field.name
                or field.name == "csrfmiddlewaretoken"
                or field.get("type") in {"file", "submit", "image"}
            ):
                continue
            if field.get("type") in {"checkbox", "radio"} and field.get("checked") is None:
                continue
            value = field.value
            fields.append((field.name, value if isinstance(value, str) else ""))
        target = form.action or address
        yield Form(name, target if target.startswith("/") else address, tuple(sorted(fields)))


def write_everything(pair, forms: set[Form]) -> tuple[set[str], int, int]:
    """What was kept though no form offered it; forms sent; forms that changed something. Each is undone afterwards."""
    from django.db import transaction
    from django.test import Client

    from tests.matrix.harness import state

    kept, sent, effective = set(), 0, 0
    clients: dict[str, Any] = {}
    for form in sorted(forms, key=repr):
        client = clients.setdefault(form.name, Client() if form.name == "anonymous" else pair.world.client(form.name))
        client.raise_request_exception = False
        offered = dict(form.fields)
        data = _filled(offered) | {name: value for name, value in _columns().items() if name not in offered}
        if "/deconnexion/" in form.address:
            continue
        with transaction.atomic():
            before = state()
            client.post(form.address, data)
            sent += 1
            effective += state() != before
            kept |= {f"{where} by {form.address} as {form.name}" for where in _kept(offered)}
            transaction.set_rollback(True)
    return kept, sent, effective


def _filled(offered: dict[str, str]) -> dict[str, str]:
    return {name: value or "1" for name, value in offered.items()}


def _columns() -> dict[str, str]:
    """One value for every column of every table, by its own name and by that of its key."""
    from django.apps import apps
    from django.db import models

    found = {}
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            match column:
                case models.DateTimeField() | models.DateField():
                    value = DAY
                case models.DecimalField():
                    value = NUMBER
                case models.BooleanField():
                    value = "on"
                case models.IntegerField() | models.ForeignKey():
                    value = "98765"
                case _:
                    value = TEXT
            found |= {column.name: value, column.column: value}
    return found


def _kept(offered: dict[str, str]) -> list[str]:
    """Tables where one of the values sent is found, in a column that the form did not offer under another name."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' "
            "AND c.relkind = 'r' AND c.relname NOT IN ('django_session', 'accounts_signinattempt')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        union = " UNION ALL ".join(
            f"(SELECT '{table}' FROM \"{table}\" x WHERE x::text ~ '{TEXT}|{NUMBER}|{DAY}|(^|[(,])98765[,)]' LIMIT 1)"
            for table in tables
        )
        cursor.execute(union)
        return [name for (name,) in cursor.fetchall()]


def planted_faults(pair, marks) -> dict[str, bool]:
    from django.http import HttpResponse

    from levier import columns
    from levier.organisations.models import Organisation
    from tests.matrix.faults import replaced

    hidden = next(
        number for number, (table, column) in marks.items() if columns.class_of(table, column) == "procurement"
    )

    def telling(_request, **_kwargs):
        return HttpResponse(f"ZQ{hidden:04d}Z")

    def careless(request, **_kwargs):
        organisation = Organisation.objects.order_by("pk").first()
        for name, value in request.POST.items():
            if name in {"name", "legal_name"}:
                setattr(organisation, name, value)
        organisation.save()
        return HttpResponse("x")

    with replaced("statement", telling):
        told, _, _ = read_everything(pair, marks, set(), ("statement",))
    forms = {Form("company", f"/declarations/{pair.universes['A'].ids['commitment']}/2026-10/", (("hours", "1"),))}
    with replaced("statement", careless):
        assigned, _, _ = write_everything(pair, forms)
    with mock.patch.dict(columns.register()["column"], {"organisations_organisation": {}}):
        forgotten = bool(columns.faults())
    return {
        "a purchase to come told to a company": any("to company" in one for one in told),
        "a view that keeps whatever is sent": any("organisations_organisation" in one for one in assigned),
        "a column without a class": forgotten,
    }
