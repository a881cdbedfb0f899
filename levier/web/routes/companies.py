from levier.web import company_invite, declaring_link, kick_off, own_company, succession, ways
from levier.web.registry import COMPANY, FACILITATOR, FOLLOWERS, MISSION, PUBLIC, Page

READS, WORKS, ACTS = ("GET",), ("GET", "POST"), ("POST",)
OWN = frozenset({COMPANY})
PLANNING = frozenset({COMPANY, FACILITATOR, MISSION})
OWED = "engagements/<str:commitment>/"

PAGES = (
    Page("entreprises/", company_invite.find, "company-find", FOLLOWERS),
    Page(OWED + "inviter/", company_invite.invite, "company-invite", FOLLOWERS, WORKS, "commitment"),
    Page(
        OWED + "invitations/<str:contact>/renvoyer/",
        company_invite.again,
        "invitation-again",
        FOLLOWERS,
        ACTS,
        "commitment",
    ),
    Page(
        OWED + "invitations/<str:contact>/retirer/",
        company_invite.withdraw,
        "invitation-withdraw",
        FOLLOWERS,
        ACTS,
        "commitment",
    ),
    Page("invitation/<str:token>/", company_invite.come_in, "invitation", PUBLIC, WORKS),
    Page("mon-entreprise/", own_company.show, "own-company", OWN),
    Page("mon-entreprise/contacts/ajouter/", own_company.add, "contact-add", OWN, WORKS),
    Page("mon-entreprise/contacts/<str:contact>/", own_company.change, "contact", OWN, WORKS, "contact"),
    Page("mon-entreprise/contacts/<str:contact>/retirer/", own_company.remove, "contact-remove", OWN, WORKS, "contact"),
    Page("mon-entreprise/contacts/<str:contact>/renvoyer/", own_company.again, "contact-again", OWN, ACTS, "contact"),
    Page("lien/", declaring_link.ask, "link-ask", PUBLIC, WORKS),
    Page("lien/envoye/", declaring_link.asked, "link-asked", PUBLIC),
    Page("declarer/<str:token>/", declaring_link.declare, "declare-by-link", PUBLIC, WORKS),
    Page(OWED + "voies/", ways.show, "ways", PLANNING, WORKS, "commitment"),
    Page(OWED + "voies/plan.pdf", ways.note, "ways-note", PLANNING, READS, "commitment"),
    Page(OWED + "reprise/", succession.show, "succession", frozenset({MISSION}), WORKS, "commitment"),
    Page(OWED + "demarrage/", kick_off.show, "kick-off", FOLLOWERS, WORKS, "commitment"),
)
