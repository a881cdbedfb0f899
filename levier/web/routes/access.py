from levier.web import access
from levier.web.registry import PUBLIC, Page

PAGES = (Page("bienvenue/<str:user>/<str:token>/", access.welcome, "welcome", PUBLIC, ("GET", "POST")),)
