"""A builder of papers that is held in the middle of its first paper for as long as the test wants.

`python -P -c HELD FOLDER NOW` is started like the real one (`survey.paper_queue.BUILDER`); only `build` never returns.
"""

HELD = """
import threading
from survey import paper_builder
paper_builder.build = lambda *_: threading.Event().wait()
paper_builder.main()
"""

# a server whose papers are never finished
SERVER = f"""
import sys
from survey import paper_queue
paper_queue.BUILDER = {HELD!r}
sys.argv[0] = "skm"
from survey.cli import main
main()
"""
