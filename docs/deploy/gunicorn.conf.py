"""gunicorn for several processes on PostgreSQL; a SQLite file gets one, because only one may serve it.

SKM_INSTANCE=/srv/skm gunicorn --config gunicorn.conf.py 'survey.app:create_app()'
"""

import multiprocessing
import sys

from survey import installation, log

_settings = installation.load_config(installation.default_folder())

bind = "127.0.0.1:8000"
workers = 1 if installation.one_process(_settings) else 2 * multiprocessing.cpu_count()
worker_class = "gthread"
threads = 8
keepalive = 5  # seconds; the proxy in front keeps its connections open
timeout = 60  # seconds without a sign of life until a worker is replaced
graceful_timeout = 15  # seconds that running requests get at SIGTERM
preload_app = False  # each process opens its own connections
limit_request_line = 4094
limit_request_field_size = 8190
forwarded_allow_ips = "127.0.0.1"  # the proxy; how many are believed says PROXIES
accesslog = None  # the toolkit writes its own line for each request, without addresses


def post_worker_init(worker):
    """Each process writes the toolkit's lines to where gunicorn's own go."""
    log.to_stream(sys.stderr)
