"""What a forum says of itself in whole sentences, made from its numbers: objective, criteria, bounds, seed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from matcha.forum.plan import GRADES, NEAR, STEPS, Certificate, Rules, Seed
from matcha.forum.words import GRADE_WORDS, SOURCES, chance, number, part, percent
from matcha.process import Inviting, Part
from matcha.values import Language

SV, EN = Language.SV, Language.EN

SENTENCES: dict[Language, dict[str, str]] = {
    SV: {
        "objective": "För varje aspekt och var och en av de {grades} nivåerna ({levels}) ger den första inbjudna "
        "aktören som når nivån {first} poäng{more}. Flera ger inget mer. Varje inbjuden aktör ger dessutom sin närhet "
        "till behovet som helhet, 1–{grades} poäng. Olika styrkor går alltså först, sedan närhet till behovet, och "
        "hellre fler aktörer än färre.",
        "step": ", den {nth} {points}",
        "levels": "{grade}: {word}",
        "open": "Inbjudan är öppen: bara den som har visat intresse kan bli inbjuden.",
        "targeted": "Inbjudan är riktad: inbjuden kan den bli som har visat intresse, som når grad {grade} ({reached}) "
        "för någon aspekt eller som har närhet {close} till behovet (standardavvikelser över texter som inte valts för "
        "det; under {near} berörs ingen aspekt).",
        "seats": "Det blir {least}–{most} personer, värdens egna medräknade.",
        "seats_even": "Det blir {least} personer, värdens egna medräknade.",
        "host": "Värden kommer själv med {count} av dem: {parts}.",
        "quotas": "Antal personer av varje slag, värdens egna medräknade: {parts}.",
        "each": "En inbjudan gäller en person.",
        "each_but": "En inbjudan gäller en person, utom för {parts}.",
        "house": "Från en och samma organisation kommer högst {count} personer.",
        "must": "{actor} måste vara med: {said}.",
        "conflict": "{actor} bjuds inte in: {said}.",
        "never_together": "{first} och {second} bjuds inte in båda två.",
        "apart": "{first} och {second} sitter aldrig i samma grupp.",
        "coverage": "Varje aspekt ska ha minst {count} inbjudna aktörer med minst grad {grade}.",
        "one_sided": "Högst {percent} procent av platserna går till aktörer som svarar på en och samma aspekt och "
        "ingen annan.",
        "equal": "Där flera är lika lämpade avgör lotten, så att den minsta chansen blir så stor som möjligt.",
        "neutral": "Namn, land, ort, storlek och organisationsnummer spelar ingen roll.",
        "best": "Den här sammansättningen har {objective} poäng, och ingen kan ha fler.",
        "bounded": "Den här sammansättningen har {objective} poäng; ingen kan ha fler än {bound} ({gap} kvar).",
        "pairs_best": "{objective} av {possible} par möts, och fler kan inte mötas så.",
        "pairs": "{objective} av {possible} par möts; fler än {bound} kan inte mötas så.",
        "meetings_best": "{objective} möten fick plats, och fler kan inte få det.",
        "meetings": "{objective} möten fick plats; fler än {bound} kan inte få det.",
        "chance_best": "Den som har minst chans har {objective}, och den minsta chansen kan inte bli större.",
        "chance": "Den som har minst chans har {objective}; den minsta chansen kan inte bli större än {bound}.",
        "seed": "Lotten avgjordes av {source}: {said}.",
        "witnessed": "Lotten avgjordes av {source}: {said}. Vittnen: {witnesses}.",
    },
    EN: {
        "objective": "For each aspect and each of the {grades} levels ({levels}), the first invited actor that reaches "
        "the level gives {first} points{more}. Others give no more. Each invited actor also gives its closeness to the "
        "need as a whole, 1–{grades} points. Different strengths thus come first, then closeness to the need, and "
        "rather more actors than fewer.",
        "step": ", the {nth} {points}",
        "levels": "{grade}: {word}",
        "open": "The invitation is open: only those who have shown interest can be invited.",
        "targeted": "The invitation is targeted: those can be invited who have shown interest, reach grade {grade} "
        "({reached}) for some aspect or have closeness {close} to the need (standard deviations above texts not chosen "
        "for it; below {near} no aspect is touched).",
        "seats": "There will be {least}–{most} people, the host's own included.",
        "seats_even": "There will be {least} people, the host's own included.",
        "host": "The host itself sends {count} of them: {parts}.",
        "quotas": "People of each kind, the host's own included: {parts}.",
        "each": "An invitation is for one person.",
        "each_but": "An invitation is for one person, except for {parts}.",
        "house": "At most {count} people come from one and the same organisation.",
        "must": "{actor} has to be there: {said}.",
        "conflict": "{actor} is not invited: {said}.",
        "never_together": "{first} and {second} are not both invited.",
        "apart": "{first} and {second} never sit in the same group.",
        "coverage": "Each aspect shall have at least {count} invited actors of at least grade {grade}.",
        "one_sided": "At most {percent} per cent of the seats go to actors that answer one and the same aspect and no "
        "other.",
        "equal": "Where several are equally suited, lots decide, so that the smallest chance is as large as it can be.",
        "neutral": "Name, country, place, size and organisation number play no part.",
        "best": "This composition has {objective} points, and none can have more.",
        "bounded": "This composition has {objective} points; none can have more than {bound} ({gap} left).",
        "pairs_best": "{objective} of {possible} pairs meet, and no more can meet in this way.",
        "pairs": "{objective} of {possible} pairs meet; more than {bound} cannot meet in this way.",
        "meetings_best": "{objective} meetings have a time, and no more can have one.",
        "meetings": "{objective} meetings have a time; more than {bound} cannot have one.",
        "chance_best": "Whoever has the smallest chance has {objective}, and the smallest chance cannot be larger.",
        "chance": "Whoever has the smallest chance has {objective}; the smallest chance cannot be larger than {bound}.",
        "seed": "The lot was decided by {source}: {said}.",
        "witnessed": "The lot was decided by {source}: {said}. Witnesses: {witnesses}.",
    },
}

_NTH = {SV: ("andra", "tredje", "fjärde", "femte", "sjätte"), EN: ("second", "third", "fourth", "fifth", "sixth")}


def objective(language: Language) -> str:
    """Tell what a composition gets points for, from STEPS and GRADES."""
    words = SENTENCES[language]
    reached = enumerate(GRADE_WORDS[language][1:], start=1)
    later = zip(_NTH[language], STEPS[1:], strict=False)
    return words["objective"].format(
        grades=GRADES,
        levels=", ".join(words["levels"].format(grade=grade, word=word) for grade, word in reached),
        first=STEPS[0],
        more="".join(words["step"].format(nth=nth, points=points) for nth, points in later),
    )


def criteria(rules: Rules, language: Language, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Tell the rules a forum is composed by (R7), a sentence each, in a fixed order.

    With `names` of actors by id (those it lacks are called by their id), the rules about certain actors are among
    them; without, only those that hold for all, which is what an actor is told of others (R28).
    """
    about = () if names is None else _about_actors(rules, language, names)
    return (who(rules, language), *_room(rules, language), *about, *_strengths(rules, language))


def who(rules: Rules, language: Language) -> str:
    """Tell who can be invited at all."""
    targeted = rules.inviting is Inviting.TARGETED
    reached = GRADE_WORDS[language][rules.qualify]
    near = str(NEAR).replace(".", "," if language is SV else ".")
    sentence = SENTENCES[language]["targeted" if targeted else "open"]
    return sentence.format(grade=rules.qualify, reached=reached, close=max(2, rules.qualify), near=near, grades=GRADES)


def seats(rules: Rules, language: Language) -> str:
    """Tell how many people there will be."""
    least, most = rules.seats
    sentence = SENTENCES[language]["seats_even" if least == most else "seats"]
    return sentence.format(least=least, most=most)


def _room(rules: Rules, language: Language) -> tuple[str, ...]:
    words = SENTENCES[language]
    told = [seats(rules, language)]
    if rules.hosted:
        told.append(words["host"].format(count=rules.hosted, parts=_parts(rules.host, language)))
    if rules.quotas:
        ranges = {
            each: f"{least}–{most}" if least < most else f"{most}" for each, (least, most) in rules.quotas.items()
        }
        told.append(words["quotas"].format(parts=_parts(ranges, language)))
    more = {each: count for each, count in rules.seats_each.items() if count != 1}
    told.append(words["each_but"].format(parts=_parts(more, language)) if more else words["each"])
    return (*told, words["house"].format(count=rules.house_seats))


def _about_actors(rules: Rules, language: Language, names: Mapping[str, str]) -> tuple[str, ...]:
    words = SENTENCES[language]
    told = [
        words[code].format(actor=names.get(actor, actor), said=said.rstrip("."))
        for code, said_of in (("must", rules.must), ("conflict", rules.conflicts))
        for actor, said in sorted(said_of.items())
    ]
    pairs = (("never_together", rules.never_together), ("apart", rules.apart))
    told += [
        words[code].format(first=names.get(first, first), second=names.get(second, second))
        for code, both in pairs
        for first, second in sorted(both)
    ]
    return tuple(told)


def _strengths(rules: Rules, language: Language) -> tuple[str, ...]:
    words = SENTENCES[language]
    return (
        words["coverage"].format(count=rules.coverage, grade=rules.qualify),
        words["one_sided"].format(percent=rules.one_sided),
        words["equal"],
        words["neutral"],
    )


def _parts(counts: Mapping[Part, object], language: Language) -> str:
    return ", ".join(f"{part(each, language, 2)} {counts[each]}" for each in Part if each in counts)


def points(certificate: Certificate, language: Language) -> str:
    """Tell how good a composition is, and how good any could be."""
    gap = Fraction(certificate.bound - certificate.objective, certificate.bound or 1)
    return _certified("best", "bounded", certificate, language, gap=percent(gap, language))


def pairs(certificate: Certificate, possible: int, language: Language) -> str:
    """Tell how many pairs of people meet, of how many, and how many could."""
    return _certified("pairs_best", "pairs", certificate, language, possible=number(possible, language))


def meetings(certificate: Certificate, language: Language) -> str:
    """Tell how many follow-up meetings have a time, and how many could."""
    return _certified("meetings_best", "meetings", certificate, language)


def smallest_chance(certificate: Certificate, language: Language) -> str:
    """Tell the smallest chance of anybody who is in any best composition; the certificate is in millionths."""
    sentence = SENTENCES[language]["chance_best" if certificate.objective == certificate.bound else "chance"]
    return sentence.format(objective=chance(certificate.objective, language), bound=chance(certificate.bound, language))


def _certified(best: str, bounded: str, certificate: Certificate, language: Language, **told: str) -> str:
    sentence = SENTENCES[language][best if certificate.objective == certificate.bound else bounded]
    objective, bound = (number(each, language) for each in (certificate.objective, certificate.bound))
    return sentence.format(objective=objective, bound=bound, **told)


def seed(of: Seed, language: Language) -> str:
    """Tell what the lot was decided by, and who saw it."""
    sentence = SENTENCES[language]["witnessed" if of.witnesses else "seed"]
    return sentence.format(source=SOURCES[language][of.source], said=of.said, witnesses=", ".join(of.witnesses))
