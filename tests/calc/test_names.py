"""The public names of calc, and that importing it loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module, resources

import pytest

import calc


def test_every_public_name_is_there():
    for name in calc.__all__:
        assert getattr(calc, name) is not None


def test_no_public_name_is_also_a_module():
    """Else `from calc import name` would mean one thing before and another after the module is loaded."""
    modules = {entry.name.removesuffix(".py") for entry in resources.files("calc").iterdir()}
    assert not modules.intersection(calc.__all__)


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("instruments.model", type),
        ("scoring.result", type),
        ("scoring.convention", type),
        ("scoring.tally", type),
        ("reading.responses", type),
    ],
)
def test_what_a_caller_gets_back_can_be_named(module, kind):
    """Errors and results that callers catch or annotate are public."""
    found = import_module(f"calc.{module}")
    errors = {
        n
        for n, v in vars(found).items()
        if isinstance(v, kind) and issubclass(v, Exception) and v.__module__ == f"calc.{module}"
    }
    assert errors <= set(calc.__all__)


def test_an_unknown_name_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(calc, "nothing")  # noqa: B009


def test_importing_calc_loads_neither_numpy_nor_reportlab():
    code = "import calc, sys; print([m for m in ('numpy', 'reportlab', 'flask') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
