"""Looking a site over, from its files to what plugins say; and asking it as a visitor would."""

from blogengine.checkup.looking import CHECKS, examine
from blogengine.checkup.probing import Step, probe
from blogengine.checkup.trouble import Trouble

__all__ = ["CHECKS", "Step", "Trouble", "examine", "probe"]
