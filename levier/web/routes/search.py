from levier.web import search
from levier.web.registry import PARTIES, Page

PAGES = (Page("recherche/", search.search, "search", PARTIES),)
