"""A registered need is read once for several questions, and anew when anything that decides its reading changes."""

from matcha import Batch, Matcha
from matcha.encoding.encoder import HashingEncoder
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.retrieval.reading import Reading
from matcha.service.recent import _MOST, Recent
from matcha.values import ActorKind, Language, Role

NEED = NeedForm(id="n", title="Handhygien", text="Vi vill mäta handhygien hos Zyntrix.", language=Language.SV)
PROFILE = ProfileForm(
    id="p", actor_id="a", title="Sensorer", text="Vi mäter handhygien med sensorer.", language=Language.SV
)


class Counting(HashingEncoder):
    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, text, role):  # type: ignore[no-untyped-def]
        self.read += [text] if role is Role.NEED else []
        return super().encode(text, role)


def system() -> tuple[Matcha, Counting]:
    encoder = Counting()
    matcha = Matcha.in_memory(encoder)
    actor = ActorForm(id="a", name="Ripvik AB", kind=ActorKind.COMPANY)
    matcha.submit(Batch(actors=(actor,), profiles=(PROFILE,), needs=(NEED,)))
    matcha.warm_up()
    encoder.read.clear()
    return matcha, encoder


def test_a_registered_need_is_read_once_and_answered_as_if_it_were_read_each_time() -> None:
    matcha, encoder = system()
    first = matcha.match(need_id="n")
    count = len(encoder.read)
    assert count > 0
    again = matcha.match(need_id="n")
    matcha.explain("p", need_id="n")
    assert len(encoder.read) == count
    assert again.matches == first.matches
    assert matcha.match(f"{NEED.title}\n{NEED.text}").matches == first.matches


def test_what_is_not_registered_is_read_each_time() -> None:
    matcha, encoder = system()
    for _ in range(2):
        encoder.read.clear()
        matcha.match("Vi vill mäta handhygien.")
        assert encoder.read


def test_an_edit_and_a_new_name_make_it_read_anew() -> None:
    matcha, encoder = system()
    matcha.match(need_id="n")
    for batch in (
        Batch(needs=(NEED.model_copy(update={"text": "Vi vill mäta något annat hos Zyntrix."}),)),
        Batch(actors=(ActorForm(id="b", name="Zyntrix AB", kind=ActorKind.COMPANY),)),
    ):
        matcha.submit(batch)
        encoder.read.clear()
        matcha.match(need_id="n")
        assert encoder.read
    assert not any("Zyntrix" in text for text in encoder.read)


def test_only_the_latest_are_kept() -> None:
    recent, made = Recent(), []

    def reading(key: int) -> Reading:
        return recent.reading(key, lambda: made.append(key) or object())  # type: ignore[func-returns-value, arg-type, return-value]

    first = reading(0)
    for key in range(1, _MOST):
        reading(key)
    assert reading(0) is first  # which makes 1 the oldest
    reading(_MOST)
    assert reading(0) is first
    assert made == list(range(_MOST + 1))
    reading(1)
    assert made[-1] == 1
