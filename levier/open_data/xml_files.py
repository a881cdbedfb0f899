"""Essential data in XML: `<marches><marche>…</marche><contrat-concession>…</contrat-concession></marches>`, or one record alone.

The file is read as a stream, record by record. A document type (DTD) is refused before anything of it is read: no publication needs
one, and entities are how a small file becomes a huge one or reads other files.
"""

import re
from collections.abc import Iterator
from typing import Any, Protocol

from lxml import etree

from levier.open_data.identity import exact_number
from levier.open_data.values import BIT, Doubt, FileFault, FileRefused, Parsed

RECORDS = frozenset(["marche", "contrat-concession", "contrat_concession", "concession"])
WRAPPERS = frozenset(["marches", "contrats-concession", "contrats-concessions", "concessions"])
LISTS = {
    "titulaires": "titulaire", "concessionnaires": "concessionnaire", "modifications": "modification",
    "actesSousTraitance": "acteSousTraitance", "modificationsActesSousTraitance": "modificationActeSousTraitance",
    "donneesExecution": "donneesAnnuelles", "tarifs": "tarif",
}  # fmt: skip
"""Elements that JSON publishes as a list of objects with one key."""
WORDS = {
    "considerationsSociales": "considerationSociale", "considerationsEnvironnementales": "considerationEnvironnementale",
    "modalitesExecution": "modaliteExecution", "techniques": "technique", "typesPrix": "typePrix",
}  # fmt: skip
"""Elements that JSON publishes as an object that holds a list of words."""
NUMBERS = frozenset(
    "montant valeurGlobale dureeMois offresRecues montantSubventionPublique tauxAvance origineUE origineFrance "
    "depensesInvestissement".split()
)
TRUTHS = {"true": True, "1": True, "oui": True, "false": False, "0": False, "non": False}
TRUTH_FIELDS = frozenset(["marcheInnovant", "attributionAvance", "sousTraitanceDeclaree"])
DEEPEST = 30
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,12})?([eE][+-]?\d{1,3})?", re.ASCII)
_DOCTYPE = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
PROLOG = 4096
_UNFINISHED = frozenset([etree.ErrorTypes.ERR_TAG_NOT_FINISHED, etree.ErrorTypes.ERR_DOCUMENT_END])


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class XmlDocument:
    """The records of one XML file. `ignored`: elements beside the records, which are no records."""

    def __init__(self, stream: "Readable", head: bytes) -> None:
        self._stream, self._head = stream, head
        self.read = 0
        self.ignored: list[str] = []

    def records(self) -> Iterator[Parsed]:
        """Raise FileRefused where the file is no well-formed XML, or holds a document type."""
        head = self._head[:PROLOG]
        if _DOCTYPE.search(head.replace(b"\0", b"")):
            raise FileRefused(FileFault.XML_DTD)
        events = etree.iterparse(
            self._stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
            dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            yield from self._walk(events)
        except etree.XMLSyntaxError as error:
            fault = FileFault.TRUNCATED if getattr(error, "code", 0) in _UNFINISHED else FileFault.XML_BROKEN
            if fault is FileFault.XML_BROKEN and "encod" in str(error).lower():
                fault = FileFault.XML_ENCODING
            raise FileRefused(fault, record=self.read + 1, line=error.lineno or 0) from None

    def _walk(self, events: Any) -> Iterator[Parsed]:
        depth = inside = 0
        for event, element in events:
            if event == "start":
                depth += 1
                if depth == 1 and element.getroottree().docinfo.internalDTD is not None:
                    raise FileRefused(FileFault.XML_DTD)
                if depth > DEEPEST:
                    raise FileRefused(FileFault.TOO_DEEP, record=self.read + 1, line=element.sourceline or 0)
                if not inside and local(element) in RECORDS:
                    inside = depth
                continue
            if inside == depth:
                self.read += 1
                yield parsed_record(element)
                inside = 0
                _let_go(element)
            elif not inside:
                if depth > 1 and local(element) not in WRAPPERS:
                    self.ignored.append(local(element)[:60])
                _let_go(element)
            depth -= 1


def _let_go(element: Any) -> None:
    """Free what was read, so that a file of any size fits."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def local(element: Any) -> str:
    """The name without its namespace; an entity that was not resolved has none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def parsed_record(element: Any) -> Parsed:
    raw = etree.tostring(element, encoding="utf-8", with_tail=False)
    twins = _Twins()
    value = _object(element, twins)
    mask = BIT[Doubt.DUPLICATE_KEY] if twins.found else 0
    section = "marche" if local(element) == "marche" else "contrat-concession"
    return Parsed(raw, value, mask, section, line=element.sourceline or 0)


class _Twins:
    found = False


def _object(element: Any, twins: _Twins) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for child in element:
        name = local(child)
        if not name:
            continue
        value = _value(name, child, twins)
        if name in out:
            twins.found = True
            if value == "":
                continue
        out[name] = value
    return out


def _value(name: str, element: Any, twins: _Twins) -> Any:
    if name in LISTS and not (name == "tarifs" and not len(element)):
        return [{local(child): _value_of_item(child, twins)} for child in element if local(child)]
    if name in WORDS:
        words = [_text(child) for child in element if local(child)]
        return {WORDS[name]: [word for word in words if word]} if words else _text(element)
    if len(element):
        return _object(element, twins)
    text = _text(element)
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return exact_number(text)
    return TRUTHS.get(text.lower(), text) if name in TRUTH_FIELDS else text


def _value_of_item(element: Any, twins: _Twins) -> Any:
    return _object(element, twins) if len(element) else _text(element)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
