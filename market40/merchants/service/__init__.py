"""Use cases of markets, stalls, accounts and codes, each within the caller's transaction."""

from market40.merchants.service.accounts import FirstAccount, add_first_accounts
from market40.merchants.service.alarms import (
    NAME_LIMIT,
    NOTE_LIMIT,
    answer_alarm,
    report_name,
)
from market40.merchants.service.codes import (
    IssuedNow,
    card_of,
    cards_of_market,
    change_stall,
    payload_of,
    payload_of_card,
    printable,
    reissue_code,
    revoke_code,
)
from market40.merchants.service.inspecting import (
    ROUND_DAYS,
    Observation,
    Recorded,
    begin_round,
    plan_record,
    record,
)
from market40.merchants.service.listing import SignedList, stamp, take_list
from market40.merchants.service.pins import (
    RESET_REASON_LIMIT,
    DrawnPin,
    GivenPin,
    draw_pin,
    drawn,
    give_pins,
    reset_pin,
    vendor_with_login,
    vendors_with_login,
    vendors_without_login,
)
from market40.merchants.service.planning import RegisteredStall
from market40.merchants.service.print_files import (
    FinishedFile,
    finished_file,
    forget_prints,
    go_on_printing,
    stop_printing,
)
from market40.merchants.service.print_steps import file_part, plan_print_step
from market40.merchants.service.prints import (
    WHICH,
    PrintPlanned,
    cards_of_run,
    note_delivery,
    plan_print,
    to_print,
)
from market40.merchants.service.registering import (
    against_market,
    register_market,
    register_stalls,
)
from market40.merchants.service.walk import StallToWalk, stalls_to_walk

__all__ = [
    "NAME_LIMIT",
    "NOTE_LIMIT",
    "RESET_REASON_LIMIT",
    "ROUND_DAYS",
    "WHICH",
    "DrawnPin",
    "FinishedFile",
    "FirstAccount",
    "GivenPin",
    "IssuedNow",
    "Observation",
    "PrintPlanned",
    "Recorded",
    "RegisteredStall",
    "SignedList",
    "StallToWalk",
    "add_first_accounts",
    "against_market",
    "answer_alarm",
    "begin_round",
    "card_of",
    "cards_of_market",
    "cards_of_run",
    "change_stall",
    "draw_pin",
    "drawn",
    "file_part",
    "finished_file",
    "forget_prints",
    "give_pins",
    "go_on_printing",
    "note_delivery",
    "payload_of",
    "payload_of_card",
    "plan_print",
    "plan_print_step",
    "plan_record",
    "printable",
    "record",
    "register_market",
    "register_stalls",
    "reissue_code",
    "report_name",
    "reset_pin",
    "revoke_code",
    "stalls_to_walk",
    "stamp",
    "stop_printing",
    "take_list",
    "to_print",
    "vendor_with_login",
    "vendors_with_login",
    "vendors_without_login",
]
