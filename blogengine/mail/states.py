"""What becomes of a mail."""

WAITING = "waiting"
KEPT = "kept"
SENDING = "sending"
SENT = "sent"
UNSURE = "unsure"
FAILED = "failed"

STATES = (WAITING, KEPT, SENDING, SENT, UNSURE, FAILED)
