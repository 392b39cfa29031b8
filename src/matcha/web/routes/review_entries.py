"""What an entry of the match log says, in a plain sentence, and what each of its commitments is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matcha.api.shapes.log import EntryShape
from matcha.matchlog.entry import Kind
from matcha.process import ActKind, Ruling
from matcha.records.erasure import Ground
from matcha.records.need import Purpose
from matcha.service.account_entries import What
from matcha.values import ActorKind, Choice, Exclusion
from matcha.web.saying import Words

Said = Mapping[str, Any]


def sentence(entry: EntryShape, words: Words) -> str:
    """Give what an entry says in the open, in a sentence or two."""
    return _BY_KIND[entry.kind](entry.said, words)


def commitment(name: str, words: Words) -> str:
    """Give what a commitment of an entry is of."""
    if name.startswith("match/"):
        return words.gettext("träffen på plats %(place)s, som den visades") % {"place": name.removeprefix("match/")}
    known = {
        "asked": words.gettext("frågan, i ord"),
        "reading": words.gettext("frågan, som språkmodellen läste den"),
        "caller": words.gettext("vem som frågade, och skälet till ett urval"),
        "standings": words.gettext("allas placeringar och poäng"),
        "secret": words.gettext("det hemliga tal som döljer andras placeringar"),
        "explanation": words.gettext("förklaringen, som den visades"),
        "profile": words.gettext("profilens text och vems den är"),
        "need": words.gettext("behovets text"),
        "decision": words.gettext("vem som bestämde, om vem och varför"),
        "act": words.gettext("vad som gjordes, och av vem"),
        "proposal": words.gettext("förslaget, och beskedet om det"),
        "account": words.gettext("kontots roller, och vem som ändrade dem"),
        "key": words.gettext("nyckelns roller och giltighetstid"),
        "composition": words.gettext("forumets sammansättning"),
        "problem": words.gettext("forumets regler och kandidater"),
        "ranks": words.gettext("kandidaternas placeringar"),
    }
    return known.get(name, name)


def _match(said: Said, words: Words) -> str:
    considered = said["considered"]
    left_out = sum(considered["excluded"].values())
    told = words.gettext("%(asked)s matchades mot alla %(registered)s registrerade profiler: %(scored)s bedömdes.") % {
        "asked": _asked(said, words),
        "registered": words.number(considered["registered"]),
        "scored": words.number(considered["scored"]),
    }
    if left_out:
        why = ", ".join(
            f"{words.number(count)} {words.label(Exclusion(name))}"
            for name, count in sorted(considered["excluded"].items())
        )
        told += " " + words.gettext("Undantagna: %(why)s.") % {"why": why}
    if said["only"]:
        told += " " + words.gettext("Frågan gällde bara en sorts aktör: %(kind)s.") % {
            "kind": words.label(ActorKind(said["only"]))
        }
    return told


def _asked(said: Said, words: Words) -> str:
    if said["need"] is None:
        return words.gettext("En fråga i fri text")
    return words.gettext("Ett behov (post %(need)s)") % {"need": said["need"]}


def _explanation(said: Said, words: Words) -> str:
    if said["of"] is not None:
        return words.gettext("Allas placeringar i matchning %(of)s loggades, för ett kvitto.") % {"of": said["of"]}
    if said["profile"] is None:
        return words.gettext("%(asked)s ställdes till alla aktörer, för ett beslut eller ett forum.") % {
            "asked": _asked(said, words)
        }
    return words.gettext("%(asked)s: det förklarades varför en profil (post %(profile)s) står där den står.") % {
        "asked": _asked(said, words),
        "profile": said["profile"],
    }


def _profile(said: Said, words: Words) -> str:
    if said["withdrawn"]:
        return words.gettext("En profil togs ur matchningen.")
    if said["previous"] is None:
        return words.gettext("En ny profil registrerades.")
    return words.gettext("En profil fick en ny version; den förra är post %(previous)s.") % dict(said)


def _need(said: Said, words: Words) -> str:
    if said["previous"] is None:
        return words.gettext("Ett nytt behov registrerades.")
    return words.gettext("Ett behov fick en ny lydelse; den förra är post %(previous)s.") % dict(said)


def _override(said: Said, words: Words) -> str:
    choice = words.label(Choice(said["choice"]))
    if said["machine_rank"] is None:
        return words.gettext("En person bestämde om en aktör som inte var rangordnad: %(choice)s.") % {"choice": choice}
    return words.gettext("En person bestämde om aktören på plats %(rank)s: %(choice)s.") % {
        "rank": said["machine_rank"],
        "choice": choice,
    }


def _invite_list(said: Said, words: Words) -> str:
    count = len(said["invited"])
    told = words.ngettext(
        "En inbjudningslista slogs fast: %(count)s inbjuden.",
        "En inbjudningslista slogs fast: %(count)s inbjudna.",
        count,
    )
    return told % {"count": words.number(count)}


def _erasure(said: Said, words: Words) -> str:
    return words.gettext("Uppgifter vid %(count)s poster gallrades ut. Grund: %(ground)s.") % {
        "count": words.number(len(said["of"])),
        "ground": words.label(Ground(said["ground"])),
    }


def _purpose(said: Said, words: Words) -> str:
    purpose = words.label(Purpose(said["purpose"]))
    return words.gettext("Ett behov matchas från och med nu för att %(purpose)s.") % {"purpose": purpose}


def _lock(said: Said, words: Words) -> str:
    if "refused" in said:
        return words.gettext("Något nekades, för ett behov under upphandling: %(what)s.") % {
            "what": _refused(said["refused"], words)
        }
    if said["locked"]:
        return words.gettext("En upphandling började: behovet låstes för matchning och inbjudningar.")
    return words.gettext("En upphandling är över: behovet öppnades igen.")


def _refused(what: str, words: Words) -> str:
    return words.label(Kind.MATCH) if what == "match" else words.label(ActKind(what))


def _config(said: Said, words: Words) -> str:
    return words.gettext("Det som rangordningen görs med ändrades: statistik, programbibliotek eller språkmodell.")


def _key(said: Said, words: Words) -> str:
    if "lost" in said:
        return words.gettext("Loggen gick vidare under nytt namn och ny nyckel, efter att poster gått förlorade.")
    if said["previous"] is None:
        return words.gettext("Loggen började, med sin första nyckel.")
    return words.gettext("Loggen bytte nyckel.")


def _act(said: Said, words: Words) -> str:
    act = words.label(ActKind(said["act"]))
    return words.gettext("Hände i ett behov (post %(need)s): %(act)s.") % {"need": said["need"], "act": act}


def _proposal(said: Said, words: Words) -> str:
    return words.gettext("Ett profilförslag: %(ruling)s.") % {"ruling": words.label(Ruling(said["ruling"]))}


def _weighting(said: Said, words: Words) -> str:
    return words.gettext("Vikterna för att prioritera behov publicerades, version %(version)s.") % dict(said)


def _account(said: Said, words: Words) -> str:
    return words.gettext("%(what)s. Bara ett slumpat id loggas, aldrig vem.") % {
        "what": _capital(words.label(What(said["what"])))
    }


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


_BY_KIND: Mapping[Kind, Callable[[Said, Words], str]] = {
    Kind.MATCH: _match,
    Kind.EXPLANATION: _explanation,
    Kind.PROFILE_VERSION: _profile,
    Kind.NEED: _need,
    Kind.OVERRIDE: _override,
    Kind.INVITE_LIST: _invite_list,
    Kind.ERASURE: _erasure,
    Kind.PURPOSE: _purpose,
    Kind.PHASE_LOCK: _lock,
    Kind.CONFIG: _config,
    Kind.KEY: _key,
    Kind.ACT: _act,
    Kind.PROPOSAL: _proposal,
    Kind.WEIGHTING: _weighting,
    Kind.ACCOUNT: _account,
}
