"""Pictures of the library as geometry: from plain data to places, lines and words, in SVG units from the top left.

Every picture is a frozen dataclass that a template prints as it is. The same data gives the same picture, byte for
byte. NOT here: where the data comes from (`app/summaries/overview.py`), addresses, colours and SVG (templates).
"""

from app.pictures.activity import Activity, draw_activity
from app.pictures.ladder import Ladder, Rung, draw_ladder
from app.pictures.neighbours import Neighbours, Related, draw_neighbours
from app.pictures.ring import Member, Ring, draw_ring
from app.pictures.shelf_map import Shelf, ShelfMap, draw_map
from app.pictures.timeline import Timeline, Unit, Year, draw_timeline

__all__ = [
    "Activity",
    "Ladder",
    "Member",
    "Neighbours",
    "Related",
    "Ring",
    "Rung",
    "Shelf",
    "ShelfMap",
    "Timeline",
    "Unit",
    "Year",
    "draw_activity",
    "draw_ladder",
    "draw_map",
    "draw_neighbours",
    "draw_ring",
    "draw_timeline",
]
