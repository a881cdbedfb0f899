"""All addresses, from the registry of pages; there is no other list."""

from importlib import import_module
from pkgutil import iter_modules

from levier.web import routes
from levier.web.registry import Page, patterns

PAGES: tuple[Page, ...] = tuple(
    page
    for module in sorted(iter_modules(routes.__path__), key=lambda found: found.name)
    for page in import_module(f"levier.web.routes.{module.name}").PAGES
)
urlpatterns = patterns(PAGES)

handler400 = "levier.web.errors.bad_request"
handler403 = "levier.web.errors.forbidden"
handler404 = "levier.web.errors.not_found"
handler500 = "levier.web.errors.server_error"
