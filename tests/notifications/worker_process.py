"""A mail worker in a process of its own, to be killed. ``python -m tests.notifications.worker_process PORT``

With ``--die-after-yes`` it kills itself when the server has said yes, before it can write so.
"""

import argparse
import os
import signal
from unittest import mock

import django


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--die-after-yes", action="store_true")
    arguments = parser.parse_args()
    django.setup()

    from django.test import override_settings

    from portal.notifications.delivery import deliver_due
    from portal.notifications.models import OutgoingMessage

    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    with override_settings(
        OUTBOX_DELIVERY_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=arguments.port,
        EMAIL_TIMEOUT=30,
    ):
        if arguments.die_after_yes:
            with mock.patch.object(OutgoingMessage, "finish", die):
                deliver_due()
        else:
            deliver_due()


if __name__ == "__main__":
    main()
