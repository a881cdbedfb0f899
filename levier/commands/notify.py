"""`levier notify`: write the reminders of the day, deliver what waits in the outbox. Both are safe to run again and side by side."""

import sys

import click


@click.group()
def notify() -> None:
    """Rappels et messages : les écrire, les envoyer."""


@notify.command()
def remind() -> None:
    """Écrire les rappels du jour (à lancer une fois par jour ; recommencer n’ajoute rien)."""
    import django

    django.setup()
    from django.utils import timezone

    from levier.compliance.reminding import queue_reminders
    from levier.following import standing
    from levier.foundation.periods import civil_date
    from levier.reference.queries import catalogue
    from levier.referrals.telling import remind_late, tell_news

    now, known = timezone.now(), catalogue()
    standing.refresh(today=civil_date(now), catalogue=known)
    run = queue_reminders(now=now, catalogue=known)
    referrals = remind_late(now=now, catalogue=known) + tell_news(now=now)
    click.echo(f"{run.reminders} étapes rappelées, {run.messages} messages écrits ; {referrals} pour des candidatures.")


@notify.command()
def outcomes() -> None:
    """Écrire les questions de suivi arrivées à leur date (à lancer une fois par jour ; recommencer n’ajoute rien)."""
    import django

    django.setup()
    from django.utils import timezone

    from levier.hours.queries import reference_values
    from levier.participants.outcomes import ask_all_due

    asked = ask_all_due(now=timezone.now(), catalogue=reference_values())
    click.echo(f"{asked} questions écrites.")


@notify.command()
@click.option("--most", default=1000, show_default=True, type=click.IntRange(1), help="Messages par tournée.")
def send(most: int) -> None:
    """Envoyer les messages qui attendent (à lancer chaque minute). Code de sortie 1 si l’un n’a pas pu partir."""
    import django

    django.setup()
    from django.utils import timezone

    from levier.notifications.actions import deliver_due
    from levier.notifications.transport import by_mail

    done = deliver_due(by_mail, clock=timezone.now, most=most)
    click.echo(f"{done.sent} envoyés, {done.failed} à réessayer, {done.given_up} abandonnés.")
    if done.failed or done.given_up:
        raise SystemExit(1)


@notify.command()
def bounce() -> None:
    """Lire sur l’entrée standard un avis de non-remise et marquer le message (à brancher sur l’adresse d’expédition).

    Code de sortie 2 quand ce n’est pas un avis de non-remise d’un message de Levier : le serveur de courrier le garde alors pour une personne.
    """
    import django

    django.setup()
    from django.utils import timezone

    from levier.notifications.bounces import mark_bounced, read_report

    report = read_report(sys.stdin.buffer.read(1_000_000))
    if report is None:
        click.echo("Ce n’est pas un avis de non-remise d’un message de Levier.", err=True)
        raise SystemExit(2)
    done = mark_bounced(report, now=timezone.now())
    click.echo("Message marqué comme non remis." if done else "Message inconnu ou déjà marqué : rien n’a changé.")
