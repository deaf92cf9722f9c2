"""Routes of the API for lex Sarah, under ``/api/v1/``."""

from rest_framework.routers import SimpleRouter

from lexsarah.api.asking import AskedViewSet, DeliveredViewSet, RequestsOfReportViewSet
from lexsarah.api.decisions import DecisionViewSet
from lexsarah.api.delegation import DelegationRuleViewSet
from lexsarah.api.going_round import DutyViewSet, LessonViewSet, OutsideViewSet
from lexsarah.api.handling import HandlingViewSet
from lexsarah.api.investigation import InvestigationViewSet
from lexsarah.api.measures import MeasureViewSet
from lexsarah.api.official_register import OfficialRegisterViewSet
from lexsarah.api.papers import PapersViewSet
from lexsarah.api.providers import ProviderInformationViewSet
from lexsarah.api.views import ReportViewSet

router = SimpleRouter(use_regex_path=False)
router.register("lexsarah-reports", ReportViewSet, basename="api-lexsarah-report")
router.register("lexsarah-reports", HandlingViewSet, basename="api-lexsarah-handling")
router.register("lexsarah-reports", InvestigationViewSet, basename="api-lexsarah-investigation")
router.register("lexsarah-reports", RequestsOfReportViewSet, basename="api-lexsarah-requests")
router.register("lexsarah-reports", PapersViewSet, basename="api-lexsarah-papers")
router.register("lexsarah-reports", DecisionViewSet, basename="api-lexsarah-decision")
router.register("lexsarah-reports", OutsideViewSet, basename="api-lexsarah-outside")
router.register("lexsarah-measures", MeasureViewSet, basename="api-lexsarah-measure")
router.register("lexsarah-asked", AskedViewSet, basename="api-lexsarah-asked")
router.register("lexsarah-deliveries", DeliveredViewSet, basename="api-lexsarah-delivery")
router.register("lexsarah-lessons", LessonViewSet, basename="api-lexsarah-lesson")
router.register("lexsarah-duty", DutyViewSet, basename="api-lexsarah-duty")
router.register(
    "lexsarah-provider-information",
    ProviderInformationViewSet,
    basename="api-lexsarah-provider",
)
router.register("lexsarah-register", OfficialRegisterViewSet, basename="api-lexsarah-register")
router.register(
    "lexsarah-delegation-rules", DelegationRuleViewSet, basename="api-lexsarah-delegation"
)

urlpatterns = router.urls
