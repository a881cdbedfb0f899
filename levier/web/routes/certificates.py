from levier.web import certificates, closing, verification
from levier.web.registry import MISSION, PARTIES, PUBLIC, Page

PAGES = (
    Page("attestations/", certificates.certificates, "certificates", PARTIES),
    Page("attestations/<str:certificate>/", certificates.certificate, "certificate", PARTIES, objects="certificate"),
    Page(
        "attestations/<str:certificate>/pdf/",
        certificates.certificate_pdf,
        "certificate-pdf",
        PARTIES,
        objects="certificate",
    ),
    Page(
        "engagements/<str:commitment>/attestation/",
        certificates.new_certificate,
        "certificate-new",
        frozenset({MISSION}),
        ("GET", "POST"),
        objects="commitment",
    ),
    Page(
        "attestations/<str:certificate>/retirer/",
        closing.withdraw,
        "certificate-withdraw",
        frozenset({MISSION}),
        ("GET", "POST"),
        objects="certificate",
    ),
    Page(
        "engagements/<str:commitment>/decompte/",
        closing.show,
        "settlement",
        PARTIES,
        ("GET", "POST"),
        objects="commitment",
    ),
    Page("verifier/", verification.verify, "verify", PUBLIC),
    Page("verifier/hors-ligne.html", verification.offline, "verify-offline", PUBLIC),
    Page("verifier/<str:code>/", verification.verified, "verified", PUBLIC, ("GET", "POST")),
)
