"""What is audited about lex Sarah, in the words of the Händelselogg."""

from casework.audit.actions import register

register(
    lexsarah__reported="Lämnade lex Sarah-rapport",
    lexsarah__received="Tog emot lex Sarah-rapport från avvikelse",
    lexsarah__investigation_started="Inledde lex Sarah-utredning",
    lexsarah__investigator_assigned="Utsåg lex Sarah-utredare",
    lexsarah__registry_number_set="Antecknade diarienummer för lex Sarah",
    lexsarah__made_safe="Antecknade att den enskilde är trygg",
    lexsarah__assessed_serious="Bedömde som allvarligt",
    lexsarah__ivo_notified="Antecknade anmälan till IVO",
    lexsarah__ivo_supplemented="Antecknade att utredningen lämnats till IVO",
    lexsarah__protection_changed="Ändrade skydd av personuppgifter i lex Sarah",
    lexsarah__unit_changed="Ändrade granskad enhet i lex Sarah",
    lexsarah__units_merged="Gav öppna lex Sarah-rapporter till ny enhet",
    lexsarah__handed_over="Lämnade över lex Sarah-utredningar",
    lexsarah__listed="Läste lista över lex Sarah-rapporter",
    lexsarah__read="Läste lex Sarah-rapport",
    lexsarah__exported="Tog ut lex Sarah-rapporter",
    lexsarah__own_read="Läste hur det går med egen lex Sarah-rapport",
    lexsarah__provider_information_taken_in="Skrev in information från utförare",
    lexsarah__provider_information_followed="Antecknade vad som görs med information från utförare",
    lexsarah__provider_information_closed="Avslutade information från utförare",
    lexsarah__provider_information_listed="Läste lista över information från utförare",
    lexsarah__provider_information_read="Läste information från utförare",
    lexsarah__provider_information_exported="Tog ut information från utförare",
    lexsarah__duty_confirmed="Bekräftade rapporteringsskyldigheten enligt lex Sarah",
    lexsarah__lesson_published="Skickade ut lärdom från lex Sarah",
    lexsarah__lesson_reviewed="Antecknade att enheten gått igenom lärdom",
    lexsarah__outside_text_written="Skrev text om lex Sarah till kvalitetsrapporten",
    lexsarah__outside_text_approved="Godkände text om lex Sarah till kvalitetsrapporten",
)
