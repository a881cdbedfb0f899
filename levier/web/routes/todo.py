from levier.web import todo
from levier.web.registry import SIGNED_IN, Page

PAGES = (Page("a-faire/", todo.show, "todo", SIGNED_IN),)
