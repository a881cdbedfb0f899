"""Filling models in Word. `answer` runs in a confined child, with a sandboxed template language: a model may come from anybody."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from levier.drafting.values import Piece
from levier.foundation.archives import steadied
from levier.foundation.confinement import Overwhelmed, run_confined
from levier.foundation.french import typeset

_MODULE = "levier.drafting.filling"


class Unfillable(RuntimeError):  # noqa: N818 - read aloud: "unfillable"
    """A model could not be filled; the argument is its piece, empty when the whole failed."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or table of a filled document, to be shown on a page. `kind`: title, heading, sub, item, note, text or table."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    content: bytes
    blocks: tuple[Block, ...]


def fill(models: Mapping[Piece, bytes], context: Mapping[str, Any]) -> dict[Piece, Filled]:
    """Each model filled with the fields of the context. Raise Unfillable, naming the piece, when one cannot be."""
    payload = {
        "models": {piece.value: base64.b64encode(model).decode() for piece, model in models.items()},
        "contexts": [context],
    }
    try:
        found = json.loads(run_confined(_MODULE, json.dumps(payload).encode()))
    except Overwhelmed:
        raise Unfillable("") from None
    if "unfillable" in found:
        raise Unfillable(found["unfillable"])
    return {
        Piece(piece): Filled(
            base64.b64decode(one["content"]),
            tuple(Block(block["kind"], block["text"], tuple(map(tuple, block["rows"]))) for block in one["blocks"]),
        )
        for piece, one in found["filled"].items()
    }


def faults_in(model: bytes, contexts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a model put back, in French sentences; nothing when it can serve for each of these contexts."""
    payload = {"check": base64.b64encode(model).decode(), "contexts": list(contexts)}
    try:
        found: list[str] = json.loads(run_confined(_MODULE, json.dumps(payload).encode()))["faults"]
    except Overwhelmed:
        return [
            "Ce document demande trop de temps ou de mémoire pour être rempli. Simplifiez-le, ou repartez du modèle livré."
        ]
    return [typeset(one) for one in found]


def answer(payload: bytes) -> bytes:
    """In the child."""
    asked = json.loads(payload)
    if "check" in asked:
        return json.dumps({"faults": _check(base64.b64decode(asked["check"]), asked["contexts"])}).encode()
    filled = {}
    for piece, model in asked["models"].items():
        try:
            content = render_model(base64.b64decode(model), asked["contexts"][0])
        except Exception:  # noqa: BLE001 - whatever a foreign model does wrong is said by its piece
            return json.dumps({"unfillable": piece}).encode()
        filled[piece] = {"content": base64.b64encode(content).decode(), "blocks": blocks_of(content)}
    return json.dumps({"filled": filled}).encode()


def _check(model: bytes, contexts: list[dict[str, Any]]) -> list[str]:
    from levier.drafting.checking import faults_of_archive, faults_of_text

    faults = faults_of_archive(model) or faults_of_text(model)
    if faults:
        return faults
    for context in contexts:
        try:
            render_model(model, context)
        except Exception as fault:  # noqa: BLE001 - said in words to who put the model back
            place = next((line.strip() for line in getattr(fault, "docx_context", ()) if "{" in line), "")
            where = f" près de « {place[:90]} »" if place else ""
            return [
                f"Le document ne se laisse pas remplir{where}. Vérifiez que chaque commande est seule dans son paragraphe ou sa ligne."
            ]
    return []


def render_model(model: bytes, context: dict[str, Any]) -> bytes:
    """A model filled in this very process: for models of ours, or in the child."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    template = DocxTemplate(io.BytesIO(model))
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    template.render(context, jinja_env=environment)
    for paragraph in template.docx.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}r"):
        _mark_missing(paragraph)
    buffer = io.BytesIO()
    template.docx.save(buffer)
    return steadied(buffer.getvalue())


def _mark_missing(run: Any) -> None:
    """What is left to complete is highlighted."""
    from docx.enum.text import WD_COLOR_INDEX
    from docx.text.run import Run

    if "[à compléter" in "".join(text for text in run.itertext()):
        Run(run, None).font.highlight_color = WD_COLOR_INDEX.YELLOW  # type: ignore[arg-type]  # no parent is needed to set a font


_KINDS = {"Title": "title", "Heading 1": "heading", "Heading 2": "sub", "List Bullet": "item"}


def blocks_of(content: bytes) -> list[dict[str, Any]]:
    """The document as paragraphs and tables, in order."""
    from docx import Document
    from docx.table import Table

    found: list[dict[str, Any]] = []
    for one in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(one, Table):
            rows = [[cell.text.strip() for cell in row.cells] for row in one.rows]
            found.append({"kind": "table", "text": "", "rows": rows})
        elif one.text.strip():
            style = one.style.name if one.style is not None else ""
            shaded = bool(one._p.xpath("./w:pPr/w:shd"))  # noqa: SLF001 - python-docx does not read shading
            kind = "note" if shaded else _KINDS.get(style or "", "text")
            found.append({"kind": kind, "text": one.text.strip(), "rows": []})
    return found
