"""How quickly answers came in: the busiest minute of a link, and the time that filling in took. Nobody is accused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calc.display import moment, whole

CROWD = 30  # answers of one link in one minute, one every two seconds, from which papers say so
ENOUGH = 30  # times that must be known before their middle is told
HASTY = 10  # seconds; measured: nine touches without reading take six
WHY = (
    "Hal itu wajar pada acara bersama, atau ketika isian yang tertahan di perangkat terkirim sekaligus; bila bukan "
    "karena itu, asal isian perlu ditelusuri."
)


@dataclass(frozen=True)
class Pace:
    """most : most answers in one minute through one link (place and kind); at : that minute, local; None without any

    median : seconds in the middle of the `told` newest times that devices told; None for none
    """

    most: int = 0
    at: datetime | None = None
    median: int | None = None
    told: int = 0

    @property
    def crowded(self) -> bool:
        return self.most >= CROWD

    @property
    def hasty(self) -> bool:
        """Half of the answers took less time than reading the questions does."""
        return self.median is not None and self.told >= ENOUGH and self.median < HASTY

    @property
    def why(self) -> str:
        """What may be behind it."""
        return WHY

    @property
    def caution(self) -> str:
        """One or two Indonesian sentences for papers; '' when nothing is out of the ordinary."""
        found = []
        if self.crowded and self.at is not None:
            found.append(
                f"Sebanyak {whole(self.most)} isian dalam satu menit masuk melalui tautan yang sama "
                f"({moment(self.at)})."
            )
        if self.hasty:
            found.append(f"Separuh isian selesai dalam {whole(self.median)} detik atau kurang.")
        return " ".join([*found, WHY]) if found else ""
