"""What the terminal says, in Swedish and English."""

from __future__ import annotations

from matcha.values import ActorKind, Exclusion, Language

SV, EN = Language.SV, Language.EN

KINDS: dict[Language, dict[ActorKind, str]] = {
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

EXCLUSIONS: dict[Language, dict[Exclusion, str]] = {
    SV: {Exclusion.WITHDRAWN: "tillbakadragna", Exclusion.OTHER_KIND: "annan sorts aktör"},
    EN: {Exclusion.WITHDRAWN: "withdrawn", Exclusion.OTHER_KIND: "other kind of actor"},
}

WORDS: dict[Language, dict[str, str]] = {
    SV: {
        "points": "poäng",
        "more": "… och {count} meningar till i behovet, tillsammans {points} poäng (alla visas med --json)",
        "considered": "Registrerade profiler {registered} = bedömda {scored} + undantagna {excluded}",
        "points_note": "Poängen ordnar aktörerna för just detta behov. De är inte procent och säger inget om kvalitet. "
        "Varje mening i en profil läses tillsammans med profilens rubrik.",
        "no_matches": "Inga aktörer att visa.",
        "no_profiles": "Inga profiler är registrerade. Läs in några med: matcha import FIL",
        "reading_model": "Läser in språkmodellen …",
        "reading_profiles": "Läser profiler",
        "evaluating": "Mäter",
        "preparing": "Bygger språkmodellen",
        "new": "nya",
        "edited": "ändrade",
        "unchanged": "oförändrade",
        "dry_run": "Provkörning: ingenting har sparats.",
        "imported": "Inläst och sökbart.",
        "indexed": "Indexet är klart: {count} meningar.",
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
        "considered": "Registered profiles {registered} = scored {scored} + excluded {excluded}",
        "points_note": "The points order the actors for this need. They are no percentages and say nothing of quality. "
        "Each sentence of a profile is read together with the profile's title.",
        "no_matches": "No actors to show.",
        "no_profiles": "No profiles are registered. Read some in with: matcha import FILE",
        "reading_model": "Loading the model …",
        "reading_profiles": "Reading profiles",
        "evaluating": "Measuring",
        "preparing": "Building the model",
        "new": "new",
        "edited": "edited",
        "unchanged": "unchanged",
        "dry_run": "Dry run: nothing was saved.",
        "imported": "Imported and searchable.",
        "indexed": "The index is ready: {count} sentences.",
        "withdrawn": "Profile {id} no longer takes part in matching. Import it again to bring it back.",
        "written": "Written: {path}",
        "model_ready": "The model is in {path}",
        "actors": "actors",
        "contacts": "contacts",
        "profiles": "profiles",
        "needs": "needs",
    },
}
