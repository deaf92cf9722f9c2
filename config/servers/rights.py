"""What the running service may do with the rows of each table, beside reading and adding.

``config.servers.grants`` makes PostgreSQL hold it to that; a test wants every table here. A model
with ``append_only = True`` and the event tables of pghistory need no line: nothing of theirs is
changed or removed.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Rights:
    """``fixed`` columns never change once the row is there; None: no column does.

    ``removable``: rows may be taken away.
    """

    fixed: frozenset[str] | None = frozenset()
    removable: bool = False


def _fixed(columns: str, *, removable: bool = False) -> Rights:
    return Rights(frozenset(columns.split()), removable)


KEPT = Rights()
FREE = Rights(removable=True)
ADDED = Rights(fixed=None)
# Only where the span of knowing ends is written later; made again where the history says so.
VERSION = "-recorded_to"

RIGHTS: dict[str, Rights] = {
    # The organisation: what was true once is needed for the reports of that time.
    **dict.fromkeys(
        """
        casework_board casework_administration casework_servicearea casework_department
        casework_unit casework_user casework_failedrow casework_importbatch
        deviations_category deviations_cause deviations_exchange lexsarah_documentpart
        lexsarah_reportcause lexsarah_earlierevent lexsarah_examined pghistory_context
        config_milestone
        """.split(),
        KEPT,
    ),
    # Plans that were taken back before they began leave their trace in the event tables.
    **dict.fromkeys(
        """
        casework_unit_replaces casework_membership casework_absence casework_dutyfunction
        casework_dutyfunction_members deviations_unitreview_deviations lexsarah_delegationrule
        casework_lane casework_outgoingmail casework_pulse casework_user_groups
        casework_user_user_permissions deviations_draft deviations_draftfile deviations_seen
        lexsarah_reportdraft django_session authtoken_token account_emailaddress
        account_emailconfirmation mfa_authenticator socialaccount_socialapp
        socialaccount_socialaccount socialaccount_socialtoken
        """.split(),
        FREE,
    ),
    # Told once.
    **dict.fromkeys(
        """
        django_admin_log auth_permission auth_group auth_group_permissions django_content_type
        deviations_attachment
        """.split(),
        ADDED,
    ),
    **dict.fromkeys(
        """
        casework_decisionversion casework_intakeversion casework_investigationversion
        deviations_deviationversion lexsarah_reportversion
        """.split(),
        _fixed(VERSION, removable=True),
    ),
    "casework_accountchange": _fixed("id kind user_id board_id address asked_by_id asked_at"),
    "casework_case": _fixed("id board_id number"),
    "casework_decision": _fixed("id board_id"),
    "casework_intake": _fixed("id board_id"),
    "casework_investigation": _fixed("id board_id"),
    "casework_watchedtime": _fixed("id board_id case_id rule began_on"),
    "casework_deadline": _fixed(
        "id board_id kind subject_id rule trigger_date raw_date started_at extends_id"
    ),
    "casework_miss": _fixed("id deadline_id unit_id recorded_at"),
    "casework_outbox": _fixed("id notice_id"),
    "casework_letter": _fixed("id board_id user_id day"),
    "casework_told": _fixed("id notice_id user_id told_at"),
    "casework_dutyletter": _fixed("id function_id notice_id"),
    "casework_localrule": _fixed(
        "id board_id area_id key amount unit preset valid_from set_by_id set_at"
    ),
    "casework_calendarlink": _fixed("id user_id token_hash made_at"),
    "casework_importedrow": _fixed("id board_id kind external_id"),
    # What was reported; its words besides by trigger, since a register may correct its own rows.
    "deviations_deviation": _fixed("id board_id number external_id reporter_id on_behalf_of_id"),
    "deviations_action": _fixed("id text created_by_id created_at", removable=True),
    "deviations_question": _fixed("id deviation_id text asked_by_id asked_at"),
    "deviations_unitreview": _fixed("id board_id unit_id recorded_by_id recorded_at"),
    "deviations_proposal": _fixed("id board_id deadline_id proposed_at"),
    "lexsarah_report": _fixed("id board_id number external_id deviation_id submission_key"),
    "lexsarah_reporter": _fixed("id report_id user_id on_behalf_of_id name"),
    "lexsarah_request": _fixed("id report_id kind text asked_by_id asked_at"),
    "lexsarah_proposal": _fixed("id report_id outcome reasons short proposed_by_id proposed_at"),
    "lexsarah_measure": _fixed("id report_id proposed_by_id proposed_at"),
    "lexsarah_ivoletter": _fixed("id report_id kind came_on text recorded_by_id recorded_at"),
    "lexsarah_providerinformation": _fixed(
        "id board_id number recorded_by_id recorded_at submission_key"
    ),
}


def own_tables() -> dict[str, type[models.Model]]:
    """Return every table that a model has, many-to-many tables too."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            found[model._meta.db_table] = model
    return found


def rights_of(model: type[models.Model]) -> Rights | None:
    """Return what the service may do, None where nothing is said about the table."""
    if getattr(model, "append_only", False) or hasattr(model, "pgh_tracked_model"):
        return ADDED
    return RIGHTS.get(model._meta.db_table)


def changeable(model: type[models.Model], rights: Rights) -> list[str]:
    """Return the columns that the service may change."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    if rights.fixed is None:
        return []
    only = {name.removeprefix("-") for name in rights.fixed if name.startswith("-")}
    return [name for name in columns if (name in only if only else name not in rights.fixed)]
