"""The commands of `skm`, in Indonesian: click asks gettext's default domain, whatever the machine speaks."""

import gettext
import os
from pathlib import Path

gettext.bindtextdomain("messages", str(Path(__file__).parents[1] / "locale"))
os.environ["LANGUAGE"] = "id"
