"""What the terminal says, in Swedish and English."""

from __future__ import annotations

from matcha.values import ActorKind, Band, Exclusion, Language, ProfileKind

SV, EN = Language.SV, Language.EN

KINDS: dict[Language, dict[ActorKind | ProfileKind, str]] = {
    SV: {
        ActorKind.COMPANY: "företag",
        ActorKind.ACADEMIA: "akademi",
        ActorKind.PATIENT_ORGANISATION: "patientorganisation",
        ActorKind.CARE_UNIT: "vårdenhet",
        ActorKind.SUPPORT_FUNCTION: "stödfunktion",
        ActorKind.AUTHORITY: "myndighet",
        ProfileKind.SOLUTION: "lösning",
        ProfileKind.EXPERTISE: "kunskap",
    },
    EN: {
        ActorKind.COMPANY: "company",
        ActorKind.ACADEMIA: "academia",
        ActorKind.PATIENT_ORGANISATION: "patient organisation",
        ActorKind.CARE_UNIT: "care unit",
        ActorKind.SUPPORT_FUNCTION: "support function",
        ActorKind.AUTHORITY: "authority",
        ProfileKind.SOLUTION: "solution",
        ProfileKind.EXPERTISE: "expertise",
    },
}

FIELDS: dict[Language, dict[str, str]] = {
    SV: {
        "id": "Id",
        "name": "Namn",
        "kind": "Slag",
        "org_number": "Organisationsnummer",
        "country": "Land",
        "website": "Webbplats",
        "actor_id": "Aktör",
        "version": "Version",
        "title": "Rubrik",
        "text": "Text",
        "language": "Språk",
        "quantity_number": "Antal",
        "quantity_unit": "Enhet",
        "quantity_population": "Vilka",
        "quantity_period": "Period",
        "source": "Källa",
        "preconditions": "Förutsättningar",
        "patient_perspective": "Patientperspektiv",
        "care_setting": "Vårdform",
        "goal": "Mål",
        "created": "Skapad",
        "changed": "Ändrad",
        "withdrawn": "Tillbakadragen",
    },
    EN: {
        "id": "Id",
        "name": "Name",
        "kind": "Kind",
        "org_number": "Organisation number",
        "country": "Country",
        "website": "Website",
        "actor_id": "Actor",
        "version": "Version",
        "title": "Title",
        "text": "Text",
        "language": "Language",
        "quantity_number": "Number",
        "quantity_unit": "Unit",
        "quantity_population": "Population",
        "quantity_period": "Period",
        "source": "Source",
        "preconditions": "Preconditions",
        "patient_perspective": "Patient perspective",
        "care_setting": "Care setting",
        "goal": "Goal",
        "created": "Created",
        "changed": "Changed",
        "withdrawn": "Withdrawn",
    },
}

EXCLUSIONS: dict[Language, dict[Exclusion, str]] = {
    SV: {Exclusion.WITHDRAWN: "tillbakadragna", Exclusion.OTHER_KIND: "annan sorts aktör"},
    EN: {Exclusion.WITHDRAWN: "withdrawn", Exclusion.OTHER_KIND: "other kind of actor"},
}

BANDS: dict[Language, dict[Band, str]] = {
    SV: {Band.STRONG: "stark träff", Band.POSSIBLE: "möjlig träff", Band.WEAK: "svag träff"},
    EN: {Band.STRONG: "strong match", Band.POSSIBLE: "possible match", Band.WEAK: "weak match"},
}

WORDS: dict[Language, dict[str, str]] = {
    SV: {
        "points": "poäng",
        "more": "… och {count} meningar till i behovet, tillsammans {points} poäng (alla visas med --json)",
        "terms": "Gemensamma ord: {words}",
        "whole": "Behovet i sin helhet mot profilens närmaste stycke",
        "generality": "Avdrag för det som profilen ger vilket behov som helst",
        "profile": "Aktörens profil {id}",
        "nothing_good": "Ingen god träff: inga av profilerna sticker ut från vad orelaterade texter skulle få.",
        "considered": "Registrerade profiler {registered} = bedömda {scored} + undantagna {excluded}",
        "points_note": "Poängen ordnar aktörerna för just detta behov. De är inte procent och säger inget om kvalitet. "
        "Stark: omkring {strong} av 100 behov från helt andra områden får en så tydlig träff; möjlig: omkring "
        "{possible}. Varje mening i en profil läses tillsammans med profilens rubrik.",
        "no_matches": "Inga aktörer att visa.",
        "no_profiles": "Inga profiler är registrerade. Läs in några med: matcha import FIL",
        "reading_model": "Läser in språkmodellen …",
        "reading_profiles": "Läser profiler",
        "evaluating": "Mäter",
        "reading_collection": "Läser samlingen",
        "parity": "Språkparitet över {pairs} par: den svenska versionen först i {swedish_first:.2f} av fallen "
        "(rättvist 0,50); {recall_ratio:.2f} engelska bland de tio första för varje svensk (rättvist 1,00).",
        "no_parity": "Språkparitet: ingen samling bredvid säger detsamma på det andra språket.",
        "reading_needs": "Läser behov",
        "frozen": "Statistiken är fryst: {needs} behov, {profiles} profiler, {digest}.",
        "not_frozen": "Ingen statistik är fryst; den som följer med matcha används. Kör: matcha statistics freeze",
        "preparing": "Bygger språkmodellen",
        "new": "nya",
        "edited": "ändrade",
        "unchanged": "oförändrade",
        "dry_run": "Provkörning: ingenting har sparats.",
        "imported": "Inläst och sökbart.",
        "indexed": "Indexet är klart: {count} meningar och stycken.",
        "withdrawn": "Profilen {id} deltar inte längre i matchning. Importera den igen för att återta det.",
        "written": "Skrivet: {path}",
        "model_ready": "Språkmodellen finns i {path}",
        "actors": "aktörer",
        "contacts": "kontakter",
        "profiles": "profiler",
        "needs": "behov",
    },
    EN: {
        "points": "points",
        "more": "… and {count} more sentences of the need, {points} points together (all are shown with --json)",
        "terms": "Words in common: {words}",
        "whole": "The need as a whole and the profile's nearest paragraph",
        "generality": "Deduction for what the profile gives any need at all",
        "profile": "The actor's profile {id}",
        "nothing_good": "No good match: none of the profiles stands out from what unrelated texts would get.",
        "considered": "Registered profiles {registered} = scored {scored} + excluded {excluded}",
        "points_note": "The points order the actors for this need. They are no percentages and say nothing of quality. "
        "Strong: about {strong} of 100 needs from quite other fields get so clear a match; possible: about "
        "{possible}. Each sentence of a profile is read together with the profile's title.",
        "no_matches": "No actors to show.",
        "no_profiles": "No profiles are registered. Read some in with: matcha import FILE",
        "reading_model": "Loading the model …",
        "reading_profiles": "Reading profiles",
        "evaluating": "Measuring",
        "reading_collection": "Reading the collection",
        "parity": "Language parity over {pairs} pairs: the Swedish version first in {swedish_first:.2f} of them "
        "(fair: 0.50); {recall_ratio:.2f} English ones among the first ten for each Swedish one (fair: 1.00).",
        "no_parity": "Language parity: no collection beside this one says the same in the other language.",
        "reading_needs": "Reading needs",
        "frozen": "The statistics are frozen: {needs} needs, {profiles} profiles, {digest}.",
        "not_frozen": "No statistics are frozen; those that come with matcha are used. Run: matcha statistics freeze",
        "preparing": "Building the model",
        "new": "new",
        "edited": "edited",
        "unchanged": "unchanged",
        "dry_run": "Dry run: nothing was saved.",
        "imported": "Imported and searchable.",
        "indexed": "The index is ready: {count} sentences and paragraphs.",
        "withdrawn": "Profile {id} no longer takes part in matching. Import it again to bring it back.",
        "written": "Written: {path}",
        "model_ready": "The model is in {path}",
        "actors": "actors",
        "contacts": "contacts",
        "profiles": "profiles",
        "needs": "needs",
    },
}
