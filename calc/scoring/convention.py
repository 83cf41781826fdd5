"""How the index is computed: which weight, which rounding steps, which responses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from calc.instruments.model import Instrument
from calc.rounding import round_half_up

WEIGHTS = ("exact", "0.111", "0.11", "0.071")
STEPS = ("", "-nrr2", "-weighted2", "-nrr2-weighted2")
NAMES = tuple(weight + steps for weight in WEIGHTS for steps in STEPS)

_FORM = re.compile(r"(?P<weight>exact|0\.111|0\.11|0\.071)(?P<mean>-nrr2)?(?P<weighted>-weighted2)?")

# What offices really print, beside exact: see docs/statistics.md, 'Conventions'.
_NINE = ("exact", "0.111", "0.11", "0.111-weighted2", "0.111-nrr2-weighted2")
_FOURTEEN = ("exact", "0.071", "0.071-weighted2", "0.071-nrr2-weighted2")
_ANY = ("exact", "exact-nrr2")


@dataclass(frozen=True)
class Convention:
    """A way to compute the index.

    name : 'exact', '0.111', '0.11', '0.071', each also with '-nrr2' and/or '-weighted2'
    weight : one weight for every element, or None for the instrument's exact weights
    mean_decimals : decimals that the element mean (NRR) is rounded to before it is weighted; None: all
    weighted_decimals : decimals that each weighted mean is rounded to before the sum; None: all
    minimum_answers : a response counts when it answered at least this many items; 0: every response
    """

    name: str
    weight: Fraction | None = None
    mean_decimals: int | None = None
    weighted_decimals: int | None = None
    minimum_answers: int = 0

    @property
    def words(self) -> str:
        """One Indonesian sentence for print."""
        return self._sentence("1/N")

    def words_for(self, instrument: Instrument) -> str:
        """The same sentence with the questionnaire's own weight in it."""
        return self._sentence(f"1/{len(instrument.elements)}" if _is_equal(instrument) else "dari kuesioner")

    def _sentence(self, exact: str) -> str:
        weight = f"{exact} (eksak)" if self.weight is None else self.name.split("-")[0].replace(".", ",")
        steps = []
        if self.mean_decimals is not None:
            steps.append(f"NRR dibulatkan ke {self.mean_decimals} desimal sebelum dikalikan bobot")
        if self.weighted_decimals is not None:
            steps.append(f"NRR tertimbang dibulatkan ke {self.weighted_decimals} desimal sebelum dijumlahkan")
        rounding = " dan ".join(steps) or "hanya hasil akhir yang dibulatkan"
        sentence = f"Bobot setiap unsur {weight}; {rounding}"
        if self.minimum_answers:
            sentence += f"; isian dengan kurang dari {self.minimum_answers} jawaban tidak dihitung"
        return sentence + "."

    def weight_of(self, own: Fraction) -> Fraction:
        """The weight used for an element whose exact weight is `own`."""
        return own if self.weight is None else self.weight


class ConventionError(ValueError):
    """An unknown convention, or one that does not fit a questionnaire; the message lists those that do."""


@cache
def convention(name: str, minimum_answers: int = 0) -> Convention:
    """The convention of that name; a decimal comma and capitals are understood (``0,111-NRR2``).

    Raises
    ------
    ConventionError
        For an unknown name, listing the known ones, or a minimum below 0.
    """
    found = _FORM.fullmatch(name.strip().lower().replace(",", "."))
    if found is None:
        raise ConventionError(
            f"Konvensi hitung '{name}' tidak dikenal. Pilih {', '.join(WEIGHTS)}, "
            "boleh ditambah -nrr2, -weighted2 atau -nrr2-weighted2 (contoh: 0.111-weighted2)."
        )
    if minimum_answers < 0:
        raise ConventionError(f"Jumlah jawaban minimum {minimum_answers} tidak mungkin; tulis 0 atau lebih.")
    weight = found["weight"]
    return Convention(
        name=found[0],
        weight=None if weight == "exact" else Fraction(Decimal(weight)),
        mean_decimals=2 if found["mean"] else None,
        weighted_decimals=2 if found["weighted"] else None,
        minimum_answers=minimum_answers,
    )


def check(instrument: Instrument, chosen: Convention) -> None:
    """Refuse a weight that belongs to another number of elements.

    A printed weight is 1/N cut to two or three decimals: it must share N with the questionnaire, else the
    index leaves its range (14 elements with 0,111 would reach 155). Rounding weighted means must not lead out of
    it either (4/14 = 0,2857 rounded to 0,29 would reach 101,5).

    Raises
    ------
    ConventionError
        Naming the questionnaire and the conventions that fit it.
    """
    if _shares_n(instrument, chosen) and _in_range(instrument, chosen):
        return
    raise ConventionError(
        f"Konvensi '{chosen.name}' tidak cocok untuk {instrument.key} ({len(instrument.elements)} unsur); "
        f"pilih {', '.join(usual_names(instrument))}."
    )


def _shares_n(instrument: Instrument, chosen: Convention) -> bool:
    """Whether a printed weight is 1/N of this questionnaire; its own exact weights always are."""
    if chosen.weight is None:
        return True
    return _is_equal(instrument) and Fraction(97, 100) <= chosen.weight * len(instrument.elements) <= 1


def _in_range(instrument: Instrument, chosen: Convention) -> bool:
    """Whether the best answers to everything stay within the scale."""
    decimals = chosen.weighted_decimals
    best = [instrument.scale * chosen.weight_of(element.weight) for element in instrument.elements]
    steps = best if decimals is None else [Fraction(round_half_up(value, decimals)) for value in best]
    return sum(steps, Fraction(0)) <= instrument.scale


def usual_names(instrument: Instrument) -> tuple[str, ...]:
    """Names of the conventions that offices print for this number of elements."""
    if not _is_equal(instrument):
        return _ANY
    return {9: _NINE, 14: _FOURTEEN}.get(len(instrument.elements), _ANY)


def usual(instrument: Instrument, minimum_answers: int = 0) -> tuple[Convention, ...]:
    """The conventions shown beside the chosen one, exact first.

    Nine elements: 0,111 and 0,11 as sheets and apps multiply, and 0,111 with weighted means cut to the two
    decimals that reports print (with and without cutting the NRR first). Fourteen: the same with 0,071.
    """
    return tuple(convention(name, minimum_answers) for name in usual_names(instrument))


def _is_equal(instrument: Instrument) -> bool:
    return len({element.weight for element in instrument.elements}) == 1
