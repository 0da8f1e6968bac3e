"""Invented names as they are borne in Hà Giang: Mông, Tày, Dao and Kinh, by district."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class People:
    """How a people's names are put together: family name, then woman's or man's rest."""

    families: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


MONG: Final = People(
    _words("Giàng,Sùng,Vàng,Thào,Lầu,Mua,Ly,Cứ,Sính,Thò,Già,Hầu,Vừ,Hạng,Và"),
    _words("Thị Mỷ,Thị Dính,Thị Say,Thị Chía,Thị Máy,Thị Pà,Thị Súng,Thị Mai,Thị Lía,Thị Sua"),
    _words("Mí Lúa,Mí Sính,Mí Pó,Mí Chứ,Mí Già,A Páo,Mí Nô,Mí Súng,Chứ Páo,Mí Vàng,Mí Hồng"),
)
TAY: Final = People(
    _words("Nông,Hoàng,Ma,Nguyễn,Lộc,Lương,Mai,Hà,La,Bế,Lục,Phan"),
    _words("Thị Nhung,Thị Lan,Thị Hiền,Thị Thơm,Thị Bích,Thị Duyên,Thị Quyên,Thị Sen,Thị Nga"),
    _words("Văn Tuyên,Văn Hòa,Văn Thành,Đức Thuận,Văn Sơn,Văn Huy,Văn Chung,Văn Đồng"),
)
DAO: Final = People(
    _words("Triệu,Đặng,Phàn,Lý,Tẩn,Bàn,Chảo,Phượng,Chìu"),
    _words("Mùi Pham,Thị Mẩy,Mùi Ghển,Mùi Khe,Thị Phấy,Mùi Nhậy,Thị Viện,Mùi Chiêu"),
    _words("Sành Chòi,Tòn Sinh,Chòi Vạng,Tòn Phin,Chẩn Phù,Sành Phin,Văn Quyên,Dùn Pao"),
)
KINH: Final = People(
    _words("Nguyễn,Trần,Phạm,Lê,Đỗ,Vũ,Bùi,Đào,Ngô"),
    _words(
        "Thị Hương,Thị Thu Hà,Thị Hoa,Thị Thủy,Thị Minh,Thị Hằng,Thị Loan,Thị Tuyết,Thị Hồng,"
        "Thị Kim Dung"
    ),
    _words("Văn Hùng,Đức Thắng,Văn Tuấn,Quang Minh,Văn Dũng,Mạnh Cường,Văn Bình,Xuân Trường"),
)

# Rough shares, made up after who lives where: the stone plateau is Mông, the west Dao, La Chí
# (under the Tày's and Dao's names here) and Nùng, the valleys and towns Tày and Kinh.
_PLATEAU: Final = ((MONG, 70), (TAY, 10), (DAO, 8), (KINH, 12))
_WEST: Final = ((MONG, 15), (TAY, 30), (DAO, 40), (KINH, 15))
_VALLEY: Final = ((MONG, 6), (TAY, 44), (DAO, 20), (KINH, 30))
_TOWN: Final = ((MONG, 6), (TAY, 34), (DAO, 10), (KINH, 50))
_WOMEN_IN_100: Final = 72


def _mix(legacy_commune: str) -> tuple[tuple[People, int], ...]:
    """Choose by the old commune's code, which runs district by district."""
    code = int(legacy_commune)
    if code <= 700 or code in (946, 949):
        return _TOWN
    if 712 <= code <= 910:
        return _PLATEAU
    return _WEST if 1021 <= code <= 1150 else _VALLEY


def vendor_name(rng: Random, legacy_commune: str) -> str:
    """Return an invented vendor's name: "Giàng Thị Mỷ"."""
    mix = _mix(legacy_commune)
    people = rng.choices([each for each, _ in mix], [weight for _, weight in mix])[0]
    given = people.women if rng.randrange(100) < _WOMEN_IN_100 else people.men
    return f"{rng.choice(people.families)} {rng.choice(given)}"
