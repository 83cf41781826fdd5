"""Builds the web application of one installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from calc.instruments.reader import shipped
from survey import desk, health, serving
from survey.config import Config
from survey.jobs.worker import Worker
from survey.kiosk import form
from survey.kiosk.sent_ids import SentIds
from survey.operations import installation
from survey.public import pages
from survey.services.pace import Paces
from survey.system import request_log
from survey.web import context, security

if TYPE_CHECKING:
    from survey.store import Store


def create_app(
    config_or_instance: Config | Path | str | None = None,
    *,
    store: Store | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """Build the application. It holds nothing and starts nothing before it serves: see `survey.serving`.

    Parameters
    ----------
    config_or_instance : Config, Path, str or None
        Settings that were read already, or the installation's folder; None: where `skm` would look.
    store : Store, optional
        One that is open already; else the installation's own is opened (and belongs to the application).
    clock : callable, optional
        Gives the time in UTC with its zone.

    Raises
    ------
    NoInstallation, ConfigError, StoreError
        Each with a sentence for the person who starts the server.
    """
    if isinstance(config_or_instance, Config):
        config = config_or_instance
    else:
        folder = Path(config_or_instance or installation.default_folder()).absolute()
        config = installation.load_config(folder)
    store = store if store is not None else installation.open_store(config)
    app = Flask("survey", template_folder=str(template_folder()), instance_path=str(config.instance))
    app.extensions["skm"] = context.Installation(
        config=config,
        store=store,
        instruments=shipped(),
        clock=clock or installation.utc_now,
    )
    request_log.follow(app)  # first, so that it sees what the guards refuse, and the headers of every reply
    serving.follow(app)
    security.secure(app)
    for blueprint in (form.bp, desk.bp, pages.bp, health.bp):
        app.register_blueprint(blueprint)
    app.extensions["skm_paces"] = Paces()
    app.extensions["skm_ids"] = SentIds()
    app.extensions["skm_jobs"] = Worker(config, store, app.extensions["skm"].clock)
    return app


def template_folder() -> Path:
    """The pages: inside the package when installed, beside it in a checkout (also an editable one)."""
    package = Path(__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if folder.is_dir():
            return folder
    raise RuntimeError(f"no templates beside {package}: the toolkit is not installed completely")
