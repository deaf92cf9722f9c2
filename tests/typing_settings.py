"""The settings as mypy's Django plugin reads them: without servers, with passing secrets."""

import os

from config.servers import keys

keys.provide_passing(os.environ)

from config.settings import *  # noqa: E402, F403
