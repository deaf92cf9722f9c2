"""The resources ``cases``, ``intakes``, ``investigations`` and ``decisions``."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access import policy
from casework.api.cases import filters, reading, rows, writing
from casework.api.cases.records import EXTERNAL_ID, KEY, CaseRecordViewSet, step
from casework.audit.work import record_reading
from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.queries.listing import ALL, Narrowing, narrowed, visible_cases
from casework.cases.queries.page import read_case
from casework.cases.restarts import with_restarts
from casework.cases.rules import RULES
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.door import Person
from casework.kit import api_schema
from casework.kit.api import ActorView, Pages
from casework.shared.errors import NotVisible


def _described(
    resource: str,
    one: str,
    many: str,
    row: type[serializers.Serializer],
    answer: type[serializers.Serializer],
) -> Any:
    """Describe what every kind of record has: list, one, and the way in from the case system."""
    put: dict[str, Any] = {
        "request": row,
        "responses": {200: rows.TakenInSerializer, 201: rows.TakenInSerializer},
    }
    return extend_schema_view(
        list=extend_schema(operation_id=f"{resource}_list", summary=f"Lista {many}"),
        retrieve=extend_schema(
            operation_id=f"{resource}_retrieve",
            summary=f"Läs {one}",
            parameters=[KEY],
            responses=answer,
        ),
        update=extend_schema(
            operation_id=f"{resource}_put",
            summary=f"Ta emot {one} från ärendesystemet",
            description=(
                "Samma sak som en rad i registerfilen, och för dem som får läsa in register. Den "
                "nya raden ger 201, den som inte ändrar något 200 utan att något skrivs. 409 när "
                "det har handlagts här sedan dess och säger något annat."
            ),
            parameters=[KEY],
            **put,
        ),
        by_external_id=[
            extend_schema(
                methods=["GET"],
                operation_id=f"{resource}_by_external_id",
                summary=f"Läs {one} efter numret i ärendesystemet",
                description="Svarar som under vårt id.",
                parameters=[EXTERNAL_ID],
                responses=answer,
                filters=False,
            ),
            extend_schema(
                methods=["PUT"],
                operation_id=f"{resource}_put_by_external_id",
                summary=f"Ta emot {one} från ärendesystemet, vilket nummer det än har",
                description="Som PUT på numret självt, också för nummer med bara siffror.",
                parameters=[EXTERNAL_ID],
                filters=False,
                **put,
            ),
        ],
    )


class LatestReceived(Pages):
    """The latest received first."""

    ordering = ("-received_on", "-id")


class LatestOpened(Pages):
    """The latest opened first."""

    ordering = ("-opened_on", "-id")


class LatestDecided(Pages):
    """The latest decided first."""

    ordering = ("-decided_on", "-id")


class LatestFirst(Pages):
    """The latest made first."""

    ordering = ("-id",)


@extend_schema_view(
    list=extend_schema(operation_id="cases_list", summary="Lista ärenden"),
    retrieve=extend_schema(
        operation_id="cases_retrieve",
        summary="Läs ett ärende",
        responses=reading.CaseDetailSerializer,
    ),
)
@extend_schema(tags=["cases"])
class CaseViewSet(ActorView, viewsets.GenericViewSet):
    """Ärenden, efter numret i ärendesystemet."""

    queryset = Case.objects.all()
    serializer_class = reading.CaseSerializer
    pagination_class = LatestFirst
    filterset_class = filters.CaseFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what the actor may open, with how each stands."""
        return narrowed(self.actor, Narrowing(state=ALL))

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_reading(self.actor, "case.listed", kind="case", ids=[row.pk for row in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        """Ärendet med de uppgifter i det som den inloggade får öppna."""
        answer = self._shown(pk)
        record_reading(self.actor, "case.read", kind="case", ids=[pk])
        return answer

    @api_schema.act(
        "cases",
        writing.ProtectSerializer,
        reading.CaseDetailSerializer,
        "Ändra skydd av personuppgifter",
        versioned=False,
    )
    def set_protection(self, request: Request, pk: int) -> Response:
        """Gäller allt i ärendet. Det som ärendesystemet har märkt tas bort där (409)."""
        seen = visible_cases(self.actor).filter(pk=pk).first()
        if seen is None:
            raise NotVisible
        policy.require(self.actor, "protect", seen, RULES)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        care.set_protection(self.actor, pk, **form.validated_data)
        try:
            return self._shown(pk)
        except NotVisible:
            return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, pk: int) -> Response:
        found = read_case(self.actor, pk)
        shown = reading.CaseDetailSerializer(found, context=self.get_serializer_context())
        return Response(shown.data)


_INTAKE = reading.IntakeDetailSerializer


@_described("intakes", "en aktualisering", "aktualiseringar", rows.IntakeRowSerializer, _INTAKE)
@extend_schema(tags=["intakes"])
class IntakeViewSet(CaseRecordViewSet):
    """Aktualiseringar: vad som har kommit in, skyddsbedömning och förhandsbedömning."""

    kind = "intake"
    register = "aktualiseringar"
    queryset = Intake.objects.all()
    serializer_class = reading.IntakeSerializer
    detail_serializer = _INTAKE
    row_serializer = rows.IntakeRowSerializer
    pagination_class = LatestReceived
    filterset_class = filters.IntakeFilter

    @extend_schema(
        operation_id="intakes_create",
        summary="Registrera en aktualisering",
        description="En för varje person: syskon i en anmälan registreras tillsammans.",
        request=writing.NewIntakeSerializer,
        responses={201: writing.RegisteredIntakesSerializer},
    )
    def create(self, request: Request) -> Response:
        """Register what came in."""
        given = self.register_new(writing.NewIntakeSerializer)
        given["people"] = [Person(**person) for person in given["people"]]
        made = intakes.register_intake(self.actor, intakes.NewIntake(**given))
        shown = writing.RegisteredIntakesSerializer({"entry": made[0].entry, "intakes": made})
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @step("intakes", writing.AtSerializer, _INTAKE, "Anteckna skyddsbedömningen")
    def protection_assessment(self, request: Request, pk: str) -> Response:
        """När den omedelbara skyddsbedömningen gjordes (SoL 20:1)."""
        return self.take(
            "assess_protection",
            pk,
            lambda key, given: intakes.assess_protection(self.actor, key, **given),
        )

    @step(
        "intakes",
        writing.PreliminarySerializer,
        reading.DecidedIntakeSerializer,
        "Besluta om utredning ska inledas",
    )
    def preliminary_assessment(self, request: Request, pk: str) -> Response:
        """Förhandsbedömningens beslut (SoL 20:2). Med ”opened” inleds utredningen."""

        def show(done: Any, record: Any) -> Any:
            opened = done[1]
            return self.shown(record) | {"investigation": opened.pk if opened else None}

        return self.take(
            "decide_intake",
            pk,
            lambda key, given: intakes.decide_intake(self.actor, key, **given),
            show,
        )

    @step("intakes", writing.OnSerializer, _INTAKE, "Anmälaren vill ha återkoppling")
    def ask_feedback(self, request: Request, pk: str) -> Response:
        """Dagen då anmälaren bad om det (SoL 19:6)."""
        return self.take(
            "ask_feedback", pk, lambda key, given: intakes.ask_feedback(self.actor, key, **given)
        )

    @step("intakes", writing.OnSerializer, _INTAKE, "Anteckna återkoppling")
    def give_feedback(self, request: Request, pk: str) -> Response:
        """Dagen då anmälaren fick veta vad som beslutades."""
        return self.take(
            "give_feedback", pk, lambda key, given: intakes.give_feedback(self.actor, key, **given)
        )

    @step("intakes", writing.BecauseSerializer, _INTAKE, "Avstå från återkoppling")
    def waive_feedback(self, request: Request, pk: str) -> Response:
        """Det är olämpligt med återkoppling, och varför."""
        return self.take(
            "waive_feedback",
            pk,
            lambda key, given: intakes.waive_feedback(self.actor, key, **given),
        )

    @step("intakes", writing.ToHandlerSerializer, _INTAKE, "Fördela")
    def assign(self, request: Request, pk: str) -> Response:
        """Den som arbetar i enheten får ta det som ingen har."""
        return self.give_to(pk)

    @step("intakes", writing.ToUnitSerializer, _INTAKE, "Flytta till annan enhet")
    def move(self, request: Request, pk: str) -> Response:
        """Från i dag, utan handläggare."""
        return self.move_to(pk)


_INVESTIGATION = reading.InvestigationDetailSerializer


@_described(
    "investigations",
    "en utredning",
    "utredningar",
    rows.InvestigationRowSerializer,
    _INVESTIGATION,
)
@extend_schema(tags=["investigations"])
class InvestigationViewSet(CaseRecordViewSet):
    """Utredningar: inledda, förlängda, avslutade, uppföljda."""

    kind = "investigation"
    register = "utredningar"
    queryset = Investigation.objects.all()
    serializer_class = reading.InvestigationSerializer
    detail_serializer = _INVESTIGATION
    row_serializer = rows.InvestigationRowSerializer
    pagination_class = LatestOpened
    filterset_class = filters.InvestigationFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what the actor may open, with what it takes up anew."""
        return with_restarts(super().get_queryset())

    @extend_schema(
        operation_id="investigations_create",
        summary="Inled en utredning",
        description="En som ingen registrerad aktualisering har lett till.",
        request=writing.NewInvestigationSerializer,
        responses={201: writing.RegisteredSerializer},
    )
    def create(self, request: Request) -> Response:
        """Open an investigation."""
        given = self.register_new(writing.NewInvestigationSerializer)
        person = Person(given.pop("case_number"), given.pop("sex"), given.pop("birth_year"))
        made = investigations.open_investigation(
            self.actor, investigations.NewInvestigation(person=person, **given)
        )
        return self.registered(made.pk)

    @step("investigations", writing.ExtendSerializer, _INVESTIGATION, "Förläng")
    def extend(self, request: Request, pk: str) -> Response:
        """Särskilda skäl (SoL 20:3). En som beslutas när tiden har gått ut är ingen."""
        return self.take(
            "extend_investigation",
            pk,
            lambda key, given: investigations.extend_investigation(self.actor, key, **given),
        )

    @step("investigations", writing.ClosingSerializer, _INVESTIGATION, "Avsluta")
    def close(self, request: Request, pk: str) -> Response:
        """Med utfall, och om det följs upp utan insats (SoL 23:1)."""
        return self.take(
            "close_investigation",
            pk,
            lambda key, given: investigations.close_investigation(self.actor, key, **given),
        )

    @step("investigations", writing.OnSerializer, _INVESTIGATION, "Besluta om uppföljning")
    def begin_follow_up(self, request: Request, pk: str) -> Response:
        """Uppföljning utan insats efter en avslutad utredning."""
        return self.take(
            "begin_follow_up",
            pk,
            lambda key, given: investigations.begin_follow_up(self.actor, key, **given),
        )

    @step("investigations", writing.OnSerializer, _INVESTIGATION, "Avsluta uppföljningen")
    def end_follow_up(self, request: Request, pk: str) -> Response:
        """Barnet från 15 år och vårdnadshavaren underrättas (SoL 23:5)."""
        return self.take(
            "end_follow_up",
            pk,
            lambda key, given: investigations.end_follow_up(self.actor, key, **given),
        )

    @step("investigations", writing.ToHandlerSerializer, _INVESTIGATION, "Fördela")
    def assign(self, request: Request, pk: str) -> Response:
        """Den som arbetar i enheten får ta det som ingen har."""
        return self.give_to(pk)

    @step("investigations", writing.ToUnitSerializer, _INVESTIGATION, "Flytta till annan enhet")
    def move(self, request: Request, pk: str) -> Response:
        """Från i dag, utan handläggare."""
        return self.move_to(pk)


_DECISION = reading.DecisionDetailSerializer


@_described("decisions", "ett beslut", "beslut", rows.DecisionRowSerializer, _DECISION)
@extend_schema(tags=["decisions"])
class DecisionViewSet(CaseRecordViewSet):
    """Beslut: fattade, verkställda, avbrutna, återupptagna, avslutade utan verkställighet."""

    kind = "decision"
    register = "beslut"
    queryset = Decision.objects.all()
    serializer_class = reading.DecisionSerializer
    detail_serializer = _DECISION
    row_serializer = rows.DecisionRowSerializer
    pagination_class = LatestDecided
    filterset_class = filters.DecisionFilter

    @extend_schema(
        operation_id="decisions_create",
        summary="Registrera ett beslut",
        request=writing.NewDecisionSerializer,
        responses={201: writing.RegisteredSerializer},
    )
    def create(self, request: Request) -> Response:
        """Register a decision; it is to be executed within three months (SoL 34:1)."""
        given = self.register_new(writing.NewDecisionSerializer)
        person = Person(given.pop("case_number"), given.pop("sex"))
        made = decisions.register_decision(
            self.actor, decisions.NewDecision(person=person, **given)
        )
        return self.registered(made.pk)

    @step("decisions", writing.OnSerializer, _DECISION, "Anteckna verkställighet")
    def execute(self, request: Request, pk: str) -> Response:
        """Dagen då beslutet verkställdes (SoL 34:2)."""
        return self.take(
            "execute", pk, lambda key, given: decisions.execute(self.actor, key, **given)
        )

    @step("decisions", writing.OnSerializer, _DECISION, "Anteckna avbrott")
    def interrupt(self, request: Request, pk: str) -> Response:
        """Dagen då verkställigheten avbröts; den återupptas inom tre månader."""
        return self.take(
            "interrupt", pk, lambda key, given: decisions.interrupt(self.actor, key, **given)
        )

    @step("decisions", writing.OnSerializer, _DECISION, "Anteckna att det återupptogs")
    def resume(self, request: Request, pk: str) -> Response:
        """Dagen då verkställigheten återupptogs."""
        return self.take(
            "resume", pk, lambda key, given: decisions.resume(self.actor, key, **given)
        )

    @step("decisions", writing.OnBecauseSerializer, _DECISION, "Avsluta utan verkställighet")
    def end_without_execution(self, request: Request, pk: str) -> Response:
        """Skälet rapporteras."""
        return self.take(
            "end_without_execution",
            pk,
            lambda key, given: decisions.end_without_execution(self.actor, key, **given),
        )

    @step("decisions", writing.BecauseSerializer, _DECISION, "Skriv varför det väntar")
    def give_reason(self, request: Request, pk: str) -> Response:
        """Rapporteras till IVO varje kvartal."""
        return self.take(
            "give_reason", pk, lambda key, given: decisions.give_reason(self.actor, key, **given)
        )

    @step("decisions", writing.ToHandlerSerializer, _DECISION, "Fördela")
    def assign(self, request: Request, pk: str) -> Response:
        """Den som arbetar i enheten får ta det som ingen har."""
        return self.give_to(pk)

    @step("decisions", writing.ToUnitSerializer, _DECISION, "Flytta till annan enhet")
    def move(self, request: Request, pk: str) -> Response:
        """Från i dag, utan handläggare."""
        return self.move_to(pk)
