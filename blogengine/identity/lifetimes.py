"""How long things last and how often they may be tried; docs/operating/people.md tells the same."""

from __future__ import annotations

from datetime import timedelta

IDLE = timedelta(hours=12)
IDLE_REMEMBERED = timedelta(days=14)
ABSOLUTE = timedelta(days=30)
TOUCH = timedelta(minutes=1)
"""A session's last use is written down at most this often."""

MOST_SESSIONS = 20

RESET = timedelta(minutes=15)
INVITATION = timedelta(days=7)
FIRST_RUN = timedelta(hours=24)
DEMO = timedelta(hours=24)
STEP = timedelta(minutes=5)
"""How long a sign-in may wait for its second factor or for a passkey's answer."""

DEVICE = timedelta(days=180)
TOKEN_DAYS = 90
LONGEST_TOKEN_DAYS = 365

PER_ADDRESS = "10 per 1 minute"
PER_ACCOUNT = "20 per 15 minutes"
SLOWLY = "1 per 30 seconds"
"""What is left to unknown devices once an account's attempts are used up."""

PER_DEVICE = "20 per 15 minutes"
RESETS_PER_ADDRESS = "10 per 15 minutes"
RESETS_PER_ACCOUNT = "3 per 15 minutes"
CODES_PER_PERSON = "10 per 15 minutes"
