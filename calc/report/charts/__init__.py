"""All charts of the papers, each a Picture."""

from __future__ import annotations

from calc.report.charts.bars import classes, distribution, element_bars, scale_of, services
from calc.report.charts.priority import quadrant
from calc.report.charts.trend_line import trend

__all__ = ["classes", "distribution", "element_bars", "quadrant", "scale_of", "services", "trend"]
