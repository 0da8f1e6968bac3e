"""The web application: `create_app` puts the features together. The caller owns the engine."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Blueprint, Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from market40.accounts import pages as accounts_pages
from market40.accounts import service as accounts
from market40.config import Settings
from market40.core.clock import Clock, SystemClock
from market40.core.ids import Ids, RandomBits, SystemIds
from market40.merchants import api as merchants_api
from market40.merchants import pages as merchants_pages
from market40.payments import api as payments_api
from market40.payments import hooks as payments_hooks
from market40.payments import pages as payments_pages
from market40.reporting import api as reporting_api
from market40.reporting import pages as reporting_pages
from market40.web import (
    assets,
    context,
    gate,
    headers,
    health,
    i18n,
    intake,
    landing,
    openapi,
    problems,
    templates,
)
from market40.web.principal import Identity

# A feature registers here: pages and hooks below, its api.py's blueprint in API.
PAGES: Final[tuple[Blueprint, ...]] = (
    health.blueprint,
    landing.blueprint,
    accounts_pages.blueprint,
    merchants_pages.blueprint,
    payments_hooks.blueprint,
    payments_pages.blueprint,
    reporting_pages.blueprint,
)
API: Final[tuple[Blueprint, ...]] = (
    merchants_api.blueprint,
    payments_api.blueprint,
    reporting_api.blueprint,
)

IDENTITY: Final = Identity(
    by_cookie=accounts.recognise,
    by_key=accounts.recognise_key,
    touch=accounts.touch_session,
)


def create_app(
    settings: Settings,
    engine: Engine,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    rng: RandomBits | None = None,
    schema_head: str | None = None,
) -> Flask:
    """Return the application over an open database; it starts no thread and no worker.

    `schema_head` is the migration that /readyz then expects of the database; without it the
    schema's age is not looked at.
    """
    clock = clock or SystemClock()
    rng = rng or secrets.SystemRandom()
    kit = context.Kit(engine, settings, clock, ids or SystemIds(clock, rng), rng)
    app = Flask("market40", static_folder=None, template_folder=str(templates.folder()))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    context.attach(app, context.Wiring(kit, IDENTITY, schema_head))
    headers.install(app)
    gate.install(app)
    problems.install(app)
    i18n.install(app)
    templates.install(app)
    assets.install(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    openapi.install(app, API)
    app.wsgi_app = intake.Intake(  # type: ignore[method-assign]
        app.wsgi_app, payments_hooks.intake(kit), trusts_proxy=settings.trusted_proxies > 0
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app
