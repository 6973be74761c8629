"""Print and project: handouts for a room without devices, and slides made from the lessons."""

from .sheets import handouts, printable
from .slides import slides

__all__ = ["handouts", "printable", "slides"]
