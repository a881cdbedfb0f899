from levier.web import account, components, plain, tools
from levier.web.registry import PUBLIC, SIGNED_IN, Page

PAGES = (
    Page("connexion/", account.sign_in, "sign-in", PUBLIC, ("GET", "POST")),
    Page("deconnexion/", account.sign_out, "sign-out", SIGNED_IN, ("POST",), by_link=True),
    Page("compte/", account.account, "account", SIGNED_IN),
    Page("compte/role/", account.choose_role, "account-role", SIGNED_IN, ("POST",)),
    Page("compte/clavier/", account.choose_shortcuts, "account-shortcuts", SIGNED_IN, ("POST",)),
    Page("apparence/", account.appearance, "appearance", PUBLIC, ("GET", "POST")),
    Page("composants/", components.components, "components", PUBLIC),
    Page("outils/", tools.tools, "tools", PUBLIC),
    Page("outils/<str:name>/", tools.tool, "tool", PUBLIC, objects="rule"),
    Page("accessibilite/", plain.accessibility, "accessibility", PUBLIC),
    Page("donnees-personnelles/", plain.privacy, "privacy", PUBLIC),
    Page("mentions/", plain.legal_notice, "legal-notice", PUBLIC),
)
