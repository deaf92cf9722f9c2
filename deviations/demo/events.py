"""What happens in the demo: categories with events as staff would report them.

Every event is invented. ``{antal}``, ``{dagar}`` and ``{vecka}`` are filled in. The categories of
Barn och unga bear the names that such registers use, the others are plausible.
"""

from dataclasses import dataclass

CHILDREN, MONEY, ADULTS = "Barn och unga", "Ekonomiskt bistånd", "Vuxna"
ALL = (CHILDREN, MONEY, ADULTS)


@dataclass(frozen=True)
class Kind:
    """A category with its subcategory, where it occurs, how often, and what was reported."""

    main: str
    sub: str
    areas: tuple[str, ...]
    weight: int
    texts: tuple[str, ...]
    keywords: str = ""


KINDS = (
    Kind(
        "Utreda/besluta i SoL-ärende",
        "Utredningstid överskridits",
        (CHILDREN, ADULTS),
        12,
        (
            "Utredningen skulle ha varit klar i förra veckan men är inte kommunicerad än. Det "
            "saknas ett referenssamtal och handläggaren har varit sjuk i {antal} veckor.",
            "Fyra månader har gått och utredningen är inte avslutad. Beslut om förlängning "
            "fattades inte i tid. Familjen har ringt två gånger och undrat.",
            "Vid genomgång av listan såg jag att utredningen är {dagar} dagar över tiden. "
            "Ärendet bytte handläggare i vecka {vecka} utan överlämning.",
            "Utredningen har dragit ut på tiden eftersom vi väntat på underlag från skolan. "
            "Ingen påminnelse skickades.",
        ),
        "utredning utredningstid månader förlängning",
    ),
    Kind(
        "Utreda/besluta i SoL-ärende",
        "Förhandsbedömning ej gjord inom tidsfrist",
        (CHILDREN,),
        7,
        (
            "Orosanmälan kom in för {dagar} dagar sedan och förhandsbedömningen är inte klar. "
            "Den låg kvar hos en kollega som gått på föräldraledighet.",
            "Förhandsbedömningen blev klar den sextonde dagen. Vi fick inte tag på "
            "vårdnadshavaren och bokade för sent.",
            "Två anmälningar om samma barn lades i olika ärenden. Den ena blev inte bedömd inom "
            "fjorton dagar.",
        ),
        "förhandsbedömning orosanmälan fjorton",
    ),
    Kind(
        "Utreda/besluta i SoL-ärende",
        "Utebliven skyddsbedömning",
        (CHILDREN,),
        6,
        (
            "Anmälan kom in på fredagen klockan 15.40. Skyddsbedömningen dokumenterades först på "
            "måndagen. Barnet var hos mormor under helgen.",
            "Det framgår inte av journalen att en omedelbar skyddsbedömning gjordes när anmälan "
            "från förskolan kom in i vecka {vecka}.",
            "Ny uppgift om våld kom under pågående utredning. Ingen ny bedömning av skydd gjordes "
            "samma dag.",
        ),
        "skyddsbedömning skydd omedelbar våld",
    ),
    Kind(
        "Utreda/besluta i SoL-ärende",
        "Beslut saknas",
        (CHILDREN, ADULTS),
        8,
        (
            "Insatsen har pågått i {antal} veckor men det finns inget beslut i systemet. "
            "Utföraren har inte heller fått någon beställning.",
            "När jag tog över ärendet såg jag att beslutet om kontaktfamilj gick ut vid "
            "månadsskiftet. Insatsen har fortsatt utan beslut.",
            "Beslutet är fattat muntligt på mötet men aldrig skrivet.",
        ),
        "beslut saknas beställning",
    ),
    Kind(
        "Utreda/besluta i SoL-ärende",
        "Kommunicering ej gjord",
        ALL,
        4,
        (
            "Beslutet fattades innan den enskilde hade fått läsa utredningen. Hen hörde av sig "
            "och hade uppgifter som inte var med.",
            "Utredningen skickades till en gammal adress. Ingen kontrollerade att den kommit "
            "fram innan beslutet fattades.",
        ),
        "kommunicering kommunicerad läsa",
    ),
    Kind(
        "Post",
        "Inkommen handling inte hanterats rätt",
        ALL,
        10,
        (
            "Ett brev om ett pågående ärende låg i fel fack i {dagar} dagar. Det var stämplat men "
            "inte registrerat.",
            "Handlingar från tingsrätten skannades till fel akt. Upptäcktes när handläggaren "
            "sökte efter dem inför förhandlingen.",
            "E-post med en ansökan kom till en funktionsbrevlåda som ingen läst sedan vecka "
            "{vecka}.",
            "Två ansökningar satt ihop i samma kuvert. Den ena registrerades aldrig.",
        ),
        "post brev kuvert handling registrerad e-post",
    ),
    Kind(
        "Dokumentation - allmän",
        "Brister i dokumentation",
        ALL,
        9,
        (
            "Journalen är inte förd sedan vecka {vecka}. Vid akut kontakt på kvällen kunde jouren "
            "inte se vad som var överenskommet.",
            "Anteckningen från hembesöket saknas. Två av oss var med och båda trodde att den "
            "andra skrev.",
            "Uppgifter om en annan person har skrivits in i akten. De är nu rättade enligt "
            "rutinen.",
        ),
        "journal anteckning dokumentation akten",
    ),
    Kind(
        "Dokumentation - allmän",
        "Genomförandeplan saknas",
        (CHILDREN, ADULTS),
        4,
        (
            "Placeringen har pågått i {antal} månader utan genomförandeplan. Familjehemmet vet "
            "inte vad som gäller om umgänget.",
            "Genomförandeplanen är från förra året och stämmer inte med det nya beslutet.",
        ),
        "genomförandeplan plan",
    ),
    Kind(
        "Samverkan intern",
        "Samverkan inom förvaltningen",
        ALL,
        7,
        (
            "Ärendet lämnades över mellan enheterna utan möte. Mottagande enhet visste inte att "
            "det fanns ett beslut som gick ut samma vecka.",
            "Vi fick veta av den enskilde att en annan enhet också utreder. Ingen samordning hade "
            "gjorts.",
            "Överlämningen sköts upp tre gånger. Under tiden hade familjen ingen handläggare.",
        ),
        "överlämning enheterna samordning",
    ),
    Kind(
        "Samverkan extern",
        "Samverkan med skola",
        (CHILDREN,),
        4,
        (
            "Skolan bjöd inte in oss till mötet om skolgången trots överenskommelsen. Barnet har "
            "varit hemma i {antal} veckor.",
            "SIP-möte blev inställt för andra gången. Ingen ny tid är satt.",
        ),
        "skola skolan SIP",
    ),
    Kind(
        "Samverkan extern",
        "Samverkan med region",
        (CHILDREN, ADULTS),
        5,
        (
            "Vi fick ingen kallelse inför utskrivningen. Den enskilde kom hem en fredag utan att "
            "stödet var på plats.",
            "Psykiatrin svarade inte på våra frågor inför vårdplaneringen trots tre påminnelser.",
        ),
        "region utskrivning psykiatrin vårdplan",
    ),
    Kind(
        "Samverkan extern",
        "Samverkan med polis",
        (CHILDREN, ADULTS),
        3,
        (
            "Handräckning var begärd men ställdes in samma morgon utan att vi fick besked.",
            "Polisen skickade sin anmälan till en adress som inte används längre. Den nådde oss "
            "efter {dagar} dagar.",
        ),
        "polis polisen handräckning",
    ),
    Kind(
        "Utförande av SoL-insats",
        "Insats försenad",
        (CHILDREN, ADULTS),
        6,
        (
            "Kontaktperson beviljades för {antal} månader sedan men har inte börjat. Den enskilde "
            "har inte fått någon information om varför.",
            "Familjebehandlingen skulle ha startat vecka {vecka}. Utföraren har kö och meddelade "
            "inte det.",
        ),
        "insats försenad startat kö",
    ),
    Kind(
        "Utförande av SoL-insats",
        "Insats ej enligt beslut",
        (CHILDREN, ADULTS),
        5,
        (
            "Boendestödet är beviljat tre gånger i veckan men har getts en gång i veckan sedan "
            "vecka {vecka}.",
            "Umgängesstödet ställdes in av utföraren utan ersättare. Det är tredje gången i höst.",
        ),
        "insats boendestöd umgängesstöd ersättare",
    ),
    Kind(
        "Sekretess",
        "Uppgift lämnad till obehörig",
        ALL,
        4,
        (
            "Ett beslut skickades till fel person med samma efternamn. Mottagaren ringde själv "
            "och har lämnat tillbaka brevet.",
            "Jag nämnde den enskildes namn i korridoren när besökare stod intill.",
            "En kallelse gick till fel adress för att ett gammalt adressregister användes.",
        ),
        "sekretess obehörig fel person",
    ),
    Kind(
        "Lämplighetsbedömning",
        "Bedömning saknas",
        (CHILDREN,),
        3,
        (
            "Registerutdrag togs aldrig på den nya kontaktpersonen. Uppdraget har pågått i "
            "{antal} veckor.",
            "Jourhemmet användes innan bedömningen var klar.",
        ),
        "registerutdrag lämplighet",
    ),
    Kind(
        "Läkemedel",
        "Läkemedel ej givet",
        (CHILDREN, ADULTS),
        3,
        (
            "Kvällsdosen gavs inte. Två av personalen bytte pass och signeringslistan följde inte "
            "med.",
            "Medicinen följde inte med till jourhemmet. Den hämtades nästa dag.",
        ),
        "läkemedel medicin dos",
    ),
    Kind(
        "IT-system",
        "Systemfel",
        ALL,
        4,
        (
            "Systemet låg nere i {antal} timmar. Två skyddsbedömningar fick skrivas på papper och "
            "föras in efteråt.",
            "Bevakningarna försvann ur listan efter uppdateringen. Vi upptäckte det först efter "
            "{dagar} dagar.",
        ),
        "system systemet uppdatering nere",
    ),
    Kind(
        "Hot och våld",
        "Hot mot medarbetare",
        ALL,
        3,
        (
            "Vid besöket blev den enskilde mycket arg och slog i bordet. Larmet fungerade inte i "
            "samtalsrummet.",
            "Ett hotfullt meddelande lämnades på telefonsvararen. Kollegan som berörs har fått "
            "stöd.",
        ),
        "hot hotfull larm",
    ),
    Kind(
        "Fysisk miljö",
        "Lokalbrist",
        ALL,
        3,
        (
            "Samtalsrummet var dubbelbokat. Barnet fick vänta i {antal} timmar och samtalet blev "
            "förkortat.",
            "Samtal om våld hördes genom väggen till väntrummet.",
        ),
        "lokal rum samtalsrum väntrum",
    ),
    Kind(
        "Delegation",
        "Beslut utan delegation",
        ALL,
        3,
        (
            "Beslutet är fattat av en handläggare som inte har delegation för den insatsen. Det "
            "upptäcktes vid granskning inför nämnden.",
            "Tillfälligt beslut förlängdes av vikarie utan delegation.",
        ),
        "delegation delegationsordning",
    ),
    Kind(
        "Bemötande",
        "Bristande bemötande",
        ALL,
        3,
        (
            "Den enskilde upplevde att hen blev avbruten under hela mötet och bad om att få byta "
            "handläggare.",
            "Tolk var inte bokad. Ett syskon fick översätta delar av samtalet.",
        ),
        "bemötande tolk",
    ),
    Kind(
        "Handläggning av ekonomiskt bistånd",
        "Handläggningstid överskridits",
        (MONEY,),
        12,
        (
            "Ansökan kom in för {dagar} dagar sedan och är inte beslutad. Den enskilde har inte "
            "kunnat betala hyran.",
            "Nybesöket bokades först efter fyra veckor. Under tiden har en avisering om avhysning "
            "kommit.",
            "Kompletteringen kom in i tid men blev liggande i {dagar} dagar.",
        ),
        "ansökan bistånd hyra komplettering",
    ),
    Kind(
        "Handläggning av ekonomiskt bistånd",
        "Felaktig utbetalning",
        (MONEY,),
        9,
        (
            "Utbetalningen gick till ett gammalt konto. Pengarna är återkallade men den enskilde "
            "var utan medel i {antal} dagar.",
            "Hyran betalades två gånger samma månad. Upptäcktes vid kontroll av listan.",
            "Beloppet beräknades på fel antal barn i hushållet. Skillnaden har betalats i "
            "efterhand.",
        ),
        "utbetalning konto belopp",
    ),
    Kind(
        "Handläggning av ekonomiskt bistånd",
        "Utbetalning försenad",
        (MONEY,),
        7,
        (
            "Utbetalningen kom två bankdagar för sent för att filen inte attesterades före helgen.",
            "Attesten blev liggande när gruppledaren var borta. {antal} hushåll fick vänta.",
        ),
        "utbetalning attest bankdagar",
    ),
    Kind(
        "Handläggning av ekonomiskt bistånd",
        "Barnperspektiv saknas i utredningen",
        (MONEY,),
        4,
        (
            "I utredningen nämns inte barnen trots att familjen står inför avhysning.",
            "Barnens behov är inte bedömda i avslaget om fritidsaktiviteter.",
        ),
        "barnperspektiv avhysning barnen",
    ),
    Kind(
        "Skydd mot våld",
        "Riskbedömning ej gjord",
        (ADULTS,),
        6,
        (
            "Kvinnan berättade om våld vid första samtalet. Ingen strukturerad riskbedömning "
            "gjordes förrän efter {dagar} dagar.",
            "Riskbedömningen gjordes men följdes inte upp efter flytten.",
        ),
        "riskbedömning våld hotbild",
    ),
    Kind(
        "Skydd mot våld",
        "Plats i skyddat boende saknades",
        (ADULTS,),
        4,
        (
            "Ingen plats fanns i skyddat boende i området. Natten ordnades på hotell utan stöd.",
            "Flytten till skyddat boende försenades {antal} dagar för att transport saknades.",
        ),
        "skyddat boende plats",
    ),
    Kind(
        "Boende och stöd",
        "Stödinsats utebliven",
        (ADULTS,),
        7,
        (
            "Morgonbesöket blev inte av. Vikarien hade fått fel schema och den enskilde stod utan "
            "stöd till klockan 13.",
            "Stödpersonen kom inte till den bokade tiden på vårdcentralen. Den enskilde vågade "
            "inte gå ensam.",
        ),
        "morgonbesök stödperson schema vikarie",
    ),
    Kind(
        "Övrigt",
        "Annan avvikelse som inte finns i listan",
        ALL,
        16,
        (
            "Bilen som var bokad till hembesöket var utlånad. Besöket fick ställas in med kort "
            "varsel.",
            "Den enskilde kom till en bokad tid men ingen av oss visste om besöket.",
            "Nyckeln till aktskåpet var borta under förmiddagen. Ingen obehörig har haft tillgång "
            "till rummet.",
            "Telefonnumret på vår webbsida var fel i {antal} dagar. Minst tre personer har försökt "
            "nå oss förgäves.",
            "Introduktionen av två nya kollegor ställdes in. De har fått ärenden utan att ha gått "
            "igenom rutinerna.",
        ),
    ),
)
