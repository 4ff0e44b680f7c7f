"""Production: starts on explicit choices only, and says which one is missing."""

import os

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import CACHES, MEILISEARCH_URL, VAR_DIR


def required(name: str, why: str) -> str:
    """Return an environment variable; raise ImproperlyConfigured, saying why it is needed, when it is unset."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}. See docs/exploitation.md.")
    return value


SECRET_KEY = required("SECRET_KEY", "sessions and links are signed with it (50 random characters or more)")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demonstration"):
    raise ImproperlyConfigured(
        "SECRET_KEY is too short or the demonstration's: use 50 random characters or more."
    )
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS", "the host names served").split(",")]
BASE_URL = required("BASE_URL", "links in mails and feeds start with it").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
CSRF_TRUSTED_ORIGINS = [BASE_URL]
required("DATABASE_URL", "the database, for instance postgres://user:password@host/name")

_engine = os.environ.get("SEARCH_ENGINE", "")
if not MEILISEARCH_URL and _engine != "embedded":
    raise ImproperlyConfigured(
        "No search engine is chosen: set MEILISEARCH_URL, or SEARCH_ENGINE=embedded on a single server. "
        "See docs/exploitation.md."
    )
if MEILISEARCH_URL:
    required("MEILISEARCH_API_KEY", "the scoped key of the Meilisearch server (never the master key)")

_email = dj_email_url.parse(required("EMAIL_URL", "the SMTP server that the mail worker delivers with"))
OUTBOX_DELIVERY_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "the sender of every mail")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

CACHES["default"].setdefault("TIMEOUT", 300)
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", VAR_DIR / "media")

# How many proxies stand in front: rate limits count by the address that the last of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1"))

SECURE_SSL_REDIRECT = BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# W019 wants DENY: Wagtail shows its previews in a frame of the same site.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
