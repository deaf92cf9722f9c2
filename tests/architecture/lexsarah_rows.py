"""Who gets in where in lex Sarah: its pages and its part of the API (see ``access_table``)."""

from dataclasses import replace

from tests.architecture.access_rules import (
    ANYONE,
    CONFIGURES,
    LEX_SARAH,
    OWN_BOARD,
    Gate,
    Row,
    Rule,
    both,
    in_board,
    listed,
    who,
)

# Whoever lacks the role is told so before any row is looked for.
DELEGATES = in_board("simon", role_first=True)
_LEX_SARAH_ACTS = (
    "trygg",
    "inled",
    "allvarligt",
    "anmal-ivo",
    "komplettera-ivo",
    "utredare",
    "diarienummer",
    "enhet",
    "skydd",
    "typ",
    "mas",
    "granskad",
    "inte-granskad",
    "begar-yttrande",
    "begar-atgard",
    "delge",
    "foresla",
    "ta-tillbaka",
    "beslutsfattare",
    "foresla-atgard",
    "folj-upp",
    "avsluta",
    "avsluta-kort",
    "ateruppta",
)
# Before whom nothing is put decides nothing; SAS sees it, and may not.
_DECIDES = Rule(sees=LEX_SARAH)
# Whoever is asked, or was given the decision: in the world of the walk the unit's manager.
_ASKED = Rule(own=who("eva"), sister=who("erik"), protected=who("eva"), about_manager=who("eva"))
# Whoever is to do a measure meets it, and nothing else of its report.
_MEASURE = Rule(
    own=who("sara eva"),
    sister=who("sara erik"),
    protected=who("sara eva"),
    about_manager=who("sara eva"),
)
_AMINAS = Rule(own=who("amina"), protected=who("amina"), about_manager=who("amina"))
_ASSESSES = replace(LEX_SARAH, sees=_MEASURE)
_OF_MEASURE = {"pk": "measure_id"}
# The Registrator too, but for skyddade personuppgifter.
_REGISTER = Rule(
    own=who("rut sara"),
    sister=who("rut sara"),
    protected=who("sara"),
    about_manager=who("rut sara"),
)
LEX_SARAH_PAGES: dict[str, Row | list[Row]] = {
    # Whoever sees none is led to the own ones.
    "lex-sarah/": listed(ANYONE),
    "lex-sarah/rapportera/": both(ANYONE),
    "lex-sarah/papper/": both(Gate(who("rut sara"))),
    "lex-sarah/mina/": Row(get=ANYONE),
    "lex-sarah/rapportera/spara/": Row(post=_AMINAS, body={"key": "lex_draft_key", "event": "Mer"}),
    "lex-sarah/utkast/<uuid:key>/ta-bort/": both(_AMINAS, ids={"key": "lex_draft_key"}),
    "lex-sarah/<int:report_id>/": Row(get=LEX_SARAH),
    "lex-sarah/<int:report_id>/utat/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/begart/": Row(get=LEX_SARAH),
    "lex-sarah/<int:report_id>/begart/<int:request_id>/aterta/": both(LEX_SARAH),
    "lex-sarah/begars/": Row(get=ANYONE),
    "lex-sarah/begars/<int:request_id>/": both(_ASKED),
    "lex-sarah/begars/<int:request_id>/utkast/": Row(post=_ASKED),
    "lex-sarah/begars/beslut/<int:delivery_id>/": Row(get=_ASKED),
    "lex-sarah/personnummer/": Row(post=ANYONE),
    "lex-sarah/<int:report_id>/utredning/": Row(get=LEX_SARAH),
    "lex-sarah/<int:report_id>/utredning/<slug:key>/": Row(post=LEX_SARAH, ids={"key": "event"}),
    "lex-sarah/<int:report_id>/utredning/orsaker/": Row(post=LEX_SARAH),
    "lex-sarah/<int:report_id>/utredning/orsaker/<int:cause_id>/": Row(
        post=LEX_SARAH, ids={"cause_id": "report_cause_id"}
    ),
    "lex-sarah/<int:report_id>/anteckningar/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/anteckningar/<int:note_id>/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/liknande/": Row(get=LEX_SARAH),
    "lex-sarah/<int:report_id>/liknande/bedom/": Row(post=LEX_SARAH),
    "lex-sarah/utforare/": Row(get=Gate(who("rut sara"))),
    "lex-sarah/utforare/ny/": both(Gate(who("rut sara"))),
    "lex-sarah/utforare/<int:information_id>/": both(LEX_SARAH),
    "lex-sarah/utforare/<int:information_id>/ratta/": both(LEX_SARAH),
    "lex-sarah/skyldighet/": both(ANYONE),
    "lex-sarah/lardomar/": Row(get=ANYONE),
    "lex-sarah/lardomar/<int:lesson_id>/": Row(get=OWN_BOARD, post=in_board("eva erik")),
    "lex-sarah/bilaga/": Row(get=Gate(who("sara"))),
    "lex-sarah/diarium/": listed(Gate(who("rut sara"))),
    "lex-sarah/diarium/<int:report_id>/": both(_REGISTER),
    "lex-sarah/<int:report_id>/handlingar/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/handlingar/<int:document_id>/fil/": Row(get=LEX_SARAH),
    "lex-sarah/<int:report_id>/handlingar/rad/<int:entry_id>/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/handlingar/maskad-kopia/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/ivo/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/ivo/brev/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/ivo/brev/<int:letter_id>/": both(LEX_SARAH),
    "lex-sarah/<int:report_id>/<slug:slug>/": [
        *(both(LEX_SARAH, ids={"slug": slug}) for slug in _LEX_SARAH_ACTS),
        *(both(_DECIDES, ids={"slug": slug}) for slug in ("besluta", "aterlamna")),
        both(Rule(), ids={"slug": "radera"}),
    ],
    "lex-sarah/<int:report_id>/beslut/": Row(get=LEX_SARAH),
    "lex-sarah/<int:report_id>/atgarder/<int:measure_id>/<slug:slug>/": [
        *(
            both(LEX_SARAH, ids={"slug": slug})
            for slug in ("ta-tillbaka", "utford", "ansvarig", "effekt")
        ),
        both(_DECIDES, ids={"slug": "besluta"}),
        both(Rule(), ids={"slug": "radera"}),
    ],
    "lex-sarah/atgarder/<int:measure_id>/": both(_ASKED),
    "lex-sarah/delegationsbeslut/": listed(Gate(who("rut sara"))),
    "organisation/delegation/": listed(CONFIGURES),
    "organisation/delegation/ny/": both(CONFIGURES),
    "organisation/delegation/<int:pk>/": both(DELEGATES, ids={"pk": "delegation_id"}),
    "organisation/delegation/<int:pk>/upphor/": both(DELEGATES, ids={"pk": "delegation_id"}),
}
LEX_SARAH_API: dict[str, Row] = {
    "lexsarah-reports/": Row(get=ANYONE, post=ANYONE),
    "lexsarah-reports/from-paper/": Row(post=Gate(who("rut sara"))),
    "lexsarah-reports/<int:pk>/": Row(get=LEX_SARAH, ids={"pk": "report_id"}),
}

LEX_SARAH_API |= {
    "lexsarah-asked/": Row(get=ANYONE),
    "lexsarah-measures/": Row(get=ANYONE),
    "lexsarah-measures/<int:pk>/": Row(get=_MEASURE, ids=_OF_MEASURE),
    "lexsarah-measures/<int:pk>/decide/": Row(post=Rule(sees=_MEASURE), ids=_OF_MEASURE),
    "lexsarah-measures/<int:pk>/finish/": Row(post=_MEASURE, ids=_OF_MEASURE),
    "lexsarah-measures/<int:pk>/assess/": Row(post=_ASSESSES, ids=_OF_MEASURE),
    "lexsarah-measures/<int:pk>/withdraw/": Row(post=_ASSESSES, ids=_OF_MEASURE),
    "lexsarah-measures/<int:pk>/reassign/": Row(post=_ASSESSES, ids=_OF_MEASURE),
    "lexsarah-deliveries/": Row(get=ANYONE),
    "lexsarah-asked/<int:pk>/": Row(get=_ASKED, ids={"pk": "request_id"}),
    "lexsarah-asked/<int:pk>/draft/": Row(post=_ASKED, ids={"pk": "request_id"}),
    "lexsarah-asked/<int:pk>/answer/": Row(post=_ASKED, ids={"pk": "request_id"}),
}

_TOLD, _RULES = "lexsarah-provider-information", "lexsarah-delegation-rules"
LEX_SARAH_API |= {
    f"{_TOLD}/": both(Gate(who("rut sara"))),
    f"{_TOLD}/<int:pk>/": Row(get=LEX_SARAH, ids={"pk": "information_id"}),
    f"{_TOLD}/<int:pk>/correct/": Row(post=LEX_SARAH, ids={"pk": "information_id"}),
    f"{_TOLD}/<int:pk>/follow-up/": Row(post=LEX_SARAH, ids={"pk": "information_id"}),
    f"{_TOLD}/<int:pk>/finish/": Row(post=LEX_SARAH, ids={"pk": "information_id"}),
    "lexsarah-register/": Row(get=Gate(who("rut sara"))),
    "lexsarah-register/<int:pk>/": Row(get=_REGISTER, ids={"pk": "report_id"}),
    f"{_RULES}/": both(CONFIGURES),
    f"{_RULES}/<int:pk>/": Row(get=DELEGATES, ids={"pk": "delegation_id"}),
    f"{_RULES}/<int:pk>/replace/": Row(post=DELEGATES, ids={"pk": "delegation_id"}),
    f"{_RULES}/<int:pk>/end/": Row(post=DELEGATES, ids={"pk": "delegation_id"}),
    "lexsarah-lessons/": Row(get=ANYONE),
    "lexsarah-lessons/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "lesson_id"}),
    "lexsarah-lessons/<int:pk>/reviews/": Row(
        get=OWN_BOARD, post=in_board("eva erik"), ids={"pk": "lesson_id"}
    ),
    "lexsarah-duty/": both(ANYONE),
}

_INVESTIGATION = "lexsarah-reports/<int:pk>"
LEX_SARAH_API |= {
    f"{_INVESTIGATION}/{route}/": replace(row, ids={"pk": "report_id", **row.ids})
    for route, row in {
        "documents": Row(get=LEX_SARAH),
        "documents/<int:document_id>": Row(get=LEX_SARAH),
        "ivo-package": both(LEX_SARAH),
        "masked-copy": Row(post=LEX_SARAH),
        "registry": both(LEX_SARAH),
        "registry/<int:entry_id>/correct": Row(post=LEX_SARAH),
        "ivo-letters": both(LEX_SARAH),
        "ivo-letters/<int:letter_id>/answer": Row(post=LEX_SARAH),
        "events": Row(get=LEX_SARAH),
        "outside-texts": both(LEX_SARAH),
        "outside-texts/<int:text_id>/approve": Row(post=LEX_SARAH),
        "publish-lesson": Row(post=LEX_SARAH),
        "document": Row(get=LEX_SARAH),
        "document/<slug:part>": Row(post=LEX_SARAH, ids={"part": "event"}),
        "notes": both(LEX_SARAH),
        "causes": both(LEX_SARAH),
        "causes/<int:cause_id>/remove": Row(post=LEX_SARAH, ids={"cause_id": "report_cause_id"}),
        "earlier-events": both(LEX_SARAH),
        "examined": Row(get=LEX_SARAH),
        "name-examined": Row(post=LEX_SARAH),
        "unname-examined": Row(post=LEX_SARAH),
        "classify": Row(post=LEX_SARAH),
        "point-to-mas": Row(post=LEX_SARAH),
        "start-investigation": Row(post=LEX_SARAH),
        "assign-investigator": Row(post=LEX_SARAH),
        "set-registry-number": Row(post=LEX_SARAH),
        "assess-serious": Row(post=LEX_SARAH),
        "notify-ivo": Row(post=LEX_SARAH),
        "supplement-ivo": Row(post=LEX_SARAH),
        "make-safe": Row(post=LEX_SARAH),
        "protect": Row(post=LEX_SARAH),
        "move": Row(post=LEX_SARAH),
        "decisions": Row(get=LEX_SARAH),
        "measures": both(LEX_SARAH),
        "propose": Row(post=LEX_SARAH),
        "take-back-proposal": Row(post=LEX_SARAH),
        "return-proposal": Row(post=_DECIDES),
        "assign-decider": Row(post=LEX_SARAH),
        "decide": Row(post=_DECIDES),
        "close-short": Row(post=LEX_SARAH),
        "follow-measures": Row(post=LEX_SARAH),
        "close": Row(post=LEX_SARAH),
        "reopen": Row(post=LEX_SARAH),
        "requests": Row(get=LEX_SARAH),
        "requests/<int:request_id>/withdraw": Row(post=LEX_SARAH),
        "request-statement": Row(post=LEX_SARAH),
        "request-safety": Row(post=LEX_SARAH),
        "deliver": Row(post=LEX_SARAH),
    }.items()
}
