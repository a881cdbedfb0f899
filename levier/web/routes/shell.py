from levier.web import components
from levier.web.registry import PUBLIC, Page

PAGES = (Page("composants/", components.components, "components", PUBLIC),)
