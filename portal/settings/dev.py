"""Development and demonstration: embedded defaults only, nothing to install beside Python."""

import os

from .base import *  # noqa: F403
from .base import VAR_DIR

DEBUG = os.environ.get("DEBUG", "") == "1"
DEMO = True
# Fixed on purpose: it protects demonstration accounts whose passwords are printed at the start.
SECRET_KEY = os.environ.get("SECRET_KEY", "demonstration-only-not-a-secret")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = []
STAFF_SECOND_FACTOR_REQUIRED = False
STORAGES = {
    "default": {"BACKEND": "portal.base.storage.NamedOnceStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
VAR_DIR.mkdir(parents=True, exist_ok=True)
