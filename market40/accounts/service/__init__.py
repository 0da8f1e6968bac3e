"""People, their log-ins and their keys: who may come in, and as whom."""

from market40.accounts.domain.secrets import HashedSecret
from market40.accounts.service.keys import add_api_key, recognise_key, revoke_api_key
from market40.accounts.service.login import (
    Attempt,
    LoginOutcome,
    admit,
    attempt_of,
    forget_old,
    log_in,
    log_out,
    login_of,
    open_session,
    principal_of,
    recognise,
    secret_matches,
    touch_session,
)
from market40.accounts.service.people import (
    add_person,
    change_secret,
    find_person,
    grant,
    hash_secret,
    list_people,
    set_state,
)
from market40.accounts.service.resets import TOLD_FOR, ResetSeen, reset_secret, resets_of
from market40.accounts.store import PersonFound
from market40.web.principal import Role

__all__ = [
    "TOLD_FOR",
    "Attempt",
    "HashedSecret",
    "LoginOutcome",
    "PersonFound",
    "ResetSeen",
    "Role",
    "add_api_key",
    "add_person",
    "admit",
    "attempt_of",
    "change_secret",
    "find_person",
    "forget_old",
    "grant",
    "hash_secret",
    "list_people",
    "log_in",
    "log_out",
    "login_of",
    "open_session",
    "principal_of",
    "recognise",
    "recognise_key",
    "reset_secret",
    "resets_of",
    "revoke_api_key",
    "secret_matches",
    "set_state",
    "touch_session",
]
