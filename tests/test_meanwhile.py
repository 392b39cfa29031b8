"""What is worked out beside whoever asks, and kept for the moment it is of."""

from __future__ import annotations

from matcha.service.meanwhile import Meanwhile


def test_it_is_kept_until_the_moment_changes_and_only_so_many() -> None:
    moment = [1]
    worked: list[str] = []

    def work(asked: str) -> str:
        worked.append(asked)
        return asked * 2

    kept: Meanwhile[str, str] = Meanwhile("x", work, lambda _: moment[0], 2)
    assert [kept.now(asked) for asked in "aab"] == ["aa", "aa", "bb"]
    assert worked == ["a", "b"]
    moment[0] = 2
    assert kept.now("a") == "aa"
    assert worked == ["a", "b", "a"]
    assert kept.now("c") == "cc"
    assert kept.at_hand("c") == ("cc", True)
    assert kept.at_hand("b") == (None, False)
    kept.end()


def test_where_something_always_changes_the_latest_is_shown_but_never_as_of_this_moment() -> None:
    moment = [0]

    def work(asked: str) -> str:
        moment[0] += 1
        return f"{asked} {moment[0]}"

    kept: Meanwhile[str, str] = Meanwhile("x", work, lambda _: moment[0])
    assert kept.now("a") == "a 1"
    moment[0] = 0  # as it was when the work began, and yet not as it was meanwhile
    assert kept.at_hand("a") == ("a 1", False)
    kept.end()
    assert kept.at_hand("a") == ("a 1", False)
    kept.end()
    assert kept.now("a") == "a 3"
