"""Codes of what may be said of a declaration: why it cannot be, and what deserves a second look."""

from enum import StrEnum


class StatementRefusal(StrEnum):
    """A declaration or a decision that cannot be."""

    FUTURE_MONTH = "future_month"
    BEFORE_COMMITMENT = "before_commitment"
    AFTER_COMMITMENT = "after_commitment"
    SEALED_MONTH = "sealed_month"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    ABOVE_MAXIMUM = "above_maximum"
    NOT_ELIGIBLE = "not_eligible"
    WORKED_BELOW_DRAWN = "worked_below_drawn"
    MISSING_HOURS = "missing_hours"
    NOTHING_TO_SEND = "nothing_to_send"
    NOBODY_ASSIGNED = "nobody_assigned"
    ALREADY_ACCEPTED = "already_accepted"
    ALREADY_REFUSED = "already_refused"
    NOT_SENT = "not_sent"
    NOT_ACCEPTED = "not_accepted"
    OWN_HOURS = "own_hours"
    NO_REASON = "no_reason"
    OVER_ALLOCATED = "over_allocated"
    OVER_LEGAL_MAXIMUM = "over_legal_maximum"
    NO_POOLING_AGREEMENT = "no_pooling_agreement"
    MONTH_NOT_OVER = "month_not_over"
    LINES_PENDING = "lines_pending"
    ALREADY_SEALED = "already_sealed"
    FROZEN = "frozen"
    COUNTER_GUARDED = "counter_guarded"
    STEP_NOT_ALLOWED = "step_not_allowed"
    CERTIFIED_BALANCE = "certified_balance"
    BUSY = "busy"


class Doubt(StrEnum):
    """A line that can be accepted and should be read first; the first three are said to the company too."""

    ABOVE_CONTRACT = "above_contract"
    PARTLY_OUTSIDE = "partly_outside"
    PARTLY_BEFORE = "partly_before"
    SAME_AS_LAST_MONTH = "same_as_last_month"
    OVER_MAXIMUM = "over_maximum"
    OVER_ALERT = "over_alert"
    OVER_WORKED = "over_worked"
    FIRST_DECLARATION = "first_declaration"
    NO_EVIDENCE = "no_evidence"
    CORRECTION = "correction"
    OWN_HOURS = "own_hours"
