"""What schemathesis can't know from the description. scripts/fuzz.sh names this file in SCHEMATHESIS_HOOKS."""

import itertools
import re

import schemathesis

KEY = re.compile(r"[ -~]{1,255}\Z")
numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives every request a key of its own: one that comes again with another request is a 422, rightly."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and KEY.match(key):
        number = str(next(numbers))
        case.headers["Idempotency-Key"] = key[: 255 - len(number)] + number
