"""The application with three faults planted: a page that raises, a file that is empty, a page that shows a value that is not there."""

from django.http import HttpResponse

from levier.wsgi import application


def _replace(name, view):
    from levier import urls  # once Django is ready

    pattern = next(one for one in urls.urlpatterns if one.name == name)
    view.page = pattern.callback.page
    pattern.callback = view


def _raises(_request):
    raise RuntimeError("planted")


__all__ = ["application"]

_replace("contracts", _raises)
_replace("contracts-export", lambda _request: HttpResponse("", content_type="text/csv"))
_replace("following", lambda _request: HttpResponse("<!doctype html><p>Depuis le None</p>"))
