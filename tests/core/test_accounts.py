"""The chart of accounts holds together."""

from muster.core.accounts import MOVES, OWNERS, UNBOUNDED, AccountKind, Owner

NEED = {kind for kind in AccountKind if kind.value.startswith("need_")}


def test_every_kind_of_account_has_one_kind_of_owner_and_is_used() -> None:
    assert set(OWNERS) == set(AccountKind)
    used = {end for move in MOVES for end in (move.before, move.after)}
    assert used == set(AccountKind)


def test_units_do_not_pass_between_supply_and_need() -> None:
    assert [m for m in MOVES if (m.before in NEED) != (m.after in NEED)] == []


def test_a_need_stays_with_its_line() -> None:
    assert {OWNERS[kind] for kind in NEED} == {Owner.REQUEST_LINE}


def test_only_a_corrected_count_flows_back_into_its_source_and_only_sources_are_unbounded() -> None:
    back = {m for m in MOVES if m.after in UNBOUNDED}
    assert {(m.before, m.after) for m in back} == {(AccountKind.EXTRA, AccountKind.EXTRA_SOURCE)}
    outside = {kind for kind in AccountKind if kind.value.endswith("_source")}
    assert outside | {AccountKind.NEED_OVER} == UNBOUNDED


def test_every_account_can_be_filled_from_a_source() -> None:
    filled = set(UNBOUNDED)
    while more := {m.after for m in MOVES if m.before in filled} - filled:
        filled |= more
    assert filled == set(AccountKind)


def test_each_move_is_listed_once_and_goes_somewhere() -> None:
    pairs = [(m.before, m.after) for m in MOVES]
    assert len(set(pairs)) == len(pairs)
    assert [m for m in MOVES if m.before is m.after] == []


def test_what_is_withdrawn_lost_or_disposed_of_never_comes_back() -> None:
    gone = {AccountKind.WITHDRAWN, AccountKind.LOST, AccountKind.DISPOSED}
    assert {m.before for m in MOVES} & gone == set()


def test_what_was_not_taken_comes_back_only_to_the_offer_it_was_counted_out_of() -> None:
    back = {m.after for m in MOVES if m.before is AccountKind.NOT_TAKEN}
    assert back == {AccountKind.AVAILABLE}
