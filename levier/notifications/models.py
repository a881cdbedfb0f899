"""The outbox: a message is a row of the transaction that it tells of; sending it comes later, and is tried again."""

from django.db import models
from django.db.models import F, Q

from levier.foundation.identifiers import random_public_id


class Message(models.Model):
    """One message to one address. `dedupe_key` names the event: the same event never makes two messages to the same address.

    `reply_to`: addresses, separated by commas, that read an answer; empty, nobody does. `body`: as `writing` says. `bounced_at`: it left, and came back undelivered (`bounce` says why).

    No name of a participant and no criterion is ever written in a message: it says where to look, after signing in.
    `secret` takes the place of `rules.LINK_MARK` in the body when the message leaves: sealed with the key that the database does
    not hold, and forgotten once sent. Whoever reads the outbox or a backup reads no link that opens something.
    """

    public_id = models.CharField(max_length=26, unique=True, default=random_public_id, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=30)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    reply_to = models.CharField(max_length=500, blank=True, default="")
    secret = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="message_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="message_sent_or_given_up", condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True)
            ),
            models.CheckConstraint(
                name="message_one_line_subject", condition=~Q(subject="") & ~Q(subject__contains="\n")
            ),
            models.CheckConstraint(
                name="message_secret_forgotten", condition=Q(sent_at__isnull=True) | Q(secret__isnull=True)
            ),
            models.CheckConstraint(
                name="message_bounced_was_sent", condition=Q(bounced_at__isnull=True) | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(name="message_attempts", condition=Q(sent_at__isnull=True) | Q(attempts__gte=1)),
            models.CheckConstraint(
                name="message_in_order", condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("created_at"))
            ),
        ]
