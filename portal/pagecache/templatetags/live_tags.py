"""``{% live "registrations.card" event.pk %}…{% endlive %}``: what is never kept with the page around it."""

from __future__ import annotations

from django import template
from django.template.base import token_kwargs

from portal.pagecache.holes import Hole, current

register = template.Library()


class LiveNode(template.Node):
    def __init__(self, nodelist, name, key, arguments):
        self.nodelist, self.name, self.key, self.arguments = nodelist, name, key, arguments

    def render(self, context):
        recorder, key = current(), self.key.resolve(context)
        # A thing that is not saved yet (a preview) has no values to read.
        if recorder is None or not recorder.is_wanted or key is None:
            # The lines of the template around what is inside are not part of it: a filling has none.
            return self.nodelist.render(context).strip()
        given = tuple(sorted((name, value.resolve(context)) for name, value in self.arguments.items()))
        return recorder.leave(Hole(self.name.resolve(context), key, given))


@register.tag
def live(parser, token):
    """Render what is inside, or leave a hole that the named filling fills with the very same when it is served.

    ``{% live "name" key argument=value %}``; see ``portal.pagecache.holes``.
    """
    tag, name, key, *rest = token.split_contents()
    arguments = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"{{% {tag} %}} takes a name, a key and named values.")
    nodelist = parser.parse(("endlive",))
    parser.delete_first_token()
    return LiveNode(nodelist, parser.compile_filter(name), parser.compile_filter(key), arguments)
