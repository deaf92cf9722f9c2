"""What the ground floor audits."""

from casework.audit.actions import register

register(
    organisation__imported="Läste in organisation",
    organisation__changed="Ändrade organisation",
    organisation__membership_changed="Ändrade roll",
    organisation__absence_recorded="Antecknade frånvaro och ersättare",
    organisation__handed_over="Lämnade över allt öppet arbete",
    case__units_merged="Gav öppna ärenden till ny enhet",
    register__imported="Läste in register",
    register__previewed="Granskade registerfil",
    register__exported="Tog ut register",
    report__made="Tog fram kvalitetsrapport",
    report__figure_read="Läste ärendena bakom en siffra",
    report__figure_exported="Tog ut ärendena bakom en siffra",
    search__made="Sökte",
    search__exported="Tog ut sökträffar",
    access__token_made="Skapade nyckel till API",
    access__token_revoked="Tog bort nyckel till API",
    audit__read="Läste händelselogg",
    deadline__listed="Läste lista över bevakade tider",
    deadline__exported="Tog ut bevakade tider",
    deadline__retried="Lät bevakningen försöka igen",
    deadline__rule_changed="Ändrade egen tid",
    deadline__duty_changed="Ändrade funktion i beredskap",
    deadline__calendar_changed="Ändrade kalenderprenumeration",
    deadline__calendar_read="Läste tider genom kalenderprenumeration",
)
