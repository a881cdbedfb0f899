"""Certificates: what would be sealed, sealing it, the list, the sheet on screen and its PDF."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from levier.accounts.values import Role
from levier.commitments.models import Commitment
from levier.commitments.queries import commitment_for
from levier.compliance.books import Books, books_of
from levier.compliance.closing import current_settlement
from levier.compliance.models import Certificate
from levier.compliance.policies import may_certify
from levier.compliance.queries import certificate_for, certificates_of, latest_certificate, snapshot_of
from levier.compliance.refusals import sentence
from levier.compliance.snapshot import Snapshot, as_content, fingerprint
from levier.documents.actions import issue_certificate, keep_document
from levier.documents.queries import document_of, sheet_of_certificate, verify_address
from levier.documents.rendering import qr_svg
from levier.documents.sheet import title_of
from levier.files.queries import FileDamaged, content_of
from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.pagination import page_of
from levier.territories.models import Commune
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.errors import failure_page
from levier.web.typed import Typed

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Listed:
    certificate: Certificate
    snapshot: Snapshot
    title: str

    @property
    def replaced(self) -> bool:
        return hasattr(self.certificate, "superseded_by")

    @property
    def withdrawn(self) -> bool:
        return hasattr(self.certificate, "withdrawal")


def certificates(request: HttpRequest) -> HttpResponse:
    """The actor's certificates, the latest first; those that were replaced stay readable."""
    actor, asked = actor_of(request), request.GET.get("etat", "")
    everything = certificates_of(actor)
    replaced = everything.filter(superseded_by__isnull=False)
    current = everything.filter(superseded_by__isnull=True)
    chosen = {"remplacees": replaced, "en-vigueur": current}.get(asked, everything)
    page = page_of(chosen, request.GET.get("page"), PAGE_LENGTH)
    counts = {"": everything.count(), "en-vigueur": current.count(), "remplacees": replaced.count()}
    words = {"": "Toutes", "en-vigueur": "En vigueur", "remplacees": "Remplacées"}
    context = {
        "page_obj": page,
        "rows": [_listed(one) for one in page],
        "total": counts[""],
        "filters": [
            {"label": words[key], "url": f"?etat={key}" if key else "?", "current": asked == key, "count": counts[key]}
            for key in words
        ],
        "certifies": may_certify(actor),
        "company": actor.role is Role.COMPANY,
    }
    return render(request, "certificates/list.html", context)


def _listed(certificate: Certificate) -> Listed:
    snapshot = snapshot_of(certificate)
    return Listed(certificate, snapshot, title_of(snapshot))


def certificate(request: HttpRequest, certificate: str) -> HttpResponse:
    """The sheet as on paper, and the PDF."""
    actor = actor_of(request)
    found = certificate_for(actor, certificate)
    contract = found.commitment.lot.contract
    sheet = sheet_of_certificate(found, address=settings.PUBLIC_ADDRESS)
    context = {
        "certificate": found,
        "sheet": sheet,
        "bar": _bar(sheet.bar.accepted, sheet.bar.waived, sheet.bar.surplus, sheet.bar.pivot),
        "qr": _inline(qr_svg(verify_address(found, address=settings.PUBLIC_ADDRESS))),
        "successor": getattr(found, "superseded_by", None),
        "withdrawal": getattr(found, "withdrawal", None),
        "withdraws": may_certify(actor),
        "contract": contract,
        "crumbs": [("Attestations", reverse("certificates")), (f"N°\u00a0{found.label}", "")],
    }
    return render(request, "certificates/certificate.html", context)


def _inline(svg: str) -> SafeString:
    """Our own drawing, which holds no text of anybody."""
    return mark_safe(svg.replace("<svg ", '<svg role="img" aria-label="Code QR de vérification" ', 1))  # noqa: S308 - made by segno from an address


def _bar(accepted: str, waived: str, surplus: str, pivot: str) -> dict[str, str]:
    """Lengths on a beam of 600 units."""
    lengths = [float(share) * 600 for share in (accepted, waived, surplus, pivot)]
    return {
        "accepted": f"{lengths[0]:.1f}",
        "waived": f"{lengths[1]:.1f}",
        "surplus": f"{lengths[2]:.1f}",
        "pivot": f"{lengths[3]:.1f}",
        "points": f"M{lengths[3]:.1f} 23l7 12h-14z",
    }


def certificate_pdf(request: HttpRequest, certificate: str) -> HttpResponse:
    """The bytes that were kept. Where the paper could not be made at the time, it is made now: the same bytes."""
    actor = actor_of(request)
    found = certificate_for(actor, certificate)
    document = document_of(found) or keep_document(actor=actor, certificate=found, now=clock.now())
    try:
        content = content_of(document.file)
    except FileDamaged:
        return failure_page(request, 500)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{document.file.name}"'
    return response


def new_certificate(request: HttpRequest, commitment: str) -> HttpResponse:
    """What would be sealed, what stands in the way; then the seal."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not may_certify(actor):
        raise NotForYou
    typed = Typed(request.POST, ("place",))
    if request.method == "POST":
        try:
            sealed = issue_certificate(
                actor=actor, commitment_id=commitment, now=clock.now(), place=typed.values["place"]
            )
        except Refusal as refusal:
            typed.refused(refusal, default="place")
        else:
            messages.success(
                request, f"Document n°\u00a0{sealed.label} scellé. Téléchargez le PDF pour le faire signer."
            )
            return redirect("certificate", sealed.public_id, permanent=False)
    else:
        typed.values["place"] = _place_of(found)
    return render(request, "certificates/new.html", _what(found, typed), status=422 if typed.errors else 200)


def _place_of(commitment: Commitment) -> str:
    """The commune where the contract is carried out, when the published notice names one."""
    contract = commitment.lot.contract
    if "commune" not in contract.place_kind.lower():
        return ""
    return Commune.objects.filter(pk=contract.place_code[:5]).values_list("name", flat=True).first() or ""


def _what(commitment: Commitment, typed: Typed) -> dict[str, Any]:
    books = books_of(commitment, now=clock.now(), place=typed.values["place"])
    previous = latest_certificate(commitment)
    contract = commitment.lot.contract
    return {
        "commitment": commitment,
        "contract": contract,
        "books": books,
        "snapshot": books.snapshot,
        "title": title_of(books.snapshot) if books.snapshot else "",
        "blocks": [sentence(objection) for objection in books.objections],
        "previous": previous,
        "settlement": current_settlement(commitment),
        "unchanged": _unchanged(books, previous),
        "typed": typed,
        "places": [
            ("", "Ne pas la nommer"),
            *((name, name) for name in Commune.objects.order_by("name").values_list("name", flat=True)),
        ],
        "crumbs": [
            ("Attestations", reverse("certificates")),
            (f"Marché {contract.reference}", reverse("contract", args=[contract.public_id])),
            ("Sceller", ""),
        ],
    }


def _unchanged(books: Books, previous: Certificate | None) -> bool:
    """Whether the latest certificate already says all this, the mayor's commune aside."""
    if previous is None or books.snapshot is None or hasattr(previous, "withdrawal"):
        return False
    same_place = replace(books.snapshot, place=snapshot_of(previous).place)
    return fingerprint(as_content(same_place)) == bytes(previous.content_hash)
