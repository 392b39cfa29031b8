"""What the neutrality report says, in Swedish and English, on the page and in the terminal (see `relation_words`)."""

from __future__ import annotations

from enum import StrEnum

from matcha.values import ActorKind, Choice, Language, ProfileKind

SV, EN = Language.SV, Language.EN


class Verdict(StrEnum):
    """What a finding came to."""

    HOLDS = "holds"
    FAILS = "fails"
    UNTRIED = "untried"
    MEASURED = "measured"


VERDICTS: dict[Language, dict[Verdict, str]] = {
    SV: {
        Verdict.HOLDS: "håller",
        Verdict.FAILS: "håller inte",
        Verdict.UNTRIED: "inte prövat",
        Verdict.MEASURED: "bara uppmätt",
    },
    EN: {
        Verdict.HOLDS: "holds",
        Verdict.FAILS: "does not hold",
        Verdict.UNTRIED: "not tried",
        Verdict.MEASURED: "only measured",
    },
}

SIGNS: dict[Verdict, str] = {Verdict.HOLDS: "✓", Verdict.FAILS: "✗", Verdict.UNTRIED: "–", Verdict.MEASURED: "·"}

KINDS: dict[Language, dict[ActorKind | ProfileKind, str]] = {  # cli.words adds those of profiles
    SV: {
        ActorKind.COMPANY: "företag",
        ActorKind.ACADEMIA: "akademi",
        ActorKind.PATIENT_ORGANISATION: "patientorganisation",
        ActorKind.CARE_UNIT: "vårdenhet",
        ActorKind.SUPPORT_FUNCTION: "stödfunktion",
        ActorKind.AUTHORITY: "myndighet",
    },
    EN: {
        ActorKind.COMPANY: "company",
        ActorKind.ACADEMIA: "academia",
        ActorKind.PATIENT_ORGANISATION: "patient organisation",
        ActorKind.CARE_UNIT: "care unit",
        ActorKind.SUPPORT_FUNCTION: "support function",
        ActorKind.AUTHORITY: "authority",
    },
}

CHOICES: dict[Language, dict[Choice, str]] = {
    SV: {Choice.INVITED: "inbjuden", Choice.CONTACTED: "kontaktad", Choice.DECLINED: "bortvald"},
    EN: {Choice.INVITED: "invited", Choice.CONTACTED: "contacted", Choice.DECLINED: "declined"},
}

GROUPS: dict[Language, dict[str, str]] = {
    SV: {
        ActorKind.COMPANY: "Företag",
        ActorKind.ACADEMIA: "Akademi",
        ActorKind.PATIENT_ORGANISATION: "Patientorganisationer",
        ActorKind.CARE_UNIT: "Vårdenheter",
        ActorKind.SUPPORT_FUNCTION: "Stödfunktioner",
        ActorKind.AUTHORITY: "Myndigheter",
        "1": "1 profil",
        "2": "2 profiler",
        "3+": "3 profiler eller fler",
    },
    EN: {
        ActorKind.COMPANY: "Companies",
        ActorKind.ACADEMIA: "Academia",
        ActorKind.PATIENT_ORGANISATION: "Patient organisations",
        ActorKind.CARE_UNIT: "Care units",
        ActorKind.SUPPORT_FUNCTION: "Support functions",
        ActorKind.AUTHORITY: "Authorities",
        "1": "1 profile",
        "2": "2 profiles",
        "3+": "3 profiles or more",
    },
}

WORDS: dict[Language, dict[str, str]] = {
    SV: {
        "title": "Neutralitetsrapport",
        "subtitle": "Spelar det någon roll vem du är? Här prövas det.",
        "all_hold": "Alla {judged} prövade relationer håller",
        "one_holds": "Den enda prövade relationen håller",
        "some_fail": "{failed} av {judged} prövade relationer håller inte",
        "none_judged": "Ingen relation har prövats",
        "made": "Datum",
        "registered": "Registrerade profiler",
        "pipeline": "Rangordningens kod",
        "snapshot": "Innehållets kod",
        "digests": "Koderna är kontrollsummor (SHA-256). De visar exakt vilken rangordning som prövades och på vilka "
        "profiler, så att vem som helst kan göra om provet och få samma svar.",
        "place": "{count} plats",
        "places": "{count} platser",
        "at_most": "högst {figure}",
        "at_least": "minst {figure}",
        "between": "{least} till {most}",
        "no_limit": "inget krav",
        "fails_by": "uppmätt {figure}, tillåtet {allowed}",
        "nothing": "–",
        "relations": "Det som inte ska spela roll",
        "relations_note": "Varje relation ändrar en sak som inte ska påverka vem som visas, och jämför rangordningen "
        "före och efter. Står platserna kvar så håller relationen.",
        "relations_table": "Relationer: vad som ändrades, vad som mättes och utfallet",
        "relation": "Relation",
        "verdict": "Utfall",
        "tried": "Jämförelser",
        "figure": "Uppmätt",
        "allowed": "Tillåtet",
        "moves": "Platsändringar",
        "moves_hint": "← upp, ned →",
        "up": "upp",
        "down": "ned",
        "moves_none": "Samma plats i alla {tried} jämförelser.",
        "moves_some": "Samma plats i {same} av {tried} jämförelser; som mest {up} upp och {down} ned.",
        "moves_language": "Svenskan först i {down} av {tried} jämförelser (till höger), engelskan först i {up} "
        "(till vänster).",
        "exposure": "Vem som syns",
        "exposure_note": "Exponeringen mäts genom att alla registrerade behov frågas nu ({needs} stycken) och de {k} "
        "första aktörerna för varje behov räknas som visade. {actors} aktörer har minst en profil.",
        "exposure_none": "Ingen aktör har någon profil än, så det finns inget att mäta.",
        "gini": "Ojämnhet (Gini)",
        "gini_note": "0 betyder att alla visas lika ofta, nära 1 att en enda visas jämt. Behoven är olika, så "
        "värdet ska inte vara 0; det som är värt att titta på är om det stiger.",
        "never_shown": "Visas aldrig",
        "never_shown_note": "Andel av aktörerna som inte kommer bland de {k} första för något behov. Oftast saknas "
        "behov på deras område; annars kan texten behöva bli tydligare.",
        "most_shown": "Mest visade aktören",
        "most_shown_note": "Andel av behoven som den mest visade aktören visas för.",
        "hubness": "Snedhet (hubness)",
        "hubness_note": "Över 1 betyder att några få aktörer dyker upp för nästan vad som helst. Då bör någon läsa "
        "deras texter.",
        "lorenz": "Hur visningarna fördelas",
        "lorenz_message": "Den tiondel av aktörerna som visas mest får {share} av alla visningar. Gini är {gini}.",
        "lorenz_note": "Ju närmare den streckade linjen kurvan ligger, desto jämnare.",
        "lorenz_x": "andel av aktörerna, minst visade först",
        "lorenz_y": "andel av visningarna",
        "histogram": "Hur ofta en aktör visas",
        "histogram_message": "{never} av {actors} aktörer visas aldrig. Hälften visas högst {median} gånger, "
        "den mest visade {most}.",
        "histogram_note": "Den mörka stapeln är de som aldrig visas.",
        "histogram_x": "gånger visad",
        "histogram_y": "antal aktörer",
        "kinds": "Per slag av aktör",
        "sizes": "Per antal profiler",
        "kinds_table": "Visningar per slag av aktör",
        "sizes_table": "Visningar per antal profiler",
        "mean_plot": "Visningar per aktör, i genomsnitt",
        "never_plot": "Andel som aldrig visas",
        "group": "Grupp",
        "actors": "Aktörer",
        "mean": "Visningar per aktör",
        "never_share": "Visas aldrig",
        "considered": "Bedömd",
        "shown": "Visad",
        "invited": "Inbjuden",
        "most_table": "De tio aktörer som visas mest",
        "most_caption": "Antal behov av {needs} som aktören bedömdes för, visades för och blev inbjuden till",
        "actor": "Aktör",
        "kind": "Slag",
        "profiles": "Profiler",
        "overrides": "När människor valde annorlunda",
        "overrides_note": "En människa bestämmer. Här står hennes val bredvid rangordningens plats, med skälet.",
        "overrides_none": "Ingen har valt annorlunda än rangordningen.",
        "overrides_table": "Människors val bredvid rangordningens plats",
        "need": "Behov",
        "choice": "Val",
        "machine_rank": "Plats",
        "unranked": "inte rangordnad",
        "reason": "Skäl",
        "user": "Vem",
        "alike": "Profiler som säger nästan samma sak",
        "alike_note": "Profilerna på varje rad hör till ett och samma organisationsnummer. Någon bör se efter om de "
        "är dubbletter. De räknas inte som fel.",
        "alike_none": "Inga profiler under samma organisationsnummer säger nästan samma sak.",
        "footer": "Hela koderna",
        "scroll": "{what}, går att rulla i sidled",
    },
    EN: {
        "title": "Neutrality report",
        "subtitle": "Does it matter who you are? Here it is put to the test.",
        "all_hold": "All {judged} relations tried hold",
        "one_holds": "The only relation tried holds",
        "some_fail": "{failed} of {judged} relations tried do not hold",
        "none_judged": "No relation has been tried",
        "made": "Date",
        "registered": "Registered profiles",
        "pipeline": "Code of the ranking",
        "snapshot": "Code of the content",
        "digests": "The codes are checksums (SHA-256). They show exactly which ranking was tried and over which "
        "profiles, so that anyone can repeat the test and get the same answer.",
        "place": "{count} place",
        "places": "{count} places",
        "at_most": "at most {figure}",
        "at_least": "at least {figure}",
        "between": "{least} to {most}",
        "no_limit": "no limit",
        "fails_by": "measured {figure}, allowed {allowed}",
        "nothing": "–",
        "relations": "What must not matter",
        "relations_note": "Each relation changes one thing that should not affect who is shown, and compares the "
        "ranking before and after. If the places stay, the relation holds.",
        "relations_table": "Relations: what was changed, what was measured and the outcome",
        "relation": "Relation",
        "verdict": "Outcome",
        "tried": "Comparisons",
        "figure": "Measured",
        "allowed": "Allowed",
        "moves": "Changes of place",
        "moves_hint": "← up, down →",
        "up": "up",
        "down": "down",
        "moves_none": "The same place in all {tried} comparisons.",
        "moves_some": "The same place in {same} of {tried} comparisons; at most {up} up and {down} down.",
        "moves_language": "Swedish first in {down} of {tried} comparisons (to the right), English first in {up} "
        "(to the left).",
        "exposure": "Who is seen",
        "exposure_note": "Exposure is measured by asking all registered needs now ({needs} of them) and counting the "
        "first {k} actors for each need as shown. {actors} actors have at least one profile.",
        "exposure_none": "No actor has a profile yet, so there is nothing to measure.",
        "gini": "Unevenness (Gini)",
        "gini_note": "0 means that all are shown equally often, near 1 that a single one is shown all the time. Needs "
        "differ, so it should not be 0; what deserves attention is if it rises.",
        "never_shown": "Never shown",
        "never_shown_note": "Share of the actors that are not among the first {k} for any need. Mostly there is no "
        "need in their field; otherwise their text may need to be clearer.",
        "most_shown": "Most shown actor",
        "most_shown_note": "Share of the needs for which the most shown actor is shown.",
        "hubness": "Skewness (hubness)",
        "hubness_note": "Above 1 means that a few actors come up for nearly anything. Someone should then read their "
        "texts.",
        "lorenz": "How the showings are shared",
        "lorenz_message": "The tenth of the actors shown most get {share} of all showings. Gini is {gini}.",
        "lorenz_note": "The closer the curve lies to the dashed line, the more even.",
        "lorenz_x": "share of the actors, least shown first",
        "lorenz_y": "share of the showings",
        "histogram": "How often an actor is shown",
        "histogram_message": "{never} of {actors} actors are never shown. Half are shown at most {median} times, the "
        "most shown {most}.",
        "histogram_note": "The dark bar is those never shown.",
        "histogram_x": "times shown",
        "histogram_y": "number of actors",
        "kinds": "By kind of actor",
        "sizes": "By number of profiles",
        "kinds_table": "Showings by kind of actor",
        "sizes_table": "Showings by number of profiles",
        "mean_plot": "Showings per actor, on average",
        "never_plot": "Share never shown",
        "group": "Group",
        "actors": "Actors",
        "mean": "Showings per actor",
        "never_share": "Never shown",
        "considered": "Considered",
        "shown": "Shown",
        "invited": "Invited",
        "most_table": "The ten actors shown most",
        "most_caption": "Number of needs of {needs} for which the actor was considered, shown and invited",
        "actor": "Actor",
        "kind": "Kind",
        "profiles": "Profiles",
        "overrides": "Where people chose otherwise",
        "overrides_note": "A person decides. Here their choice stands beside the place in the ranking, with the "
        "reason.",
        "overrides_none": "Nobody has chosen otherwise than the ranking.",
        "overrides_table": "People's choices beside the place in the ranking",
        "need": "Need",
        "choice": "Choice",
        "machine_rank": "Place",
        "unranked": "not ranked",
        "reason": "Reason",
        "user": "Who",
        "alike": "Profiles that say nearly the same",
        "alike_note": "The profiles in each row belong to one organisation number. Someone should see whether they "
        "are duplicates. They do not count as faults.",
        "alike_none": "No profiles under one organisation number say nearly the same.",
        "footer": "The codes in full",
        "scroll": "{what}, can be scrolled sideways",
    },
}
