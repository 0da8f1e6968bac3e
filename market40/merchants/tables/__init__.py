"""Rows of markets and stalls, of what was printed for them, and of inspections."""

from market40.merchants.tables.inspections import (
    AlarmAnswer,
    Inspection,
    InspectionList,
    InspectionRound,
    NameReport,
)
from market40.merchants.tables.printing import (
    PrintDelivery,
    PrintedCode,
    PrintPart,
    PrintRun,
    PrintWork,
)
from market40.merchants.tables.stalls import (
    AccountUsage,
    BeneficiaryAccount,
    CheckCode,
    Household,
    IssuedCode,
    Market,
    Stall,
    StallAccount,
    StallReference,
    StallSpan,
    StallVendor,
    Vendor,
    Zone,
)

__all__ = [
    "AccountUsage",
    "AlarmAnswer",
    "BeneficiaryAccount",
    "CheckCode",
    "Household",
    "Inspection",
    "InspectionList",
    "InspectionRound",
    "IssuedCode",
    "Market",
    "NameReport",
    "PrintDelivery",
    "PrintPart",
    "PrintRun",
    "PrintWork",
    "PrintedCode",
    "Stall",
    "StallAccount",
    "StallReference",
    "StallSpan",
    "StallVendor",
    "Vendor",
    "Zone",
]
