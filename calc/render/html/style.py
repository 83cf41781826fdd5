"""How the HTML form of a paper looks: paper.css and the papers' own colours. Always the same, so it has one hash."""

from __future__ import annotations

from importlib import resources

from calc.report.charts import colours

NAMES = ("INK", "MUTED", "LINE", "TINT", "ACCENT", "ACCENT_TINT", "NOTE", "NOTE_TINT")
ROOT = "".join(f"--{name.lower().replace('_', '-')}:{getattr(colours, name)};" for name in NAMES)
GRADES = "".join(f".grade-{grade}{{background:{colour}}}\n" for grade, colour in colours.GRADES.items())
# shares of columns as classes: a style attribute would need a hole in the page's policy
WIDTHS = "".join(f".w{share}{{width:{share}%}}\n" for share in range(1, 101))
RULES = (resources.files("calc.render.html") / "paper.css").read_text("utf-8")

STYLE = f":root{{{ROOT}}}\n{RULES}{GRADES}{WIDTHS}"
