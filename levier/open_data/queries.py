"""Reading published contracts. All of it is public by law: every actor, signed in or not, sees all of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from levier.foundation.objections import NotForYou
from levier.open_data.identity import squeezed_words
from levier.open_data.models import (
    ImportedFile,
    PublishedAmendment,
    PublishedContract,
    PublishedSubcontract,
    PublishedVersion,
)
from levier.open_data.values import Kind, Social

PAGE = 50
MENTIONS = (Social.CLAUSE, Social.CRITERION, Social.RESERVED)
"""Social considerations that say something; the fourth says that there is none."""
_HEAVY = ("raw", "search_text", "identity_key", "content_hash")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asks for. Amounts in euros; `department` is that of the place of execution or of the buyer."""

    text: str = ""
    department: str = ""
    buyer: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    with_clause: bool = False
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[PublishedContract]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class AmountSum:
    """`left_out`: contracts whose amount is absurd or absent, by flag; they are in no sum."""

    total: Decimal
    counted: int
    left_out: dict[str, int]

    @property
    def left_out_count(self) -> int:
        return sum(self.left_out.values())


def published_visible_to(actor: object) -> QuerySet[PublishedContract]:  # noqa: ARG001 - the same for everybody, by law
    return PublishedContract.objects.all()


def filtered(actor: object, filters: Filters) -> QuerySet[PublishedContract]:
    found = published_visible_to(actor)
    if words := squeezed_words(filters.text).split()[:10]:
        asked = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple")
        found = found.alias(words=SearchVector("search_text", config="simple")).filter(words=asked)
    if filters.department:
        found = found.filter(Q(place_department=filters.department) | Q(buyer_department=filters.department))
    if filters.buyer:
        found = found.filter(buyer_siret__startswith=filters.buyer)
    if filters.least is not None:
        found = found.filter(current_amount__gte=filters.least)
    if filters.most is not None:
        found = found.filter(current_amount__lte=filters.most)
    if filters.with_clause:
        found = found.filter(social__overlap=[mention.value for mention in MENTIONS])
    return found.filter(kind=filters.kind) if filters.kind else found


def page_of(actor: object, filters: Filters, number: int = 1) -> Page:
    """Fifty contracts, the latest notified first, in two queries whatever their number."""
    found = filtered(actor, filters)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    rows = found.defer(*_HEAVY).order_by("-notified_on", "-id")[(number - 1) * PAGE : number * PAGE]
    return Page(list(rows), total, number, pages)


def sum_of_amounts(contracts: QuerySet[PublishedContract]) -> AmountSum:
    """The current amounts that can be believed, and how many were left out, by flag. One query."""
    rows = list(
        contracts.order_by()
        .values("amount_flag")
        .annotate(number=Count("id"), total=Coalesce(Sum("current_amount"), Decimal(0)))
    )
    numbers = {row["amount_flag"]: row["number"] for row in rows}
    total = next((row["total"] for row in rows if not row["amount_flag"]), Decimal("0.00"))
    return AmountSum(total, numbers.pop("", 0), dict(sorted(numbers.items())))


def contract_of(actor: object, public_id: str) -> PublishedContract:
    """Raise NotForYou when there is none."""
    found = published_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def amendments_of(contract: PublishedContract) -> list[PublishedAmendment]:
    return list(contract.amendments.order_by("place"))


def subcontracts_of(contract: PublishedContract) -> list[PublishedSubcontract]:
    return list(contract.subcontracts.order_by("place"))


def framework_of(contract: PublishedContract) -> PublishedContract | None:
    """The published framework agreement that this contract follows, where the same buyer published it."""
    if not contract.framework_id:
        return None
    found = PublishedContract.objects.filter(buyer_siret=contract.buyer_siret, published_id=contract.framework_id)
    return found.exclude(pk=contract.pk).defer(*_HEAVY).order_by("id").first()


def versions_of(contract: PublishedContract) -> list[PublishedVersion]:
    """Former publications, the latest first."""
    return list(contract.versions.order_by("-rank", "-id"))


def same_id(contract: PublishedContract) -> QuerySet[PublishedContract]:
    """Other contracts that the same buyer published under the same id: lots, or a second publication in other words."""
    return PublishedContract.objects.filter(
        buyer_siret=contract.buyer_siret, published_id=contract.published_id
    ).exclude(pk=contract.pk)


def latest_imports(number: int = 20) -> list[ImportedFile]:
    return list(ImportedFile.objects.order_by("-started_at", "-id")[:number])
