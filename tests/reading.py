"""What a page says, as a person reads it."""

from django.http import HttpResponse


def words(response: HttpResponse) -> str:
    """The page's source with every kind of space made plain and none repeated, so that a sentence is found however it is laid out."""
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())
