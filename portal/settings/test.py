"""Tests: fast hashing, no whitenoise manifest, tasks run when asked."""

import os
import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import CACHES, TEMPLATES, database

SECRET_KEY = "test-only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
VAR_DIR = Path(os.environ.get("TEST_VAR_DIR") or tempfile.mkdtemp(prefix="portail-test-"))
DATABASES = {"default": database(os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{VAR_DIR}/test.sqlite3")}
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
# Each test makes its pages; tests/pagecache keeps them.
PAGE_CACHE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "portal.base.storage.NamedOnceStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = VAR_DIR / "media"
STATIC_ROOT = VAR_DIR / "static"
SEARCH_ENGINE = "embedded"
SEARCH_INDEX_DIR = VAR_DIR / "index"
STAFF_SECOND_FACTOR_REQUIRED = False
# An undefined variable is a mistake of ours: show it where a test looks.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
ACCOUNT_RATE_LIMITS = False
