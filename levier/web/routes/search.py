from levier.web import search
from levier.web.registry import SIGNED_IN, Page

PAGES = (Page("recherche/", search.search, "search", SIGNED_IN),)
