"""The instructor's desk: plans with their minutes, a role-play and its posts, a rubric.

What they say stands in ``instructor/*.toml``; pages are made from it, see `pages`.
"""

from .generated import pages
from .marks import Marks, Rubric, bring, rubric, sheet
from .posts import Board, Draft, seal, unsealed
from .roles import Role, RolePlay, role_play
from .sessions import Plan, Step, plans, taken

__all__ = [
    "Board",
    "Draft",
    "Marks",
    "Plan",
    "Role",
    "RolePlay",
    "Rubric",
    "Step",
    "bring",
    "pages",
    "plans",
    "role_play",
    "rubric",
    "seal",
    "sheet",
    "taken",
    "unsealed",
]
