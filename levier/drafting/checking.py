"""Looking at a model somebody put back: every field known, every tag closed, nothing that runs. Works on foreign bytes: in a child only."""

import io
import re
import zipfile
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

from levier.drafting.fields import FIELDS, FieldSpec, Shape

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PREFIX = re.compile(r"^-?\s*(?:(?:tr|tc|p|r)\s)?\s*")
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}")
_FOR = re.compile(r"for\s+(\w+)\s+in\s+([\w.]+)", re.UNICODE)
_CONTENT = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_FORBIDDEN = re.compile(r"vbaProject|vbaData|activeX|embeddings/|oleObject|\.bin$", re.IGNORECASE)
_LIVE_FIELDS = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE)\b", re.IGNORECASE)
_FILTERS = frozenset({"upper", "lower", "capitalize", "title", "trim", "length"})
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " "})
MOST_FAULTS = 12


@dataclass(slots=True)
class Scope:
    """Names that may be used here: the fields, and the lines of the loops around."""

    names: dict[str, FieldSpec]
    loops: list[tuple[str, str, str]] = field(default_factory=list)


def faults_of_archive(content: bytes) -> list[str]:
    """What the file must not hold, whatever its text."""
    from lxml import etree

    faults = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "word/document.xml" not in names:
            return ["Ce n’est pas un document Word (.docx)."]
        if any(_FORBIDDEN.search(name) for name in names):
            faults.append(
                "Le document contient une macro ou un objet incorporé. Enregistrez-le en « Document Word (.docx) » sans macro ni objet."
            )
        for name in names:
            if not name.endswith((".xml", ".rels")):
                continue
            part = archive.read(name)
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                return [
                    "Le document contient une déclaration qu’un document Word ne contient jamais. Enregistrez-le à nouveau depuis Word."
                ]
            try:
                root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
            except etree.XMLSyntaxError:
                return ["Le document est abîmé. Ouvrez-le dans Word, enregistrez-le, puis déposez-le à nouveau."]
            faults += _faults_of_part(name, root, part)
    return list(dict.fromkeys(faults))[:MOST_FAULTS]


def _faults_of_part(name: str, root: "object", part: bytes) -> list[str]:
    found = []
    if name == "[Content_Types].xml" and b"macroEnabled" in part:
        found.append("Le document accepte des macros (.docm). Enregistrez-le en « Document Word (.docx) ».")
    for element in root.iter():  # type: ignore[attr-defined]  # lxml's elements have no types here
        values = " ".join(element.attrib.values())
        if (
            name.endswith(".rels")
            and element.get("TargetMode") == "External"
            and not element.get("Type", "").endswith("/hyperlink")
        ):
            found.append(
                "Le document va chercher un contenu ailleurs (modèle attaché, image ou objet lié). Incorporez les images, retirez les liens."
            )
        if "{{" in values or "{%" in values:
            found.append("Un champ se trouve hors du texte (texte de remplacement d’une image, signet…). Retirez-le.")
        if element.tag == f"{_W}instrText" and _LIVE_FIELDS.search(element.text or ""):
            found.append(
                "Le document contient un champ Word qui va chercher un autre fichier. Retirez-le (Ctrl+Maj+F9)."
            )
    if not _CONTENT.fullmatch(name) and name.startswith(("docProps/", "word/")) and (b"{{" in part or b"{%" in part):
        found.append("Un champ se trouve dans les propriétés du document. Retirez-le (Fichier, Informations).")
    return found


def faults_of_text(content: bytes) -> list[str]:
    """Broken fields, unknown fields, commands that are not allowed, tags that are not closed."""
    from lxml import etree

    faults: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if _CONTENT.fullmatch(name):
                root = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
                scope = Scope({one.name: one for one in FIELDS.items})
                for paragraph in root.iter(f"{_W}p"):
                    faults += _faults_of_paragraph(_text_of(paragraph), scope)
                faults += [
                    f"La commande « {tag} » n’est jamais fermée : ajoutez « {{% {_END[kind]} %}} » après le passage « {where} »."
                    for kind, tag, where in scope.loops
                ]
    return list(dict.fromkeys(faults))[:MOST_FAULTS]


_END = {"if": "endif", "for": "endfor"}


def _text_of(paragraph: "object") -> str:
    """The paragraph's own text, without that of paragraphs inside it (text boxes)."""
    inner = {id(one) for nested in paragraph.iter(f"{_W}p") if nested is not paragraph for one in nested.iter()}  # type: ignore[attr-defined]  # lxml
    return "".join(one.text or "" for one in paragraph.iter(f"{_W}t") if id(one) not in inner)  # type: ignore[attr-defined]  # lxml


def _faults_of_paragraph(text: str, scope: Scope) -> list[str]:
    if "{" not in text and "}" not in text:
        return []
    where = " ".join(text.split())[:90]
    faults = []
    if _LEFT_OVER.search(_TOKEN.sub("", text)):
        faults.append(
            f"Champ mal écrit dans « {where} » : chaque « {{{{ » a besoin de « }}}} », chaque « {{% » de « %}} », dans le même paragraphe."
        )
    for token in _TOKEN.findall(text):
        inside = _PREFIX.sub("", token[2:-2].translate(_QUOTES)).strip().removesuffix("-").strip()
        if token.startswith("{{"):
            faults += _faults_of_expression(inside, scope, where)
        elif token.startswith("{%"):
            faults += _faults_of_command(inside, scope, where)
    return faults


def _faults_of_command(inside: str, scope: Scope, where: str) -> list[str]:
    word = inside.split(maxsplit=1)[0] if inside else ""
    match word:
        case "if" | "elif":
            if word == "if":
                scope.loops.append(("if", inside, where))
            elif not scope.loops or scope.loops[-1][0] != "if":
                return [f"« elif » sans « if » avant lui, dans « {where} »."]
            return _faults_of_expression(inside.removeprefix(word).strip(), scope, where)
        case "else":
            return (
                []
                if scope.loops and scope.loops[-1][0] == "if"
                else [f"« else » sans « if » avant lui, dans « {where} »."]
            )
        case "for":
            return _faults_of_loop(inside, scope, where)
        case "endif" | "endfor":
            kind = word.removeprefix("end")
            if not scope.loops or scope.loops[-1][0] != kind:
                return [f"« {word} » ferme une commande qui n’est pas ouverte à cet endroit, dans « {where} »."]
            _, tag, _ = scope.loops.pop()
            if kind == "for" and (match_ := _FOR.fullmatch(tag)):
                scope.names.pop(match_[1], None)
            return []
        case _:
            return [
                f"La commande « {word[:30]} » n’est pas permise, dans « {where} ». Seules le sont : if, elif, else, endif, for, endfor."
            ]


def _faults_of_loop(inside: str, scope: Scope, where: str) -> list[str]:
    scope.loops.append(("for", inside, where))
    parts = _FOR.fullmatch(inside)
    if parts is None:
        return [f"Écrivez « for ligne in liste », dans « {where} »."]
    if parts[1] in scope.names or parts[1] == "loop":
        return [f"Donnez un autre nom que « {parts[1]} » aux lignes de la liste, dans « {where} »."]
    spec = _resolve(parts[2].split("."), scope)
    if spec is None or spec.shape is not Shape.LIST:
        return [f"« {parts[2][:60]} » n’est pas une liste connue, dans « {where} »."]
    scope.names[parts[1]] = FieldSpec(parts[1], spec.says, Shape.GROUP, spec.items)
    return []


def _faults_of_expression(inside: str, scope: Scope, where: str) -> list[str]:
    try:
        body = Environment(autoescape=True).parse("{{" + inside + "}}").body
    except TemplateSyntaxError:
        return [f"Champ mal écrit : « {inside[:60]} », dans « {where} »."]
    output = body[0] if len(body) == 1 else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        return [f"Champ mal écrit : « {inside[:60]} », dans « {where} »."]
    return _faults_of_node(output.nodes[0], scope, where)


def _faults_of_node(node: nodes.Node, scope: Scope, where: str) -> list[str]:
    match node:
        case nodes.Const():
            return []
        case nodes.Name() | nodes.Getattr():
            return _faults_of_field(node, scope, where)
        case nodes.Not() | nodes.And() | nodes.Or() | nodes.Compare() | nodes.Operand():
            return [fault for child in node.iter_child_nodes() for fault in _faults_of_node(child, scope, where)]
        case nodes.Filter() if node.name in _FILTERS and node.node is not None and not (node.args or node.kwargs):
            return _faults_of_node(node.node, scope, where)
        case _:
            return [
                f"Ce calcul n’est pas permis dans un modèle, dans « {where} » : n’utilisez que les champs de la liste."
            ]


def _faults_of_field(node: nodes.Node, scope: Scope, where: str) -> list[str]:
    path: list[str] = []
    while isinstance(node, nodes.Getattr):
        path.insert(0, node.attr)
        node = node.node
    if not isinstance(node, nodes.Name):
        return [f"Champ mal écrit, dans « {where} »."]
    path.insert(0, node.name)
    if (
        path[0] == "loop"
        and path[1:] in (["first"], ["last"], ["index"])
        and any(kind == "for" for kind, _, _ in scope.loops)
    ):
        return []
    spec = _resolve(path, scope)
    if spec is None:
        return [f"Champ inconnu : « {'.'.join(path)[:60]} », dans « {where} ». {_nearest(path, scope)}"]
    return []


def _resolve(path: list[str], scope: Scope) -> FieldSpec | None:
    found = scope.names.get(path[0])
    for name in path[1:]:
        if found is None or found.shape is not Shape.GROUP:
            return None
        found = found.item(name)
    return found


def _nearest(path: list[str], scope: Scope) -> str:
    """What was probably meant, where something is close."""
    from difflib import get_close_matches

    known = list(_names(scope))
    close = get_close_matches(".".join(path), known, n=1, cutoff=0.6)
    return f"Vouliez-vous écrire « {close[0]} » ?" if close else "La liste des champs est sur la page des modèles."


def _names(scope: Scope) -> list[str]:
    found = []
    for name, spec in scope.names.items():
        found.append(name)
        found += [f"{name}.{one.name}" for one in spec.items if spec.shape is Shape.GROUP]
    return found
