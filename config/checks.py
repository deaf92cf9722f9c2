"""What `manage.py check --deploy` finds beside Django's own."""

from typing import Any

from django.core.checks import Error, Tags, register

from casework.operation import post


@register(Tags.security, deploy=True)
def letters_reach_somebody(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse an installation whose reminders and reset links reach nobody."""
    if post.is_set_up():
        return []
    return [Error("EMAIL_URL saknas: brev når ingen.", id="config.E001")]
