"""Django's own deployment checks on the production settings, with throw-away values for its secrets."""

import os
import secrets
import subprocess
import sys

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "portail.example.org",
    "BASE_URL": "https://portail.example.org",
    "DATABASE_URL": "sqlite:///:memory:",
    "SEARCH_ENGINE": "embedded",
    "EMAIL_URL": "smtp://localhost:25",
    "DEFAULT_FROM_EMAIL": "portail@example.org",
}

if __name__ == "__main__":
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    sys.exit(subprocess.run(command, env={**os.environ, **ENVIRONMENT}, check=False).returncode)
