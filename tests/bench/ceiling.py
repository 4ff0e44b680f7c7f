"""The least that a WSGI application does: what the load generator and gunicorn reach without one."""

BODY = b"x" * 20_000


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
