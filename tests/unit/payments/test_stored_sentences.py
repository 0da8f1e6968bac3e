"""A stored sentence is read back to what it was made from, so that it can be said in English."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from market40.core.references import ALPHABET
from market40.core.texts import Text
from market40.payments.domain import sentences

REFERENCE = st.text(ALPHABET, min_size=10, max_size=10)
STALL = st.text("ABC Đ0123456789-/.", min_size=1, max_size=20).filter(str.strip)
AMOUNT = st.integers(1, 499_999_999)
SAID = st.one_of(
    st.builds(sentences.intent_reference, REFERENCE, STALL, AMOUNT, AMOUNT),
    st.builds(lambda r, s, a: sentences.intent_reference(r, s, a, a), REFERENCE, STALL, AMOUNT),
    st.builds(sentences.too_late, REFERENCE, STALL),
    st.builds(sentences.stall_reference, REFERENCE, STALL),
    st.builds(sentences.only_intent, AMOUNT, STALL),
    st.builds(sentences.equal_intents, st.integers(2, 50), AMOUNT, STALL),
    st.builds(lambda s, v: sentences.walk_in(s, virtual=v), STALL, st.booleans()),
    st.builds(sentences.unclassified),
    st.builds(sentences.placed_by_hand, STALL),
    st.builds(lambda s, v: sentences.said_by_vendor(s, sale=v), STALL, st.booleans()),
    st.builds(sentences.taken_back),
    st.sampled_from(sorted(sentences.SUSPENSE.values())),
)


@given(SAID)
def test_every_sentence_is_read_back(said):
    assert isinstance(said, Text)
    found = sentences.read_back(str(said))
    assert isinstance(found, Text)
    assert (found, found.source) == (said, said.source)
    assert {k: str(v) for k, v in found.values.items()} == {
        k: str(v) for k, v in said.values.items()
    }
    for name, value in said.values.items():
        assert getattr(found.values[name], "value", None) == getattr(value, "value", None)


@given(st.text(max_size=60))
def test_what_no_rule_said_stays_as_it_is(text):
    assert sentences.read_back(text) == text
