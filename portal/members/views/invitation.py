"""The link of an invitation: it fills the address in on the sign-up page, and opens nothing."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.members.account_forms import INVITED_KEY
from portal.members.roster import invited_by_token


@require_safe
@never_cache
def invitation(request, token):
    entry = invited_by_token(token)
    if entry is None:
        return render(request, "members/invitation_expired.html", status=410)
    if request.user.is_authenticated:
        return redirect("members:espace")
    if entry.user_id:
        return redirect("account_login")
    request.session[INVITED_KEY] = entry.email
    return redirect("account_signup")
