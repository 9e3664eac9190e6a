"""How often somebody may do something, counted for all processes of a site together."""

from blogengine.limits.addresses import address_key
from blogengine.limits.limits import Limits, open_limits

__all__ = ["Limits", "address_key", "open_limits"]
