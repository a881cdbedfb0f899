from levier.web import dues, groups
from levier.web.registry import BUYER, COMPANY, FACILITATOR, MISSION, Page

READS, WORKS = ("GET",), ("GET", "POST")
FOLLOWING = frozenset({MISSION, BUYER, FACILITATOR, COMPANY})
PAYING = frozenset({MISSION, BUYER})
LEADING = frozenset({MISSION, COMPANY})
AGREEING = frozenset({MISSION, BUYER, COMPANY})
AT = "marches/engagements/<str:commitment>"

PAGES = (
    Page(f"{AT}/heures-dues/", dues.show, "commitment-due", FOLLOWING, READS, "commitment"),
    Page(f"{AT}/heures-dues/export.csv", dues.export, "commitment-due-export", FOLLOWING, READS, "commitment"),
    Page(f"{AT}/pieces/", dues.pieces, "commitment-pieces", PAYING, WORKS, "commitment"),
    Page(f"{AT}/avenant/", dues.amend, "commitment-amend", PAYING, WORKS, "commitment"),
    Page(f"{AT}/groupement/", groups.show, "commitment-group", FOLLOWING, READS, "commitment"),
    Page(f"{AT}/groupement/membre/", groups.member, "commitment-member", LEADING, WORKS, "commitment"),
    Page(f"{AT}/transfert/", groups.transfer, "commitment-transfer", AGREEING, WORKS, "commitment"),
    Page(f"{AT}/transfert/reponse/", groups.answer, "commitment-transfer-answer", AGREEING, ("POST",), "commitment"),
    Page(f"{AT}/globalisation/accord/", groups.consent, "commitment-consent", PAYING, ("POST",), "commitment"),
)
