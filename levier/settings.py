"""Settings, read from the environment. Every variable is documented in docs/reglages.md; a test compares the two."""

import os
import re
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP

PROJECT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("LEVIER_STATE", PROJECT / ".levier"))
"""What a running installation writes: received files, the embedded database, generated keys."""


def _refuse(sentence: str) -> NoReturn:
    print(f"{sentence} Voir docs/reglages.md.", file=sys.stderr)
    raise SystemExit(2)


DEBUG = False
DEMONSTRATION = os.environ.get("LEVIER_DEMO") == "1"
DEMONSTRATION_PASSWORD = "levier-demonstration"  # noqa: S105 - of invented people only, printed on the sign-in page
SECRET_KEY = os.environ.get("LEVIER_SECRET_KEY", "for the demonstration and the tests only; production refuses it")
_KEY = os.environ.get("LEVIER_KEY", "00" * 32)
if not re.fullmatch("[0-9a-fA-F]{64}", _KEY):
    _refuse(
        "LEVIER_KEY n’est pas une clé\u00a0: il faut 64 chiffres hexadécimaux, par exemple ceux de « openssl rand -hex 32 »."
    )
MASTER_KEY = bytes.fromhex(_KEY)
PUBLIC_ADDRESS = os.environ.get("LEVIER_ADDRESS", "http://127.0.0.1:8000")
ALLOWED_HOSTS = [host for host in os.environ.get("LEVIER_HOSTS", "127.0.0.1,localhost,testserver").split(",") if host]
PRODUCTION = os.environ.get("LEVIER_PRODUCTION") == "1"
if PRODUCTION:
    missing = [
        name for name in ("LEVIER_SECRET_KEY", "LEVIER_KEY", "LEVIER_ADDRESS", "DATABASE_URL") if name not in os.environ
    ]
    if missing:
        _refuse(f"Réglages absents\u00a0: {', '.join(missing)}.")
    if set(_KEY) == {"0"}:
        _refuse("LEVIER_KEY ne contient que des zéros\u00a0: c’est la clé de la démonstration, connue de tous.")
PROXIES = os.environ.get("LEVIER_PROXIES", "127.0.0.1" if PRODUCTION else "")
"""The proxies, by address or network, whose word is taken for the visitor's address and scheme; separated by commas."""


def database(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL address; `host` may be a folder, for a Unix socket."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "levier",
        "USER": unquote(parts.username or "") or query.get("user", ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", ""),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 60,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"application_name": "levier"},
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///levier"))}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    *(
        f"levier.{room}"
        for room in (
            "reference territories files notifications audit organisations supply accounts procurement sizing participants planning "
            "commitments referrals bids hours compliance open_data observatory documents drafting onboarding following controls erasure web"
        ).split()
    ),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "levier.web.once.OnceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "levier.web.gate.GateMiddleware",
]
ROOT_URLCONF = "levier.urls"
WSGI_APPLICATION = "levier.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "levier.web.shell.shell",
            ],
            "builtins": ["levier.web.templatetags.levier"],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.E003"]  # e-mail is unique without regard to case, by the constraint user_email_once
LOGIN_URL = "sign-in"
PASSWORD_HASHERS = ["levier.accounts.hashing.BoundedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-levier" if PRODUCTION else "levier"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "levier.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
LARGEST_EVIDENCE = 10_000_000
"""Bytes of one piece of evidence."""
MEDIA_ROOT = STATE / "files"
CLAMD = os.environ.get("LEVIER_CLAMD", "")
"""Where the antivirus listens; `none` for an installation that says it has none; empty: nothing leaves quarantine."""


def mailer(address: str) -> dict[str, object]:
    """Django's settings for `smtp://user:password@host:port` or `smtps://…`; without an address, files in a folder."""
    if not address:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(STATE / "mail")},
        }
    parts = urlsplit(address)
    secure = parts.scheme == "smtps"
    return {
        "BACKEND": "levier.notifications.transport.PatientServer",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or (465 if secure else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": secure,
            "use_tls": not secure and bool(parts.username),
            "timeout": 10,
        },
    }


MAILERS = {"default": mailer(os.environ.get("LEVIER_SMTP", ""))}
DEFAULT_FROM_EMAIL = os.environ.get("LEVIER_MAIL_FROM", "Levier <ne-pas-repondre@localhost>")

LANGUAGE_CODE = "fr"
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["levier.web.formats"]

STATIC_URL = "/static/"
STATIC_COLLECTED = os.environ.get("LEVIER_STATIC") == "collected"
"""Whether files of pages are served from one folder under hashed names, rather than from where each is kept."""
STATIC_ROOT = STATE / "static" if STATIC_COLLECTED else None
STATICFILES_DIRS = [
    ("leaflet", PROJECT / "node_modules" / "leaflet" / "dist"),
    ("htmx", PROJECT / "node_modules" / "htmx.org" / "dist"),
    ("fonts/source-sans", PROJECT / "node_modules" / "@fontsource-variable" / "source-sans-3" / "files"),
    ("fonts/source-serif", PROJECT / "node_modules" / "@fontsource-variable" / "source-serif-4" / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"hide_links": {"()": "levier.web.hidden_links.HideLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["hide_links"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
