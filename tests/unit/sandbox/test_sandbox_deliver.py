"""The courier against a real receiver: signature, retries, mishaps, and nothing but loopback."""

import socket
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sandbox_receiver import SECRET, Receiver

from market40.sandbox.accounts import Listener
from market40.sandbox.deliver import RETRY_MINUTES, STALE_SECONDS, Answer, Courier, accepted
from market40.sandbox.errors import TargetRefused
from market40.sandbox.loopback import check_target, get
from market40.sandbox.mishaps import HELD_SECONDS, LATE_SECONDS, NONE, Mishaps, delays
from market40.sandbox.notice import Notice

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
GOOD = b'{"success":true}'


class Hands:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def minutes(self) -> float:
        return round((self.now - START).total_seconds(), 3) / 60


def notice(number: int = 1) -> Notice:
    return Notice(number, "ACB", START, "123", f"ZJ{number}", "in", 1_000 * number, 0, f"{number}")


def run(courier: Courier, hands: Hands) -> list[tuple[float, int | None, bool]]:
    """Move the clock from one errand to the next until none is left."""
    seen = []
    while (due := courier.next_due()) is not None:
        # instants end at microseconds, the draws do not
        hands.now = datetime.fromtimestamp(due, UTC) + timedelta(microseconds=1)
        seen += [(hands.minutes(), a.status, a.accepted) for a in courier.send_due()]
    return seen


def test_a_notice_arrives_signed(receiver: Receiver) -> None:
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    courier.take(notice(), Listener(receiver.url + "/hooks/sepay/x", SECRET))
    assert run(courier, hands) == [(0, 200, True)]
    assert [body["content"] for body in receiver.got] == ["ZJ1"]
    assert receiver.timestamps == [int(START.timestamp())]
    assert receiver.forged == 0


def test_another_secret_does_not_verify(receiver: Receiver) -> None:
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    courier.take(notice(), Listener(receiver.url, SECRET + "x"))
    run(courier, hands)
    assert (receiver.got, receiver.forged) == ([], 1)


@pytest.mark.parametrize(
    "answer",
    [(500, GOOD), (302, GOOD), (200, b""), (200, b"<html>"), (200, b'{"success":"true"}'),
     (200, b"[true]"), (200, b'{"success":false}')],
)  # fmt: skip
def test_it_tries_eight_times_and_gives_up(receiver: Receiver, answer: tuple[int, bytes]) -> None:
    receiver.answers = [answer]
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    courier.take(notice(), Listener(receiver.url, SECRET))
    tries = run(courier, hands)
    assert [round(at, 6) for at, _, _ in tries] == [0, 1, 2, 4, 7, 12, 20, 33]
    assert not any(good for _, _, good in tries)
    assert courier.given_up == 1
    # each try is signed anew, so that a late one does not look stale
    assert receiver.timestamps == [int(START.timestamp()) + 60 * m for m in RETRY_MINUTES]


def test_it_stops_at_the_first_good_answer(receiver: Receiver) -> None:
    receiver.answers = [(503, b""), (200, b"oops"), (201, GOOD)]
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE, minute=0.5)
    courier.take(notice(), Listener(receiver.url, SECRET))
    assert [(round(at * 60, 3), status) for at, status, _ in run(courier, hands)] == [
        (0, 503),
        (0.5, 200),
        (1, 201),
    ]
    assert courier.given_up == 0


def test_a_receiver_that_is_down_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    courier.take(notice(), Listener(f"http://127.0.0.1:{port}/", SECRET))
    assert [status for _, status, _ in run(courier, hands)] == [None] * 8


def test_mishaps_repeat_and_reorder_but_lose_nothing(receiver: Receiver) -> None:
    hands = Hands()
    mishaps = Mishaps(twice=0.3, late=0.1, out_of_order=0.3)
    courier = Courier(rng=Random(7), clock=hands, mishaps=mishaps)
    for number in range(60):
        hands.now = START + timedelta(seconds=number)
        courier.take(notice(number), Listener(receiver.url, SECRET))
    run(courier, hands)
    ids = [body["id"] for body in receiver.got]
    assert set(ids) == set(range(60))
    assert 66 < len(ids) < 95
    firsts = list(dict.fromkeys(ids))
    assert firsts != sorted(firsts)


def test_a_stale_one_is_rightly_signed_with_an_old_time(receiver: Receiver) -> None:
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=Mishaps(0, 0, 0, stale=1))
    courier.take(notice(), Listener(receiver.url, SECRET))
    run(courier, hands)
    assert receiver.timestamps == [int(START.timestamp()) - STALE_SECONDS]


ALWAYS_ASTRAY = Mishaps(twice=1, late=1, out_of_order=0, stale=1)


def test_a_person_s_notice_is_sent_at_once_whatever_befalls_the_others(receiver: Receiver) -> None:
    courier = Courier(rng=Random(1), clock=Hands(), mishaps=ALWAYS_ASTRAY)
    (attempt,) = courier.hand_over(notice(), Listener(receiver.url, SECRET), "now")
    assert (attempt.status, attempt.accepted, attempt.again_at) == (200, True, None)
    assert receiver.timestamps == [int(START.timestamp())]
    assert courier.next_due() is None


def test_a_person_may_have_it_sent_twice_or_late(receiver: Receiver) -> None:
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=ALWAYS_ASTRAY)
    twice = courier.hand_over(notice(1), Listener(receiver.url, SECRET), "twice")
    assert [each.status for each in twice] == [200, 200]
    assert courier.hand_over(notice(2), Listener(receiver.url, SECRET), "late") == ()
    assert [round(at * 60, 3) for at, _, _ in run(courier, hands)] == [LATE_SECONDS]
    assert [body["id"] for body in receiver.got] == [1, 1, 2]


def test_one_out_of_order_waits_for_the_next_of_its_account(receiver: Receiver) -> None:
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    to = Listener(receiver.url, SECRET)
    elsewhere = Notice(9, "ACB", START, "456", "ZJ9", "in", 1_000, 0, "9")
    assert courier.hand_over(notice(1), to, "out_of_order") == ()
    courier.hand_over(elsewhere, to, "now")
    courier.hand_over(notice(2), to, "now")
    assert [at for at, _, _ in run(courier, hands)] == [0]
    courier.hand_over(notice(3), to, "out_of_order")
    courier.take(notice(4), to)
    run(courier, hands)
    assert [body["id"] for body in receiver.got] == [9, 2, 1, 4, 3]


def test_one_out_of_order_does_not_wait_for_ever(receiver: Receiver) -> None:
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    courier.hand_over(notice(), Listener(receiver.url, SECRET), "out_of_order")
    assert [round(at * 60, 3) for at, _, _ in run(courier, hands)] == [HELD_SECONDS]


def test_a_person_s_notice_that_was_not_taken_is_tried_again(receiver: Receiver) -> None:
    receiver.answers = [(503, b""), (200, GOOD)]
    hands = Hands()
    courier = Courier(rng=Random(1), clock=hands, mishaps=NONE)
    (attempt,) = courier.hand_over(notice(), Listener(receiver.url, SECRET), "now")
    assert (attempt.status, attempt.accepted) == (503, False)
    assert [(round(at, 6), status) for at, status, _ in run(courier, hands)] == [(1, 200)]


def test_threads_deliver_what_becomes_due(receiver: Receiver) -> None:
    courier = Courier(rng=Random(1), clock=lambda: datetime.now(UTC), mishaps=NONE, minute=0.05)
    receiver.answers = [(500, b""), (200, GOOD)]
    threads = courier.start(workers=3)
    for number in range(20):
        courier.take(notice(number), Listener(receiver.url, SECRET))
    assert courier.wait_empty(10)
    courier.stop()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)
    assert {body["id"] for body in receiver.got} == set(range(20))


def test_delays_repeat_for_equal_seeds() -> None:
    one, two = ([delays(Random(n), Mishaps()) for n in range(50)] for _ in range(2))
    assert one == two
    assert delays(Random(1), NONE) == (0.0,)


def test_only_success_true_is_success() -> None:
    assert accepted(Answer(200, b' {"success": true, "more": 1}'))
    assert not accepted(Answer(200, b"[" * 100_000))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.vn/hook",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.vn/",
        "http://localhost.example.vn/",
        "http://0.0.0.0/",
        "http://[::ffff:10.0.0.1]/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1@example.vn/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "//127.0.0.1/",
        "http://127.0.0.1:port/",
        "http://[127.0.0.1/",
        "",
        "http://127.0.0.1/" + "a" * 2_000,
    ],
)
def test_nothing_but_this_machine_is_a_target(url: str) -> None:
    courier = Courier(rng=Random(1), clock=Hands(), mishaps=NONE)
    with pytest.raises(TargetRefused):
        courier.take(notice(), Listener(url, SECRET))
    assert courier.next_due() is None
    with pytest.raises(TargetRefused):
        get(url, timeout=1)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8040/x", "http://127.9.9.9/", "http://localhost/", "http://[::1]:1/"]
)
def test_this_machine_is_a_target(url: str) -> None:
    assert check_target(url).scheme == "http"
