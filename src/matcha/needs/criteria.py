"""The five criteria that needs are screened by, in words (S7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcha.process import Criterion


@dataclass(frozen=True, slots=True)
class Named:
    """A criterion's name and what to think of when a need is judged by it."""

    sv: str
    en: str
    guidance_sv: str
    guidance_en: str


NAMES: Mapping[Criterion, Named] = {
    Criterion.ECONOMIC: Named(
        "ekonomi",
        "economy",
        "Vad kostar problemet i dag, och vad kan en lösning spara eller frigöra?",
        "What does the problem cost today, and what could a solution save or set free?",
    ),
    Criterion.POLITICAL: Named(
        "politik",
        "politics",
        "Hur väl stämmer behovet med beslutade mål, och vem står bakom det?",
        "How well does the need fit decided goals, and who stands behind it?",
    ),
    Criterion.TECHNOLOGICAL: Named(
        "teknik",
        "technology",
        "Hur moget är det som behövs, och passar det med de system som finns?",
        "How mature is what is needed, and does it fit the systems in place?",
    ),
    Criterion.LEGAL: Named(
        "juridik",
        "law",
        "Går det att göra inom lagen i dag, och vad måste utredas först?",
        "Can it be done within the law today, and what must be examined first?",
    ),
    Criterion.CLIMATE: Named(
        "klimat",
        "climate",
        "Hur mycket minskar utsläpp, avfall och resursanvändning över hela livscykeln?",
        "How much less emissions, waste and use of resources over the whole life cycle?",
    ),
}
