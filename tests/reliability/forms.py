"""A form as a browser would send it: its hidden fields, what is already filled in, and what a person types."""

from html.parser import HTMLParser
from typing import Any, override
from urllib.parse import urlencode

from django.test import Client


class _Forms(HTMLParser):
    """Every `<form method="post">` of a page: its address and its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inside = False
        self.select = self.area = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("method", "").lower() == "post"
            if self.inside:
                self.found.append((said.get("action", ""), {}))
        if not self.inside:
            return
        fields, name = self.found[-1][1], said.get("name", "")
        if tag == "input" and name and said.get("type") not in {"submit", "button", "file"}:
            if said.get("type") not in {"checkbox", "radio"} or "checked" in said:
                fields[name] = said.get("value", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and (self.select not in fields or "selected" in said):
            fields[self.select] = said.get("value", "")
        elif tag == "textarea":
            self.area = name
            fields[name] = ""

    @override
    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            self.found[-1][1][self.area] += data

    @override
    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area


def filled(client: Client, page: str, address: str, typed: dict[str, Any]) -> str:
    """The body that the form of `page` which goes to `address` would send, url-encoded. AssertionError where there is no such form."""
    answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    reader = _Forms()
    reader.feed(answer.content.decode())
    forms = [fields for action, fields in reader.found if (action or page.partition("?")[0]) == address]
    assert forms, (page, address, [action for action, _ in reader.found])
    best = max(forms, key=len)
    return urlencode(best | typed, doseq=True)
