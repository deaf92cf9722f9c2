"""The codes of what is audited, each with the words that the Händelselogg shows."""

from casework.shared.hooks import Registry

AUDIT_ACTIONS: Registry[str] = Registry("Audit action")


def register(**labels: str) -> None:
    """Register actions; ``deviation__received="Tog emot"`` becomes ``deviation.received``."""
    for name, label in labels.items():
        AUDIT_ACTIONS.register(name.replace("__", "."), label)
