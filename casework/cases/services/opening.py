"""Opening an investigation: by a decision about an intake, or on its own."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from casework.access.actor import Actor
from casework.cases.clocks import is_childs
from casework.cases.histories import FOLLOW_UP, HANDLER, INVESTIGATIONS, PROTECTION, REGISTRATION
from casework.cases.histories import UNIT as IN_UNIT
from casework.cases.models import CHILD_INVESTIGATION, Intake, Investigation
from casework.cases.services.door import Step
from casework.cases.services.gathering import lock_cases
from casework.organisation.models import Unit
from casework.shared.chronicle import Stamp, Told
from casework.shared.errors import ConflictError


def default_kind(unit: Unit) -> str:
    """Return the utredningstyp that an investigation of the unit has unless another is said."""
    return CHILD_INVESTIGATION if unit.area.for_children else ""


def open_after(this: Step, intake: Intake, on: date, kind: str | None) -> Investigation:
    """Open the investigation that a decision about ``intake`` leads to, in the same case."""
    kind = default_kind(intake.unit) if kind is None else kind.strip()
    refuse_second(this.actor, intake.case_id, kind, intake.unit)
    investigation = Investigation(board_id=intake.board_id)
    unit = intake.unit
    story = [
        Told(
            REGISTRATION,
            on,
            {
                "case_id": intake.case_id,
                "opened_on": on,
                "intake_on": intake.received_on,
                "kind": kind,
                "intake_kind": intake.kind,
                "sex": intake.sex,
                "birth_year": intake.birth_year,
            },
        ),
        Told(IN_UNIT, on, {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}),
        Told(PROTECTION, on, {"protected": intake.protected}),
    ]
    if intake.handler_id is not None:
        story.append(Told(HANDLER, on, {"handler_id": intake.handler_id}))
    INVESTIGATIONS.write_new([(investigation, story)], this.stamp)
    end_follow_ups(investigation, on, this.stamp)
    this.work.audit("case.investigation_opened", investigation)
    return investigation


def refuse_second(actor: Actor, case_id: int | None, kind: str, unit: Unit) -> None:
    """Raise ``ConflictError`` where the case has an open investigation of the same sort.

    Of one that the actor may not open nothing more is said.
    """
    childs = is_childs(kind, in_childrens_area=unit.area.for_children)
    running = Investigation.objects.filter(case=case_id, closed_on__isnull=True)
    for other in running.exclude(case=None).select_related("unit__area"):
        other_childs = is_childs(other.kind, in_childrens_area=other.unit.area.for_children)
        if (childs and other_childs) or (kind == other.kind and childs == other_childs):
            if not Investigation.objects.visible_to(actor).filter(pk=other.pk).exists():
                raise ConflictError("Utredningen kan inte inledas här. Fråga din chef.")
            raise ConflictError(
                f"Ärendet har redan en öppen utredning, inledd {other.opened_on}. "
                "Ta det nya med i den."
            )


def end_follow_ups(opened: Investigation, on: date, stamp: Stamp) -> None:
    """End following up that goes on in the case: a new investigation takes its place (SoL 23:4)."""
    running = Investigation.objects.select_for_update(of=("self",)).filter(
        case=opened.case_id, follow_up_on__isnull=False, follow_up_ended_on__isnull=True
    )
    stories = [
        (one, [_ended(one.follow_up_on, max(on, one.follow_up_on))])
        for one in running.exclude(case=None).order_by("pk")
        if one.follow_up_on is not None
    ]
    INVESTIGATIONS.write(stories, stamp)


def end_overtaken(board_id: int, case_ids: Collection[int], stamp: Stamp) -> None:
    """End following up that goes on in ``case_ids`` beside investigations that a register opened.

    From the day of the first opened after what is followed up. The stamp names no import: no
    register tells of following up, and the next file must not take the end back.
    """
    followed = Investigation.objects.filter(
        board=board_id, follow_up_on__isnull=False, follow_up_ended_on__isnull=True
    )
    wanted = set(case_ids)
    pairs = followed.exclude(case=None).values_list("pk", "case")
    cases = {key: case for key, case in pairs if case in wanted}
    if not cases:
        return
    lock_cases(cases.values())
    opened: dict[int | None, list[date]] = defaultdict(list)
    for case, day in Investigation.objects.filter(case__in=cases.values()).values_list(
        "case", "opened_on"
    ):
        opened[case].append(day)
    stories = []
    for one in followed.filter(pk__in=cases).select_for_update(of=("self",)).order_by("pk"):
        began = one.follow_up_on
        if began is None:
            continue
        later = [day for day in opened[one.case_id] if day >= began and day > one.opened_on]
        if later:
            stories.append((one, [_ended(began, min(later))]))
    INVESTIGATIONS.write(stories, stamp)


def _ended(began: date, on: date) -> Told:
    return Told(FOLLOW_UP, on, {"follow_up_on": began, "follow_up_ended_on": on})
