"""Numbers and papers of the community satisfaction survey: no web, no database, no clock."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# public name -> where it lives; read when first used, so that one part does not load numpy and reportlab for all
_PLACES = {
    "About": "result.About",
    "Band": "instrument.Band",
    "Convention": "convention.Convention",
    "ConventionError": "convention.ConventionError",
    "Element": "instrument.Element",
    "ElementResult": "result.ElementResult",
    "Instrument": "instrument.Instrument",
    "InstrumentError": "instrument_file.InstrumentError",
    "Interval": "result.Interval",
    "Item": "instrument.Item",
    "Part": "rollup.Part",
    "Responses": "responses.Responses",
    "ResponsesError": "columns.ResponsesError",
    "Result": "result.Result",
    "Tally": "tally.Tally",
    "as_json": "result_json.as_json",
    "change": "comparison.change",
    "cochran": "sample.cochran",
    "compute": "index.result",
    "find_convention": "convention.convention",
    "find_instrument": "instrument_file.instrument",
    "find_priority": "priority.derived",
    "find_reliability": "reliability.reliability",
    "grouped": "tally.grouped",
    "krejcie_morgan": "sample.krejcie_morgan",
    "read_instrument": "instrument_file.read_instrument",
    "read_responses": "responses.read_responses",
    "roll_ups": "rollup.roll_ups",
    "rolled": "rollup.rolled",
    "round_half_up": "rounding.round_half_up",
    "samples": "sample.samples",
    "slovin": "sample.slovin",
    "tallies": "tally.tallies",
    "usual_conventions": "convention.usual",
}
__all__ = tuple(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'calc' has no attribute '{name}'")
    module, _, attribute = _PLACES[name].partition(".")
    return getattr(import_module(f"calc.{module}"), attribute)
