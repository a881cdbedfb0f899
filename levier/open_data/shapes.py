"""Bringing a record to the shape of the official schema, whatever its publisher made of it: dotted keys, text read in the wrong alphabet."""

import re
from typing import Any

_DOTTED = re.compile(rb'"(?:acheteur|autoriteConcedante|lieuExecution|titulaires?|concessionnaires?)\.[\w.]{1,40}"')
_GARBLED = re.compile(
    r"[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]|â€|â‚¬"
)
"""What UTF-8 looks like when read as Windows-1252: Ã© for é, â€™ for ’."""
_GARBLED_BYTES = re.compile(
    rb"\xc3[\x83\x82][\xc2\xc5\xc6\xcb\xe2]|\xc3\xa2\xe2\x82\xac|\\u00[cC][23]\\u|\\u00[eE]2\\u20[aA][cC]|\\u00[cC]3[^\x00-\x7f]"
)
_SIGNS = (
    b"\xc3\x83",
    b"\xc3\x82",
    b"\xc3\xa2",
    b"\\u00c3",
    b"\\u00C3",
    b"\\u00c2",
    b"\\u00C2",
    b"\\u00e2\\u20",
    b"\\u00E2\\u20",
)
"""What is cheap to look for; nearly no record goes further."""
LARGEST_LIST = 200
"""Places in a dotted list (titulaires.12.id); a longer one is no list of companies."""


def has_dotted_keys(raw: bytes) -> bool:
    return (b'.id"' in raw or b'.code"' in raw) and _DOTTED.search(raw) is not None


def undotted(record: dict[str, Any]) -> dict[str, Any]:
    """`{"acheteur.id": 1, "titulaires.1.id": 2}` as `{"acheteur": {"id": 1}, "titulaires": [{"id": 2}]}`; what is nested already wins."""
    out: dict[str, Any] = {key: value for key, value in record.items() if "." not in key}
    lists: dict[str, dict[int, dict[str, Any]]] = {}
    for key, value in record.items():
        head, dot, rest = key.partition(".")
        if not dot or value is None or value == "":
            continue
        number, dot, name = rest.partition(".")
        if dot and number.isascii() and number.isdigit() and len(number) < 5 and int(number) <= LARGEST_LIST:
            lists.setdefault(head, {}).setdefault(int(number), {})[name] = value
        elif isinstance(out.setdefault(head, {}), dict):
            out[head].setdefault(rest, value)
    for head, places in lists.items():
        if not out.get(head):
            out[head] = [places[place] for place in sorted(places)]
    return out


def looks_garbled(raw: bytes) -> bool:
    return any(sign in raw for sign in _SIGNS) and _GARBLED_BYTES.search(raw) is not None


def mended(value: Any) -> tuple[Any, bool]:
    """(the value with its texts read in the right alphabet, whether one changed). A text that does not come out whole stays as it is."""
    if isinstance(value, str):
        right = mended_text(value)
        return right, right != value
    if isinstance(value, dict):
        pairs = {key: mended(item) for key, item in value.items()}
        return {key: pair[0] for key, pair in pairs.items()}, any(pair[1] for pair in pairs.values())
    if isinstance(value, list):
        items = [mended(item) for item in value]
        return [item for item, _ in items], any(changed for _, changed in items)
    return value, False


def mended_text(text: str) -> str:
    if not _GARBLED.search(text):
        return text
    for alphabet in ("cp1252", "latin-1"):
        try:
            return text.encode(alphabet).decode()
        except UnicodeError:
            continue  # it was not garbled this way: the next alphabet
    return text
