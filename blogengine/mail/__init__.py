"""Mail: written in the edit's own transaction, sent by a job, kept and shown without a server."""

from blogengine.mail.delivering import SEND, sending_job
from blogengine.mail.letters import MailText
from blogengine.mail.server import MailServer, mail_server
from blogengine.mail.service import Mail, MailRecord

__all__ = ["SEND", "Mail", "MailRecord", "MailServer", "MailText", "mail_server", "sending_job"]
