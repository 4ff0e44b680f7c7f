"""Content-Security-Policy: strict on the site; Wagtail's admin has no nonces and needs inline scripts."""

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts

SITE_POLICY = {
    "default-src": [SELF],
    "base-uri": [SELF],
    "connect-src": [SELF],
    "font-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
    "frame-src": [NONE],
    "img-src": [SELF, "data:"],
    "media-src": [SELF],
    "object-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
}
ADMIN_POLICY = {
    **SITE_POLICY,
    "frame-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp with one policy for the site and one for the admin."""

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        """Choose the policy by the address; the rest is django-csp's."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.config = ADMIN_POLICY if request.path.startswith("/admin/") else SITE_POLICY
        return parts
