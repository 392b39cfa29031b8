"""What every closed choice is called where people read it, in Swedish and English: one word for one thing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from matcha.callers import AccountRole
from matcha.forum import words as forum_words
from matcha.forum.stages import Stage
from matcha.matchlog.entry import Kind
from matcha.needs import lifecycle
from matcha.needs.dialogue import Speaker, Way
from matcha.needs.effects import NodeKind
from matcha.needs.likeness import Level
from matcha.process import (
    ActKind,
    Analysis,
    Criterion,
    EventKind,
    Inviting,
    Item,
    JobKind,
    JobState,
    Mixing,
    OutcomeKind,
    Part,
    Party,
    Reply,
    Ruling,
    SeedSource,
    State,
)
from matcha.records.batch import Noun
from matcha.records.erasure import Erased, Ground
from matcha.records.need import Purpose
from matcha.records.request import RequestKind
from matcha.service.account_entries import What
from matcha.service.answer_labels import ANSWERS, Labels, both
from matcha.values import Language

_PROCESS: Labels = {
    ActKind.STATE: ("nytt läge", "new state"),
    ActKind.SCREENING: ("bedömt mot ett kriterium", "scored by a criterion"),
    ActKind.ATTACHMENT: ("bilaga", "attachment"),
    ActKind.SECRECY: ("sekretess", "secrecy"),
    ActKind.INTEREST: ("intresseanmälan", "expression of interest"),
    ActKind.CONTACT: ("kontaktförmedling", "put in touch"),
    ActKind.QUESTION: ("fråga", "question"),
    ActKind.ANSWER: ("svar", "answer"),
    ActKind.POST: ("inlägg", "contribution"),
    ActKind.MEETING: ("möte", "meeting"),
    ActKind.EVENT: ("händelse", "event"),
    ActKind.DECLARATION: ("jävsanmälan", "declared interest"),
    ActKind.SOLUTION: ("vald lösning", "chosen solution"),
    ActKind.IMPLEMENTATION: ("införande", "implementation"),
    ActKind.FEEDBACK: ("återkoppling", "feedback"),
    ActKind.EFFECT: ("mätt effekt", "measured effect"),
    ActKind.FOLLOW_UP: ("nytt behov ur effekten", "new need from the effect"),
    ActKind.JUDGEMENT: ("relevansbedömning", "judgement of relevance"),
}

# By class, since choices of two classes may be the same word: `company` is a kind of actor and a part in a forum.
LABELS: Mapping[type[StrEnum], Labels] = {
    State: lifecycle.NAMES,
    **ANSWERS,
    Purpose: {
        Purpose.PREPARING: ("förbereda en upphandling", "preparing a procurement"),
        Purpose.INFORMING: ("informera marknaden", "informing the market"),
    },
    AccountRole: {
        AccountRole.PUBLIC: ("allmänhet", "the public"),
        AccountRole.SUPPLIER: ("leverantör eller forskare", "supplier or researcher"),
        AccountRole.COORDINATOR: ("samordnare", "coordinator"),
        AccountRole.ORGANISER: ("forumarrangör", "forum organiser"),
        AccountRole.PROCUREMENT_OFFICER: ("upphandlare", "procurement officer"),
        AccountRole.ADMINISTRATOR: ("administratör", "administrator"),
    },
    Kind: {
        Kind.MATCH: ("matchning", "match"),
        Kind.EXPLANATION: ("förklaring", "explanation"),
        Kind.PROFILE_VERSION: ("profilversion", "profile version"),
        Kind.NEED: ("behov", "need"),
        Kind.OVERRIDE: ("beslut", "decision"),
        Kind.INVITE_LIST: ("inbjudningslista", "invitation list"),
        Kind.ERASURE: ("utgallring", "erasure"),
        Kind.PURPOSE: ("syfte", "purpose"),
        Kind.PHASE_LOCK: ("upphandlingslås", "phase lock"),
        Kind.CONFIG: ("inställning", "configuration"),
        Kind.KEY: ("nyckel", "key"),
        Kind.ACT: ("händelse i ett behov", "act of a need"),
        Kind.PROPOSAL: ("profilförslag", "profile proposal"),
        Kind.WEIGHTING: ("viktning", "weighting"),
        Kind.ACCOUNT: ("konto", "account"),
    },
    ActKind: {**_PROCESS, **both(forum_words.ACTS, ActKind)},
    Criterion: {
        Criterion.ECONOMIC: ("ekonomi", "economy"),
        Criterion.POLITICAL: ("politik", "politics"),
        Criterion.TECHNOLOGICAL: ("teknik", "technology"),
        Criterion.LEGAL: ("juridik", "law"),
        Criterion.CLIMATE: ("klimat", "climate"),
    },
    Analysis: {
        Analysis.SOCIOECONOMIC: ("samhällsekonomisk analys", "socioeconomic analysis"),
        Analysis.LIFE_CYCLE: ("livscykelanalys", "life-cycle analysis"),
        Analysis.OTHER: ("annat", "other"),
    },
    EventKind: {
        EventKind.WORKSHOP: ("workshop", "workshop"),
        EventKind.COMPETITION: ("innovationstävling", "innovation competition"),
        EventKind.PRESENTATION: ("presentation", "presentation"),
        EventKind.OTHER: ("annat", "other"),
    },
    Party: {Party.STAFF: ("personal", "staff"), Party.PATIENT: ("patienter och närstående", "patients and relatives")},
    Ruling: {
        Ruling.AWAITING: ("väntar på granskning", "awaits review"),
        Ruling.ACCEPTED: ("godtagen", "accepted"),
        Ruling.RETURNED: ("återsänd", "returned"),
        Ruling.TAKEN_BACK: ("återtagen", "taken back"),
    },
    JobKind: {
        JobKind.MATCHES: ("många frågor på en gång", "many questions at once"),
        JobKind.NEUTRALITY: ("neutralitetsprövning", "neutrality trial"),
    },
    JobState: {
        JobState.QUEUED: ("i kö", "queued"),
        JobState.RUNNING: ("pågår", "running"),
        JobState.DONE: ("klart", "done"),
        JobState.CANCELLED: ("avbrutet", "cancelled"),
        JobState.FAILED: ("gick inte", "failed"),
    },
    Speaker: {
        Speaker.AUTHORITY: ("värden", "the authority"),
        Speaker.PARTICIPANT: ("en deltagare", "a participant"),
    },
    Way: {
        Way.INTERESTED: ("anmälde intresse", "showed interest"),
        Way.ASKED: ("frågade", "asked"),
        Way.SAID: ("skrev", "wrote"),
        Way.ATTENDED: ("deltog", "attended"),
        Way.MET: ("möttes", "met"),
        Way.PUT_IN_TOUCH: ("fick kontakt", "was put in touch"),
        Way.TOLD: ("fick veta", "was told"),
    },
    Level: {
        Level.SAME: ("samma behov", "the same need"),
        Level.NEAR: ("nära", "near"),
        Level.RELATED: ("besläktat", "related"),
    },
    NodeKind: {
        NodeKind.NEED: ("behov", "need"),
        NodeKind.SOLUTION: ("lösning", "solution"),
        NodeKind.EFFECT: ("effekt", "effect"),
    },
    Noun: {
        Noun.ACTORS: ("aktörer", "actors"),
        Noun.CONTACTS: ("kontaktpersoner", "contact persons"),
        Noun.PROFILES: ("profiler", "profiles"),
        Noun.NEEDS: ("behov", "needs"),
    },
    Erased: {
        Erased.ACTOR: ("aktör", "actor"),
        Erased.PROFILE: ("profil", "profile"),
        Erased.NEED: ("behov", "need"),
        Erased.MATCH: ("matchning", "match"),
    },
    Ground: {
        Ground.GDPR_17: ("rätten att bli raderad (GDPR art. 17)", "right to erasure (GDPR art. 17)"),
        Ground.GALLRINGSBESLUT: ("gallringsbeslut", "records disposal decision"),
    },
    RequestKind: {
        RequestKind.ERASURE: ("radering", "erasure"),
        RequestKind.ACCESSIBILITY: ("tillgänglighet", "accessibility"),
        RequestKind.PRIVACY: ("personuppgifter", "personal data"),
    },
    What: {
        What.CREATED: ("konto skapat", "account made"),
        What.CHANGED: ("konto ändrat", "account changed"),
        What.CLOSED: ("konto stängt", "account closed"),
        What.KEY_ISSUED: ("API-nyckel utfärdad", "API key issued"),
        What.KEY_REVOKED: ("API-nyckel återkallad", "API key revoked"),
    },
    Stage: {
        Stage.COMPOSED: ("sammansatt", "composed"),
        Stage.DRAWN: ("lottat", "drawn"),
        Stage.ARRANGED: ("grupper lagda", "groups arranged"),
        Stage.PLANNED: ("tid och plats bestämda", "time and place decided"),
        Stage.INVITED: ("inbjudet", "invited"),
        Stage.REPLIED: ("alla har svarat", "all have answered"),
        Stage.HELD: ("hållet", "held"),
        Stage.MET: ("uppföljt i möten", "followed up in meetings"),
        Stage.CONCLUDED: ("resultat noterade", "outcomes noted"),
        Stage.CLOSED: ("avslutat", "closed"),
    },
    Part: both(forum_words.PARTS, Part),
    Inviting: both(forum_words.INVITINGS, Inviting),
    SeedSource: both(forum_words.SOURCES, SeedSource),
    Mixing: both(forum_words.MIXINGS, Mixing),
    Reply: both(forum_words.REPLIES, Reply),
    Item: both(forum_words.ITEMS, Item),
    OutcomeKind: both(forum_words.OUTCOMES, OutcomeKind),
}


def label(choice: StrEnum, language: Language) -> str:
    """Give what a choice is called in a language, inside a sentence. Raises KeyError for one without a name."""
    sv, en = LABELS[type(choice)][choice]
    return sv if language is Language.SV else en
