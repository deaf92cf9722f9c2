"""What people write in the demo when they handle a deviation: causes, åtgärder, reasons."""

AT_ONCE = (
    "",
    "",
    "Jag ringde den enskilde och berättade vad som hänt.",
    "Gruppledaren informerades och vi gick igenom ärendet samma dag.",
    "Handlingen lades i rätt akt och handläggaren fick besked.",
    "Ny tid är bokad.",
    "Bedömningen är gjord i dag i efterhand.",
)

CAUSES = {
    "Problem med bemanning": (
        "Två tjänster var vakanta och ingen såg ärendet som sitt under tiden.",
        "Handläggaren var sjuk och fördelningen av ärendena dröjde.",
    ),
    "Brist i riktlinjer och rutiner": (
        "Rutinen säger inte vem som bevakar när ärendet byter handläggare.",
        "Det fanns två versioner av rutinen och den gamla följdes.",
    ),
    "Brist i kommunikation": (
        "Informationen gavs muntligt och nådde inte alla som behövde den.",
        "Vi utgick från att den andra enheten redan hade svarat.",
    ),
    "Brist i planering": (
        "Ingen tid var avsatt för att bli klar före sista dagen.",
        "Ledigheterna i juli planerades utan att öppna ärenden gicks igenom.",
    ),
    "Brister i organisation och samverkan": (
        "Ansvaret mellan enheterna är otydligt i övergången.",
        "Mötena för samverkan har legat nere under våren.",
    ),
    "Kompetensbrist": (
        "Nyanställd handläggare hade inte fått introduktion i den delen.",
        "Vi är ovana vid den typen av ärende och frågade inte i tid.",
    ),
    "Yttre orsaker": (
        "Underlaget kom sent från en annan myndighet trots påminnelser.",
        "Driftstoppet låg hos leverantören.",
    ),
    "Brist i implementering": ("Rutinen är beslutad men har inte gåtts igenom med alla.",),
    "Brist i arbetsmiljö och kultur": ("Hög belastning under lång tid gjorde att ingen sa till.",),
}

ACTIONS = (
    ("Gå igenom händelsen och rutinen på APT.", "Vi har gått igenom rutinen tillsammans."),
    (
        "Inför en checklista vid byte av handläggare.",
        "Nu finns en checklista som följer med när ett ärende byter handläggare.",
    ),
    (
        "Uppdatera rutinen så att det framgår vem som bevakar.",
        "Rutinen är ändrad: gruppledaren bevakar tills ny handläggare är utsedd.",
    ),
    (
        "Ärendegenomgång varje måndag med alla öppna utredningar.",
        "Vi har börjat med ärendegenomgång varje måndag.",
    ),
    (
        "Handledning i dokumentation för hela gruppen.",
        "Gruppen har fått handledning och en mall för anteckningar.",
    ),
    (
        "Utse en ersättare för posten varje dag, också under semestern.",
        "Det finns nu alltid en utsedd ersättare för posten.",
    ),
    (
        "Träffa den andra enheten och bestäm hur överlämning går till.",
        "Enheterna har kommit överens om ett överlämningsmöte i varje ärende.",
    ),
    (
        "Lägg in påminnelse tre veckor före sista dag i alla utredningar.",
        "Alla utredningar har nu en påminnelse tre veckor före sista dag.",
    ),
)

NO_ACTION_REASONS = (
    "Enstaka händelse som rättades samma dag. Rutinen finns och är känd.",
    "Orsaken låg utanför vår verksamhet. Leverantören har åtgärdat felet.",
)
DISMISSALS = (
    "Händelsen följer rutinen: tiden räknas från den dag ansökan var komplett. Tack för att du "
    "skrev, vi förtydligar det på APT.",
    "Det här är en synpunkt från en enskild och är registrerad som det i stället.",
)
MISCONDUCT = (
    "Ungdomen lämnades ensam på boendet under natten när personalen gick hem före avlösning.",
    "Barnet berättade att en vikarie höll fast hen. Det finns inget i journalen om händelsen.",
    "Den enskilde har inte fått mat enligt planen under en helg. Två anhöriga har hört av sig.",
    "Uppgifter om att den enskildes pengar använts av personal. Kvitton saknas för {antal} uttag.",
)
ABOUT_MANAGER = (
    "Chefen bestämde att utredningen skulle avslutas utan att barnet fått komma till tals.",
    "Ärenden har fördelats till nyanställda trots att chefen visste att introduktionen inte var "
    "gjord.",
)
QUESTIONS = (
    ("När upptäckte du det, och vem var i tjänst?", "På morgonen. Det var bara jag på plats."),
    ("Har den enskilde fått veta vad som hänt?", "Ja, jag ringde samma eftermiddag."),
    ("Finns brevet kvar, och vem har det nu?", "Det ligger i akten sedan i går."),
)
MOVE_REASONS = (
    "Ärendet tillhörde den andra enheten när det hände.",
    "Det gäller mottagningen av handlingen och den görs inte hos oss.",
)
REOPENINGS = ("Samma sak har hänt igen. Åtgärden räckte inte.",)
AUTHORITIES = ("Region Demo", "Skolan i Demokommunen", "Polisområde Demo")
