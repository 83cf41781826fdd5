"""A builder of papers that is held in the middle of its first paper for as long as the test wants.

`python -P -c HELD FOLDER NOW` is started like the real one (`survey.jobs.paper_queue.BUILDER`); only `build` never returns.
"""

HELD = """
import threading
from survey.jobs import paper_builder
paper_builder.build = lambda *_: threading.Event().wait()
paper_builder.main()
"""

# a server whose papers are never finished
SERVER = f"""
import sys
from survey.jobs import paper_queue
paper_queue.BUILDER = {HELD!r}
sys.argv[0] = "skm"
from survey.cli import main
main()
"""

# as the real one, but it begins only when the file `go` lies in the folder
UNTIL_GO = """
import pathlib, sys, time
while not pathlib.Path(sys.argv[1], "go").exists():
    time.sleep(0.05)
from survey.jobs.paper_builder import main
main()
"""
