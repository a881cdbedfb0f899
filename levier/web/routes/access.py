from levier.web import access
from levier.web.registry import FOLLOWERS, PUBLIC, Page

PAGES = (
    Page(
        "engagements/<str:commitment>/acces/",
        access.open_access,
        "access-new",
        FOLLOWERS,
        ("GET", "POST"),
        "commitment",
    ),
    Page("bienvenue/<str:user>/<str:token>/", access.welcome, "welcome", PUBLIC, ("GET", "POST")),
)
