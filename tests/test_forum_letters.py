"""Letters to everybody about a forum, and the words and sentences they and others are made of."""

import re
import textwrap
from dataclasses import replace
from datetime import UTC, date, timedelta
from fractions import Fraction
from itertools import combinations

import pytest

from matcha.errors import Invalid
from matcha.forum import telling, words
from matcha.forum.letter_words import LETTERS
from matcha.forum.letters import Letter, Sender, follow_up, invitation, not_selected, reserve
from matcha.forum.meetings import Offer
from matcha.forum.plan import GRADES, STEPS, Certificate, Rules, Seed, rules_of
from matcha.forum.record import Forum, Invited, ProgrammeItem, Waiting
from matcha.process import ActKind, Inviting, Item, Mixing, OutcomeKind, Part, Reply, SeedSource
from matcha.records.forum import ForumRulesForm
from matcha.values import Language
from tests.conftest import DEMO, demo
from tests.forum_example import DAY, example, unarranged

SV, EN = Language.SV, Language.EN
FORUM = example()
SEED = FORUM.seed or Seed(SeedSource.TRIAL, "")
SENDER = Sender("Region Sagobygden", "forum@sagobygden.example", date(2026, 11, 1))
OFFER = Offer(
    30,
    "1. Er lösning\n2. Vad den kräver av oss",
    {"A": (DAY, DAY + timedelta(minutes=45)), "B": (DAY, DAY + timedelta(days=7))},
)
PAGE = (54, 88)  # lines of a page, and their length


def letters(forum: Forum, language: Language) -> dict[str, Letter]:
    """Give every letter there is, by actor; of those invited the invitation."""
    made = {to.actor_id: invitation(forum, to, SENDER, language) for to in forum.invitations}
    made |= {to.actor_id: reserve(forum, to, SENDER, language) for to in forum.reserves}
    return made | {to.actor_id: not_selected(forum, to, SENDER, language) for to in forum.not_selected}


def lines(letter: Letter) -> int:
    return sum(len(textwrap.wrap(line, PAGE[1])) or 1 for line in letter.body.split("\n"))


@pytest.mark.parametrize("language", Language)
def test_an_invitation_says_all_there_is_to_know(language: Language) -> None:
    for to in FORUM.invitations:
        letter = invitation(FORUM, to, SENDER, language)
        assert FORUM.title in letter.subject
        for said in (to.name, FORUM.title, str(FORUM.place), SENDER.name, SENDER.contact, *FORUM.aspects):
            assert said in letter.body, said
        assert words.day(SENDER.reply_by, language) in letter.body
        assert telling.who(FORUM.rules, language) in letter.body
        assert telling.seats(FORUM.rules, language) in letter.body
        assert {SV: "perspektivforum", EN: "Perspektivforum"}[language] in letter.body


def test_an_invitation_in_swedish_is_worded_so() -> None:
    body = invitation(FORUM, FORUM.invitations[1], SENDER, SV).body
    for said in (
        "När: torsdag 12 november 2026 12.30–16.30 (4 tim)",
        "Platser: en person från er. Det blir 38–40 personer",
        "inte en del av någon upphandling och ger ingen fördel i en",
        "blir synligt för alla inbjudna",
        "enskilt digitalt möte, lika långt och efter samma mall",
        "Annars går er plats till en reserv",
        "hörslinga, hiss eller tolk, och om mat",
        "sparas i forumets handlingar",
        "lotten föll på er. Er chans var 53,1\N{NO-BREAK SPACE}%.",
        "Av aspekterna ovan har er profil något att säga om 1 och 3.",
    ):
        assert said in body, said


def test_an_invitation_in_english_says_the_same() -> None:
    body = invitation(FORUM, FORUM.invitations[1], SENDER, EN).body
    for said in (
        "When: Thursday 12 November 2026 12:30–16:30 (4 h)",
        "Places: one person from you. There will be 38–40 people",
        "not part of any procurement and gives no advantage in one",
        "becomes visible to all invited",
        "individual digital meeting, of the same length and by the same template",
        "Otherwise your place goes to a reserve",
        "hearing loop, a lift or an interpreter, and what you do not eat",
        "kept in the forum's records",
        "the lot fell on you. Your chance was 53.1%.",
        "Of the aspects above, your profile has something to say about 1 and 3.",
    ):
        assert said in body, said


def test_why_just_this_one_is_told_as_it_is() -> None:
    to, seed = FORUM.invitations[1], telling.seed(SEED, SV)
    told = {
        code: invitation(FORUM, replace(to, reason=code, seats=2), SENDER, SV).body
        for code in ("drawn", "certain", "must:har egen erfarenhet.", "reserve:aktor-left-1")
    }
    assert "utan lottning, av detta skäl: har egen erfarenhet." in told["must:har egen erfarenhet."]
    assert "er chans var 100 procent" in told["certain"]
    assert "Ni var reserv, och en plats är ledig." in told["reserve:aktor-left-1"]
    assert [code for code, body in told.items() if seed in body] == ["drawn", "reserve:aktor-left-1"]
    assert all("Platser: 2 personer från er." in body for body in told.values())
    nothing = invitation(FORUM, replace(to, grades=(0, 0, 0, 0)), SENDER, SV).body
    assert "aspekterna ovan" not in nothing


@pytest.mark.parametrize("language", Language)
def test_no_letter_names_another_actor_or_its_chance(language: Language) -> None:
    everybody: list[Invited | Waiting] = [*FORUM.invitations, *FORUM.reserves, *FORUM.not_selected]
    made = letters(FORUM, language)
    assert len(made) == len(everybody) == 39
    for to in everybody:
        letter = made[to.actor_id]
        text = letter.subject + letter.body
        assert to.name in text
        assert [other.name for other in everybody if other is not to and other.name in text] == []
        assert "aktor-" not in text
        told = set(re.findall(r"\d+(?:[.,]\d)?\s?%", text))
        assert told <= {words.chance(to.chance, language)}


@pytest.mark.parametrize("language", Language)
def test_a_reserve_is_told_its_number_among_its_kind(language: Language) -> None:
    numbers = [
        re.findall(r"(?:reserv nummer|reserve number) (\d+)", reserve(FORUM, to, SENDER, language).body)
        for to in FORUM.reserves
    ]
    assert numbers == [["1"], ["2"], ["3"], ["1"], ["2"], ["1"]]
    letter = reserve(FORUM, FORUM.reserves[5], SENDER, language)
    assert words.part(Part.PATIENT_ORGANISATION, language, 2) in letter.body
    assert words.chance(500_000, language) in letter.body
    for said in (FORUM.digest, str(FORUM.leaf_index), str(FORUM.place), words.day(SENDER.reply_by, language)):
        assert said in letter.body


@pytest.mark.parametrize("language", Language)
def test_who_was_not_selected_is_told_why_and_how_to_check_it(language: Language) -> None:
    for to in FORUM.not_selected:
        body = not_selected(FORUM, to, SENDER, language).body
        assert words.reason(to.reason, language) in body
        assert all(sentence in body for sentence in telling.criteria(FORUM.rules, language))
        assert telling.seed(SEED, language) in body
        assert FORUM.digest in body
        assert {SV: "Visa intresse för behovet", EN: "Show interest in the need"}[language] in body
        drawn_lots = {SV: "Er chans i lottningen var därför noll", EN: "Your chance in the draw was therefore nil"}
        assert (drawn_lots[language] in body) == (to.chance == 0)


def test_who_has_a_conflict_is_told_which() -> None:
    to = replace(FORUM.not_selected[2], reason="conflict")
    assert "Skälet är: bjuds inte in (har skrivit underlaget till behovet)." in not_selected(FORUM, to, SENDER, SV).body
    elsewhere = replace(to, actor_id="aktor-z")
    assert "Skälet är: bjuds inte in, enligt värdens regler." in not_selected(FORUM, elsewhere, SENDER, SV).body


def test_every_meeting_is_offered_in_the_same_words() -> None:
    made = [follow_up(FORUM, to, OFFER, SENDER, language) for language in Language for to in FORUM.invitations]
    names = [to.name for _ in Language for to in FORUM.invitations]
    assert len({letter.body.replace(name, "", 1) for letter, name in zip(made, names, strict=True)}) == 2
    assert "30 minuter" in made[0].body
    assert OFFER.template in made[0].body
    assert "torsdag 12 november 2026: 12.30, 13.15\ntorsdag 19 november 2026: 12.30\n" in made[0].body
    assert "Thursday 12 November 2026: 12:30, 13:15\nThursday 19 November 2026: 12:30\n" in made[-1].body


@pytest.mark.parametrize("language", Language)
def test_every_letter_has_room_on_a_page(language: Language) -> None:
    long = tuple(f"{number} {'aspekt med många ord ' * 6}"[:110] for number in range(6))
    wide = replace(FORUM, aspects=long, text="En mening som är ganska lång och säger något. " * 40)
    found = [*letters(wide, language).values(), follow_up(wide, wide.invitations[0], OFFER, SENDER, language)]
    assert max(lines(letter) for letter in found) <= PAGE[0]
    assert all("\n" not in letter.subject for letter in found)


def test_the_challenge_is_told_in_whole_sentences() -> None:
    def told(text: str) -> str:
        return invitation(replace(FORUM, text=text), FORUM.invitations[0], SENDER, SV).body.split("\n\n")[2]

    assert told("Kort text.\nTvå rader.") == "Kort text. Två rader."
    assert told("Frågar vi? " + "Ja. " * 100) == ("Frågar vi? " + "Ja. " * 67).strip()
    assert told("ord " * 100) == "ord " * 70 + "…"


def test_a_draw_on_trial_says_so_first() -> None:
    on_trial = replace(FORUM, seed=Seed(SeedSource.TRIAL, "prov"))
    assert invitation(on_trial, FORUM.invitations[0], SENDER, SV).subject.startswith("[Prov, ingenting är avgjort] ")
    assert not any(letter.subject.startswith("[") for letter in letters(FORUM, EN).values())


def test_nothing_is_sent_before_it_is_decided() -> None:
    with pytest.raises(Invalid, match="Draw first"):
        invitation(unarranged(), FORUM.invitations[0], SENDER, SV)
    with pytest.raises(Invalid, match="Decide time"):
        invitation(replace(FORUM, programme=()), FORUM.invitations[0], SENDER, SV)
    with pytest.raises(Invalid, match="no reserve"):
        reserve(FORUM, FORUM.not_selected[0], SENDER, SV)


def test_braces_in_what_people_wrote_stay_as_they_are() -> None:
    odd = replace(FORUM, title="Ett {to} och {0}", place="Sal {x}")
    letter = invitation(odd, replace(FORUM.invitations[0], name="{sender} AB"), SENDER, SV)
    assert "Ett {to} och {0}" in letter.subject
    assert letter.body.startswith("Hej {sender} AB!")


def test_times_are_told_in_the_hosts_zone() -> None:
    late = replace(SENDER, zone=UTC)
    assert "11.30–15.30" in invitation(FORUM, FORUM.invitations[0], late, SV).body


def test_everything_that_is_coded_has_words_in_both_languages() -> None:
    for table, coded in (
        (words.PARTS, Part),
        (words.INVITINGS, Inviting),
        (words.SOURCES, SeedSource),
        (words.MIXINGS, Mixing),
        (words.REPLIES, Reply),
        (words.ITEMS, Item),
        (words.OUTCOMES, OutcomeKind),
        (words.ACTS, [kind for kind in ActKind if kind.startswith("forum_")]),
    ):
        assert {language: list(table[language]) for language in Language} == {
            language: list(coded) for language in Language
        }
    for language in Language:
        assert len(words.GRADE_WORDS[language]) == GRADES + 1
    for both in (words.REASONS, telling.SENTENCES, LETTERS):
        assert list(both[SV]) == list(both[EN])
        fields = [[sorted(re.findall(r"{(\w+)}", said)) for said in both[language].values()] for language in Language]
        assert [set(each) for each in fields[0]] == [set(each) for each in fields[1]]


def test_reasons_name_others_to_the_host_alone() -> None:
    names = {"aktor-a": "Ada AB"}
    assert (
        words.reason("never_together:aktor-a", SV, names) == "bjuds inte in tillsammans med Ada AB, som har fått plats"
    )
    assert words.reason("house:aktor-b", EN, names) == "of the same organisation as aktor-b, whose seats are filled"
    assert (
        words.reason("never_together:aktor-a", SV) == "bjuds inte in tillsammans med en annan aktör, som har fått plats"
    )
    assert words.reason("reserve:aktor-a", SV, names) == "reserv, i stället för Ada AB"
    assert words.reason("conflict:ägs av oss", SV) == "bjuds inte in (ägs av oss)"
    assert words.reason("lot", EN) == "the lot fell on others"
    with pytest.raises(KeyError):
        words.reason("unheard_of", SV)


def test_rounds_are_numbered_and_parts_are_one_or_several() -> None:
    round_two = ProgrammeItem(Item.ROUND, DAY, DAY, 2)
    assert words.item(round_two, SV) == "Runda 2 vid stationerna"
    assert words.part(Part.AUTHORITY, SV, 0) == "myndigheter"
    assert words.part(Part.AUTHORITY, EN) == "authority"


def test_percentages_are_never_rounded_to_all_or_none() -> None:
    space = "\N{NO-BREAK SPACE}%"
    told = {0: "0", 1: "under 0,1", 499: "under 0,1", 500: "0,1", 333_333: "33,3", 250_000: "25", 999_499: "99,9"}
    told |= {999_500: "över 99,9", 999_999: "över 99,9", 1_000_000: "100"}
    assert {millionths: words.chance(millionths, SV) for millionths in told} == {
        m: f"{s}{space}" for m, s in told.items()
    }
    assert words.percent(Fraction(1, 3), EN) == "33.3%"


def test_the_objective_is_told_by_its_own_numbers() -> None:
    for language in Language:
        told = [int(number) for number in re.findall(r"\d+", telling.objective(language))]
        assert told == [GRADES, *range(1, GRADES + 1), *STEPS, 1, GRADES]


def test_certificates_are_told_with_what_is_left() -> None:
    assert telling.points(Certificate(1234, 1240), SV).replace("\N{NO-BREAK SPACE}", " ") == (
        "Den här sammansättningen har 1 234 poäng; ingen kan ha fler än 1 240 (0,5 % kvar)."
    )
    assert telling.points(Certificate(1234, 1234), EN) == "This composition has 1,234 points, and none can have more."
    assert telling.pairs(Certificate(576, 580), 780, SV) == "576 av 780 par möts; fler än 580 kan inte mötas så."
    assert telling.pairs(Certificate(580, 580), 780, EN) == "580 of 780 pairs meet, and no more can meet in this way."
    assert telling.meetings(Certificate(22, 23), EN) == "22 meetings have a time; more than 23 cannot have one."
    assert telling.smallest_chance(Certificate(250_000, 251_000), EN) == (
        "Whoever has the smallest chance has 25%; the smallest chance cannot be larger than 25.1%."
    )
    dice = Seed(SeedSource.DICE, "4 2 6", ("Ada", "Bo"))
    assert telling.seed(dice, SV) == "Lotten avgjordes av tärningar inför vittnen: 4 2 6. Vittnen: Ada, Bo."


def test_every_rule_is_told_in_a_sentence_of_its_own() -> None:
    rules = FORUM.rules
    names = {"aktor-left-3": "Ada AB"}
    told = telling.criteria(rules, SV, names)
    assert "Värden kommer själv med 10 av dem: behovsägare 4, inköp 2, it/digitalisering 2, medicinteknik 2." in told
    assert "Ada AB bjuds inte in: har skrivit underlaget till behovet." in told
    assert "aktor-company-3 och aktor-company-6 sitter aldrig i samma grupp." in told
    changed = {
        "inviting": Inviting.OPEN,
        "seats": (30, 36),
        "host": {Part.IT: 1},
        "quotas": {Part.COMPANY: (9, 9)},
        "seats_each": {},
        "house_seats": 3,
        "must": {},
        "conflicts": {},
        "never_together": (),
        "apart": (),
        "coverage": 4,
        "qualify": 2,
        "one_sided": 40,
    }
    assert list(changed) == list(Rules.__dataclass_fields__)
    for language in Language:
        whole = [telling.criteria(replace(rules, **{name: to}), language, names) for name, to in changed.items()]  # type: ignore[arg-type]
        assert len({*whole, telling.criteria(rules, language, names)}) == len(changed) + 1
        assert not any("aktor-" in sentence for sentence in telling.criteria(rules, language))
        assert all(len(set(sentences)) == len(sentences) for sentences in whole)


def test_the_rules_of_the_demo_name_actors_of_the_demo() -> None:
    form = ForumRulesForm.model_validate_json((DEMO / "forum" / "rules.json").read_text("utf-8"))
    rules = rules_of(form.model_dump(mode="json", exclude={"aspects", "parts", "houses"}))
    known = {actor["id"]: actor["name"] for actor in demo("actors")}
    pairs = {each for two in (*rules.never_together, *rules.apart) for each in two}
    assert {*rules.must, *rules.conflicts, *pairs} <= known.keys()
    told = telling.criteria(rules, SV, known)
    assert (
        f"{known['aktor-a07']} måste vara med: patienter som har smittats i vården ska ha en röst i samtalet." in told
    )
    assert not any("aktor-" in sentence for sentence in told)


def test_every_need_of_the_demo_has_aspects_of_its_own() -> None:
    aspects = [aspect for need in demo("needs") for aspect in need["aspects"]]
    assert {len(need["aspects"]) for need in demo("needs")} <= {3, 4}
    assert len({aspect.casefold() for aspect in aspects}) == len(aspects) == 260
    assert max(map(len, aspects)) <= 110


def test_rules_about_pairs_are_told_in_order_of_id() -> None:
    pairs = tuple(combinations(("c", "a", "b"), 2))
    there, back = (telling.criteria(Rules(apart=order), EN, {}) for order in (pairs, pairs[::-1]))
    assert there == back
