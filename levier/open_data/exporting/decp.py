"""Records written as the State wants them: JSON (schema 2.0.3) and XML (XSD 2.0.2). The same records give the same bytes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from lxml import etree

_JSON = msgspec.json.Encoder(decimal_format="number")
_RENAMED = {"modificationActeSousTraitance": "modificationActesSousTraitance"}
"""The JSON schema and the XSD do not agree on that one name."""


def as_json(records: Iterable[dict[str, Any]]) -> bytes:
    document = {"marches": {"marche": list(records)}}
    return msgspec.json.format(_JSON.encode(document), indent=2) + b"\n"


def as_xml(records: Iterable[dict[str, Any]]) -> bytes:
    root = etree.Element("marches")
    for record in records:
        _fill(etree.SubElement(root, "marche"), record)
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _fill(element: etree._Element, record: dict[str, Any]) -> None:
    """Children in the order of the record: `[{"titulaire": {…}}, …]` is one element with several, a list of words several elements."""
    for name, value in record.items():
        if isinstance(value, list) and not isinstance(value[0], dict):
            for word in value:
                etree.SubElement(element, name).text = word
            continue
        child = etree.SubElement(element, name)
        if isinstance(value, dict):
            _fill(child, value)
        elif isinstance(value, list):
            for item in value:
                for inner, facts in item.items():
                    _fill(etree.SubElement(child, _RENAMED.get(inner, inner)), facts)
        else:
            child.text = _written(value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
