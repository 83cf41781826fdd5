"""gunicorn for several processes on PostgreSQL; a SQLite file gets one, because only one may serve it.

SKM_INSTANCE=/srv/skm gunicorn --config gunicorn.conf.py 'survey.app:create_app()'
"""

import multiprocessing
import sys
import time

from survey import serving
from survey.operations import installation
from survey.system import lock, request_log

_settings = installation.load_config(installation.default_folder())
_alone = installation.one_process(_settings)

bind = "127.0.0.1:8000"
workers = 1 if _alone else 2 * multiprocessing.cpu_count()
worker_class = "gthread"
threads = 8
keepalive = 5  # seconds; the proxy in front keeps its connections open
timeout = 60  # seconds without a sign of life until a worker is replaced
graceful_timeout = 15  # seconds that running requests get at SIGTERM
preload_app = False  # each process opens its own connections
limit_request_line = 4094
limit_request_field_size = 8190
forwarded_allow_ips = "127.0.0.1"  # the proxy; how many are believed says PROXIES
control_socket_disable = True  # one more door, in a home folder that a service does not have
accesslog = None  # the toolkit writes its own line for each request, without addresses


def post_fork(server, worker):
    """At a reload (HUP) the new process waits for the old one to finish: refused, it would end the whole server."""
    deadline = time.monotonic() + graceful_timeout + 5
    while _alone and time.monotonic() < deadline:
        try:
            with lock.only_one(installation.server_lock(_settings)):
                return
        except lock.Locked:
            time.sleep(0.2)


def post_worker_init(worker):
    """Each process writes the toolkit's lines to where gunicorn's own go, and serves from here on."""
    request_log.to_stream(sys.stderr)
    serving.begin(worker.wsgi)
