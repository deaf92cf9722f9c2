"""The document of the investigation: its parts as they stand, and what completion still wants."""

from lexsarah import parts
from lexsarah.models import DocumentPart, Report, ReportCause

NO_CAUSE = "Välj minst en orsak ur registret: åtgärderna knyts till orsakerna."


def missing(report: Report) -> dict[str, str]:
    """Return what completion still wants of the document: part → how to mend it, in their order.

    SOSFS 2011:5 5 kap. 3 §, SoL 27:5. Empty: nothing is missing. Two queries.
    """
    written = DocumentPart.objects.filter(report=report).values_list("key", "choice", "text")
    wanting = parts.missing({key: (choice, text) for key, choice, text in written})
    if not ReportCause.objects.filter(report=report, removed_at=None).exists():
        wanting["causes"] = " ".join(filter(None, [wanting.get("causes"), NO_CAUSE]))
    return {part.key: wanting[part.key] for part in parts.PARTS if part.key in wanting}
