"""Who gets in where: a row, or one for each meaning, for every address of the service.

A route without a row fails the walk, and so does a row without a route. What a record hides is
answered 404, what one sees and may not do 403; who is not logged in is sent to log in.
"""

from dataclasses import replace

from tests.architecture.access_rules import (
    ANYONE,
    CASE_LEADS,
    CASE_PROTECTS,
    CASE_SEES,
    CASE_WORKS,
    CLASSIFIES,
    CONFIGURES,
    CONFIGURES_IT,
    COUNTS,
    DECIDES_PROPOSAL,
    HEAD,
    IMPORTS,
    KEEPS_REGISTERS,
    LEADS_UNIT,
    OWN_BOARD,
    PICKED,
    PICKED_PROPOSAL,
    PUBLIC,
    REGISTERS_CASES,
    REPORTER,
    SAS,
    SEES,
    SEES_PROPOSAL,
    UNIT,
    UNIT_AND_SAS,
    Gate,
    Row,
    Rule,
    both,
    in_board,
    listed,
    who,
)
from tests.architecture.lexsarah_rows import LEX_SARAH_API
from tests.architecture.lexsarah_rows import LEX_SARAH_PAGES as LEX_SARAH_PAGES

ACTS: dict[str, Rule] = {
    "receive": UNIT,
    "assign": UNIT,
    "move": UNIT,
    "decide-unit": HEAD,
    "ask": UNIT_AND_SAS,
    "answer": REPORTER,
    "dismiss": UNIT,
    "merge": UNIT,
    "send-to-sas": UNIT,
    "return-from-sas": SAS,
    "classify": CLASSIFIES,
    "investigate": UNIT,
    "plan-action": UNIT,
    "close": UNIT,
    "close-without-action": UNIT,
    "close-simply": UNIT,
    "assess-effect": UNIT,
    "postpone-effect": UNIT,
    "reopen": UNIT_AND_SAS,
    "record-exchange": UNIT_AND_SAS,
    "set-protection": UNIT_AND_SAS,
}
DEVIATION = {"pk": "deviation_id"}
PROPOSAL = {"pk": "proposal_id"}

# A figure opens for those who may count; which cases it lists follows from their own access.
FIGURE = in_board("eva erik anna sara vera")

API: dict[str, Row] = {
    "token/": Row(post=PUBLIC, delete=ANYONE),
    "units/": Row(get=ANYONE),
    "units/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "unit_id"}),
    "areas/": Row(get=ANYONE),
    "areas/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "area_id"}),
    "departments/": Row(get=ANYONE),
    "departments/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "department_id"}),
    "categories/": Row(get=ANYONE),
    "categories/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "category_id"}),
    "causes/": Row(get=ANYONE),
    "causes/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "cause_id"}),
    "reports/": Row(get=COUNTS, body={"from": "2026-01-01", "to": "2026-01-31"}),
    "figures/<str:query>/": Row(get=FIGURE, ids={"query": "figure"}),
    "actions/": Row(get=ANYONE),
    "actions/<int:pk>/finish/": Row(post=UNIT, ids={"pk": "action_id"}),
    "unit-reviews/": Row(post=ANYONE),
    "deviations/": Row(get=ANYONE, post=ANYONE),
    "deviations/handle-together/": Row(post=ANYONE),
    "deadline-proposals/": Row(get=ANYONE),
    "deadline-proposals/confirm-together/": Row(post=ANYONE),
    "deadline-proposals/<int:pk>/": Row(get=SEES_PROPOSAL, ids=PROPOSAL),
    "deadline-proposals/<int:pk>/confirm/": Row(post=DECIDES_PROPOSAL, ids=PROPOSAL),
    "deadline-proposals/<int:pk>/decline/": Row(post=DECIDES_PROPOSAL, ids=PROPOSAL),
    "deviations/<int:pk>/": Row(get=SEES, ids=DEVIATION),
    "deviations/<int:pk>/history/": Row(get=SEES, ids=DEVIATION),
} | {f"deviations/<int:pk>/{act}/": Row(post=rule, ids=DEVIATION) for act, rule in ACTS.items()}

# The pages of acts, by the words of their address.
SLUGS: dict[str, Rule] = {
    "ta-emot": UNIT,
    "fordela": UNIT,
    "flytta": UNIT,
    "bestam-enhet": HEAD,
    "kategori-och-risk": CLASSIFIES,
    "orsaker": UNIT,
    "atgard": UNIT,
    "avsluta": UNIT,
    "avsluta-utan-atgard": UNIT,
    "effekt": UNIT,
    "flytta-fram-effekt": UNIT,
    "komplettering": UNIT_AND_SAS,
    "till-sas": UNIT,
    "tillbaka-fran-sas": SAS,
    "inte-en-avvikelse": UNIT,
    "samverkan": UNIT_AND_SAS,
    "skydd": UNIT_AND_SAS,
    "ateroppna": UNIT_AND_SAS,
}
NO_SUCH_ACT = Row(get=Rule(), post=Rule(), ids=DEVIATION | {"slug": "radera"})

# Drafts are their author's alone (Amina's, in every kind of her own unit).
AMINAS = Rule(own=who("amina"), protected=who("amina"), about_manager=who("amina"))
DEVIATIONS: dict[str, Row | list[Row]] = {
    "avvikelser/": listed(ANYONE),
    "avvikelser/<int:pk>/": Row(get=SEES, ids=DEVIATION),
    "avvikelser/<int:pk>/enkel/": both(UNIT, ids=DEVIATION),
    "avvikelser/<int:pk>/sammanfor/": both(UNIT, ids=DEVIATION),
    "arenden/<int:case_id>/bevakad-tid/": both(CASE_WORKS),
    # Both methods pass the same guard: it is posted to everywhere, and looked at here and there.
    "avvikelser/<int:pk>/<slug:slug>/": [
        *(Row(post=rule, ids=DEVIATION | {"slug": slug}) for slug, rule in SLUGS.items()),
        Row(get=UNIT, ids=DEVIATION | {"slug": "flytta"}),
        Row(get=CLASSIFIES, ids=DEVIATION | {"slug": "kategori-och-risk"}),
        NO_SUCH_ACT,
    ],
    "avvikelser/<int:deviation_id>/svara/<int:question_id>/": both(REPORTER),
    "avvikelser/<int:deviation_id>/filer/<int:attachment_id>/": Row(get=SEES),
    "avvikelser/ny/": both(ANYONE),
    # Saving is for the author of the form, whose signature it carries, also logged out.
    "avvikelser/ny/spara/": Row(post=AMINAS, body={"key": "draft_key"}, anonymous=403),
    "avvikelser/ny/tips/": Row(post=ANYONE, anonymous=204),
    "avvikelser/kvitto/<uuid:key>/": Row(get=AMINAS, ids={"key": "draft_key"}),
    "avvikelser/utkast/<uuid:key>/ta-bort/": both(AMINAS, ids={"key": "draft_key"}),
    "avvikelser/mina/": listed(ANYONE),
    "inkorg/": listed(Gate(who("eva erik anna sara"))),
    # What one sees and may not receive is said in a message, without receiving any.
    "inkorg/flera/": Row(post=SEES, body={"ids": "deviation_id", "verb": "receive"}),
    "inkorg/fordela/": Row(post=PICKED, body={"ids": "deviation_id"}),
    "inkorg/flytta/": Row(post=PICKED, body={"ids": "deviation_id"}),
    "inkorg/tillsammans/": Row(post=PICKED, body={"ids": "deviation_id"}),
    "inkorg/forslag/": listed(Gate(who("eva erik anna sara"))),
    # Leads on to the page that asks who may.
    "inkorg/forslag/flera/": Row(post=ANYONE, body={"ids": "proposal_id"}),
    "inkorg/forslag/tillsammans/": both(PICKED_PROPOSAL, body={"ids": "proposal_id"}),
    "inkorg/forslag/<int:pk>/": both(DECIDES_PROPOSAL, ids=PROPOSAL),
    "inkorg/forslag/<int:pk>/avboj/": both(DECIDES_PROPOSAL, ids=PROPOSAL),
    "mina-atgarder/": listed(ANYONE),
    "mina-atgarder/utford/": Row(post=UNIT, body={"ids": "action_id"}),
    "apt/": listed(Gate(who("amina nils frida eva erik anna"))),
}

ENDS_ROLE = in_board("simon", role_first=True)
_UNIT_ID, _PERSON = {"pk": "unit_id"}, {"pk": "user_id"}
_ROLE, _ABSENCE = {"pk": "membership_id"}, {"pk": "absence_id"}
_WITH_LEADERS = in_board("simon eva anna", "simon erik anna")
_OWN_BOARD = ("own", "sister", "protected", "about_manager")
_ANSWERS = Rule(**{kind: who("sara vera birgit simon anna") for kind in _OWN_BOARD})
_TAKES_OFF = Rule(**{kind: who("sara vera birgit simon") for kind in _OWN_BOARD}, sees=_ANSWERS)  # type: ignore[arg-type]
_WAITING = Gate(who("sara vera birgit simon anna"))
_YES = {"verb": "yes"}
ORGANISATION: dict[str, Row | list[Row]] = {
    "organisation/konton/": both(_WAITING),
    "organisation/konton/roll/<int:pk>/": Row(post=_ANSWERS, ids={"pk": "grant_id"}, body=_YES),
    "organisation/konton/ersattare/<int:pk>/": Row(
        post=_ANSWERS, ids={"pk": "stand_in_id"}, body=_YES
    ),
    "organisation/konton/tva-steg/<int:pk>/": Row(post=_TAKES_OFF, ids={"pk": "step_id"}),
    "konto/stoppa/<str:token>/": both(PUBLIC, ids={"token": "stop_token"}),
    "organisation/": listed(ANYONE),
    "organisation/enhet/ny/": both(CONFIGURES),
    "organisation/enhet/sla-samman/": both(CONFIGURES),
    "organisation/enhet/<int:pk>/": listed(OWN_BOARD, ids=_UNIT_ID),
    "organisation/enhet/<int:pk>/byt-namn/": both(CONFIGURES_IT, ids=_UNIT_ID),
    "organisation/enhet/<int:pk>/lagg-ned/": both(CONFIGURES_IT, ids=_UNIT_ID),
    "organisation/enhet/<int:pk>/forste/": Row(post=LEADS_UNIT, ids=_UNIT_ID),
    "organisation/roll/<int:pk>/skyddade/": Row(post=LEADS_UNIT, ids=_ROLE),
    "organisation/roll/<int:pk>/avsluta/": both(ENDS_ROLE, ids=_ROLE),
    "organisation/personer/": listed(CONFIGURES),
    "organisation/personer/<int:pk>/": Row(get=_WITH_LEADERS, post=CONFIGURES_IT, ids=_PERSON),
    "organisation/personer/<int:pk>/lamna-over/": both(_WITH_LEADERS, ids=_PERSON),
    "organisation/franvaro/": [*listed(ANYONE), Row(post=ANYONE)],
    "organisation/franvaro/<int:pk>/avsluta/": Row(
        post=in_board("amina simon eva anna", "simon erik anna"), ids=_ABSENCE
    ),
    "organisation/kategorier/": [*listed(ANYONE), Row(post=Gate(who("simon vera")))],
    "organisation/kategorier/<int:pk>/": both(KEEPS_REGISTERS, ids={"pk": "category_id"}),
    "organisation/orsaker/": [*listed(ANYONE), Row(post=Gate(who("simon vera")))],
    "organisation/orsaker/<int:pk>/": both(KEEPS_REGISTERS, ids={"pk": "cause_id"}),
    "organisation/beredskap/": [*listed(CONFIGURES), Row(post=CONFIGURES)],
    "organisation/beredskap/<int:pk>/": both(CONFIGURES_IT, ids={"pk": "duty_id"}),
    "organisation/egna-tider/": listed(CONFIGURES),
    "organisation/egna-tider/<slug:key>/": both(CONFIGURES, ids={"key": "deviation_handling"}),
    "organisation/egna-tider/<int:pk>/ta-bort/": Row(
        post=CONFIGURES_IT, ids={"pk": "local_rule_id"}
    ),
}

_CASES, _STAFF = {"kind": "avvikelser", "token": "none"}, {"kind": "personal", "token": "none"}
REGISTERS: dict[str, Row | list[Row]] = {
    "register/": listed(IMPORTS),
    "register/inlasning/<int:batch_id>/": Row(get=KEEPS_REGISTERS),
    "register/<slug:kind>/": [both(IMPORTS, ids=_CASES), both(CONFIGURES, ids=_STAFF)],
    "register/<slug:kind>/mall/": [Row(get=IMPORTS, ids=_CASES), Row(get=CONFIGURES, ids=_STAFF)],
    "register/<slug:kind>/<str:token>/kolumner/": [
        both(IMPORTS, ids=_CASES),
        both(CONFIGURES, ids=_STAFF),
    ],
    "register/<slug:kind>/<str:token>/granska/": [
        both(IMPORTS, ids=_CASES),
        both(CONFIGURES, ids=_STAFF),
    ],
    "register/<slug:kind>/<str:token>/avbryt/": [
        Row(post=IMPORTS, ids=_CASES),
        Row(post=CONFIGURES, ids=_STAFF),
    ],
}

# The steps of each kind of record, by the words of their address.
_WHOSE = {"ta": CASE_WORKS, "fordela": CASE_LEADS, "flytta": CASE_LEADS}
STEPS: dict[str, dict[str, Rule]] = {
    "aktualisering": _WHOSE
    | dict.fromkeys(
        (
            "skyddsbedomning",
            "forhandsbedomning",
            "aterkoppling",
            "aterkoppling-onskas",
            "ingen-aterkoppling",
        ),
        CASE_WORKS,
    ),
    "utredning": _WHOSE
    | dict.fromkeys(("avsluta", "forlang", "uppfoljning", "avsluta-uppfoljning"), CASE_WORKS),
    "beslut": _WHOSE
    | dict.fromkeys(("verkstall", "avbrott", "ateruppta", "skal", "avsluta"), CASE_WORKS),
    "bevakad-tid": dict.fromkeys(("provad", "klar", "forlangd", "galler-inte"), CASE_WORKS),
}
_RECORDS = {
    "aktualisering": "intake_id",
    "utredning": "investigation_id",
    "beslut": "case_decision_id",
    "bevakad-tid": "watched_time_id",
}
CASES: dict[str, Row | list[Row]] = {
    "arenden/": listed(ANYONE),
    "arenden/ny/aktualisering/": both(REGISTERS_CASES),
    "arenden/ny/utredning/": both(REGISTERS_CASES),
    "arenden/ny/beslut/": both(REGISTERS_CASES),
    "arenden/<int:case_id>/": Row(get=CASE_SEES),
    "arenden/<int:case_id>/skydd/": both(CASE_PROTECTS),
    # Both methods pass the same guard: it is posted to everywhere, and looked at here and there.
    "arenden/<slug:kind>/<int:record_id>/<slug:slug>/": [
        *(
            Row(post=rule, ids={"kind": kind, "record_id": _RECORDS[kind], "slug": slug})
            for kind, rules in STEPS.items()
            for slug, rule in rules.items()
        ),
        *(
            Row(get=CASE_WORKS, ids={"kind": kind, "record_id": _RECORDS[kind], "slug": slug})
            for kind, slug in (
                ("aktualisering", "skyddsbedomning"),
                ("utredning", "forlang"),
                ("beslut", "skal"),
                ("bevakad-tid", "galler-inte"),
            )
        ),
        both(Rule(), ids={"kind": "utredning", "record_id": "investigation_id", "slug": "radera"}),
        both(Rule(), ids={"kind": "insats", "record_id": "intake_id", "slug": "avsluta"}),
    ],
}

REPORTS: dict[str, Row | list[Row]] = {
    "rapport/": Row(get=COUNTS),
    "rapport/fil/<slug:kind>/": Row(get=COUNTS, ids={"kind": "csv"}),
    "rapport/siffra/<str:query>/": listed(FIGURE, ids={"query": "figure"}),
}

WATCH: dict[str, Row | list[Row]] = {
    "bevakning/": listed(ANYONE),
    "bevakning/meddelanden/": listed(ANYONE),
    "bevakning/meddelanden/lasta/": Row(post=ANYONE),
    "bevakning/kalender/": both(ANYONE),
    # Whoever has the secret is in; what a wrong one gets tells nothing.
    "kalender/<str:secret>.ics": Row(get=Rule(), ids={"secret": "no-such-secret"}, anonymous=404),
    "drift/": Row(get=CONFIGURES),
    "drift/brev/": Row(post=CONFIGURES),
    "bevakning/fel/": listed(CONFIGURES),
    "bevakning/fel/<int:pk>/forsok/": Row(post=in_board("simon"), ids={"pk": "failed_id"}),
}

_LEAD_OR_FOLLOW, _LEAD = Gate(who("frida eva erik anna sara")), Gate(who("frida eva erik anna"))
WORKLISTS: dict[str, Row | list[Row]] = {
    "utredningar/": listed(_LEAD_OR_FOLLOW),
    "utredningar/fordela/": Row(
        post=replace(CASE_LEADS, hidden=302), body={"ids": "investigation_id"}
    ),
    "utredningar/genomgang/<int:pk>/": Row(
        post=in_board("frida eva anna", "erik anna"), ids=_UNIT_ID
    ),
    "utredningar/prognos/": listed(_LEAD),
    "utredningar/prognos/tider/": listed(_LEAD),
    "utredningar/enheter/": listed(Gate(who("anna sara vera"))),
    "utredningar/sena/": listed(COUNTS),
}

COMMON: dict[str, Row | list[Row]] = {
    "": Row(get=ANYONE),
    "healthz": Row(get=PUBLIC),
    "readyz": Row(get=PUBLIC),
    "metrics": Row(get=PUBLIC),
    "api/schema/": Row(get=ANYONE),
    "api/docs/": Row(get=ANYONE),
    "stil/": Row(get=ANYONE),
    "sok/": [Row(get=ANYONE), Row(get=ANYONE, body={"q": "enheten", "format": "csv"})],
}

_EITHER: dict[str, Rule] = {"assign": CASE_WORKS, "move": CASE_LEADS}
API_STEPS: dict[str, dict[str, Rule]] = {
    "intakes": _EITHER
    | dict.fromkeys(
        (
            "protection-assessment",
            "preliminary-assessment",
            "ask-feedback",
            "give-feedback",
            "waive-feedback",
        ),
        CASE_WORKS,
    ),
    "investigations": _EITHER
    | dict.fromkeys(("extend", "close", "begin-follow-up", "end-follow-up"), CASE_WORKS),
    "decisions": _EITHER
    | dict.fromkeys(
        ("execute", "interrupt", "resume", "end-without-execution", "give-reason"), CASE_WORKS
    ),
}
_OF_KIND = {
    "intakes": {"pk": "intake_id"},
    "investigations": {"pk": "investigation_id"},
    "decisions": {"pk": "case_decision_id"},
}
API |= {
    "cases/": Row(get=ANYONE),
    "cases/<int:pk>/": Row(get=CASE_SEES, ids={"pk": "case_id"}),
    "cases/<int:pk>/set-protection/": Row(post=CASE_PROTECTS, ids={"pk": "case_id"}),
    "watched-times/": Row(get=ANYONE, post=REGISTERS_CASES),
    "watched-times/<int:pk>/": Row(get=CASE_SEES, ids={"pk": "watched_time_id"}),
    "deadlines/": Row(get=ANYONE),
    "deadlines/<int:pk>/": Row(get=CASE_SEES, ids={"pk": "deadline_id"}),
}
for _resource, _ids in _OF_KIND.items():
    API |= {
        f"{_resource}/": Row(get=ANYONE, post=REGISTERS_CASES),
        f"{_resource}/<str:pk>/": Row(get=CASE_SEES, put=IMPORTS, ids=_ids),
        f"{_resource}/by-external-id/<path:external_id>/": Row(
            get=Rule(), put=IMPORTS, ids={"external_id": "unknown/17"}
        ),
    } | {
        f"{_resource}/<str:pk>/{_step}/": Row(post=_rule, ids=_ids)
        for _step, _rule in API_STEPS[_resource].items()
    }
for _step in ("review", "extend", "done", "drop"):
    API[f"watched-times/<int:pk>/{_step}/"] = Row(post=CASE_WORKS, ids={"pk": "watched_time_id"})

API |= {
    "reports/": Row(get=COUNTS, body={"from": "2026-01-01", "to": "2026-01-31"}),
    "figures/<str:query>/": Row(get=FIGURE, ids={"query": "figure"}),
}

API |= LEX_SARAH_API

_ALL: dict[str, Row | list[Row]] = {
    **COMMON,
    **DEVIATIONS,
    **ORGANISATION,
    **REGISTERS,
    **CASES,
    **LEX_SARAH_PAGES,
    **REPORTS,
    **WATCH,
    **WORKLISTS,
    **{f"api/v1/{route}": row for route, row in API.items()},
}
TABLE: dict[str, list[Row]] = {
    route: rows if isinstance(rows, list) else [rows] for route, rows in _ALL.items()
}

# Addresses of others' making, each with one rule for all that stands under it: the login pages
# show nothing but one's own account, and the administration is for staff.
LOGIN = "accounts/"
ADMIN = "admin/"
