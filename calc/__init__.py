"""Numbers and papers of the community satisfaction survey: no web, no database, no clock."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# public name -> where it lives; read when first used, so that one part does not load numpy and reportlab for all
_PLACES = {
    "About": "scoring.result.About",
    "Band": "instruments.model.Band",
    "Convention": "scoring.convention.Convention",
    "ConventionError": "scoring.convention.ConventionError",
    "Element": "instruments.model.Element",
    "ElementResult": "scoring.result.ElementResult",
    "Instrument": "instruments.model.Instrument",
    "InstrumentError": "instruments.reader.InstrumentError",
    "Interval": "scoring.result.Interval",
    "Item": "instruments.model.Item",
    "Part": "scoring.rollup.Part",
    "Responses": "reading.responses.Responses",
    "ResponsesError": "reading.columns.ResponsesError",
    "Result": "scoring.result.Result",
    "Tally": "scoring.tally.Tally",
    "as_json": "render.result_json.as_json",
    "change": "scoring.comparison.change",
    "cochran": "scoring.sample_size.cochran",
    "compute": "scoring.index.result",
    "find_convention": "scoring.convention.convention",
    "find_instrument": "instruments.reader.instrument",
    "find_priority": "statistics.priority.derived",
    "find_reliability": "statistics.reliability.reliability",
    "grouped": "scoring.tally.grouped",
    "krejcie_morgan": "scoring.sample_size.krejcie_morgan",
    "read_instrument": "instruments.reader.read_instrument",
    "read_responses": "reading.reader.read_responses",
    "roll_ups": "scoring.rollup.roll_ups",
    "rolled": "scoring.rollup.rolled",
    "round_half_up": "rounding.round_half_up",
    "samples": "statistics.sample.samples",
    "slovin": "scoring.sample_size.slovin",
    "tallies": "scoring.tally.tallies",
    "usual_conventions": "scoring.convention.usual",
}
__all__ = tuple(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'calc' has no attribute '{name}'")
    module, _, attribute = _PLACES[name].rpartition(".")
    return getattr(import_module(f"calc.{module}"), attribute)
