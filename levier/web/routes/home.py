from levier.web import home
from levier.web.registry import PUBLIC, Page

PAGES = (
    Page("", home.home, "home", PUBLIC),
    Page("territoires/", home.territories, "map", PUBLIC),
)
