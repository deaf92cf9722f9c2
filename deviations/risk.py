"""Risk as severity × probability (SOSFS 2011:9 5:1), pure.

Both are judged on four steps; the product gives the level that orders the Inkorg.
"""

SEVERITIES = {1: "Mindre", 2: "Måttlig", 3: "Betydande", 4: "Katastrofal"}
PROBABILITIES = {
    1: "Mycket liten (mindre än en gång om året)",
    2: "Liten (någon gång om året)",
    3: "Stor (någon gång i månaden)",
    4: "Mycket stor (varje vecka eller oftare)",
}

LOW, MEDIUM, HIGH = "low", "medium", "high"
LEVELS = {LOW: "Låg risk", MEDIUM: "Medelrisk", HIGH: "Hög risk"}

# Order in the Inkorg: the smaller, the sooner.
UNSAFE, MISCONDUCT, HIGH_RISK, ORDINARY, LOW_RISK = range(5)


def level(severity: int, probability: int) -> str:
    """Return the level of a risk: high from 8 up, low where mild (severity ≤ 2) and at most 4."""
    score = severity * probability
    if score >= 8:
        return HIGH
    return LOW if score <= 4 and severity <= 2 else MEDIUM


def priority(
    *, safe_now: str, possible_misconduct: bool, severity: int | None, probability: int | None
) -> int:
    """Return the place in the Inkorg (0 first) from what is known about the event."""
    if safe_now == "no":
        return UNSAFE
    if possible_misconduct:
        return MISCONDUCT
    if severity is None or probability is None:
        return ORDINARY
    return {HIGH: HIGH_RISK, MEDIUM: ORDINARY, LOW: LOW_RISK}[level(severity, probability)]
