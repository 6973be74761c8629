"""A piece of a map: what a TopoJSON file shows inside a window, and nothing beyond it.

Only what is kept is stored with a chart, so a notebook stays small.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from ..tables import CaseError, root

Point = tuple[float, float]
Ring = list[Point]
Window = tuple[float, float, float, float]  # west, south, east, north, in degrees


def land(path: str, feature: str, window: Window) -> list[dict[str, Any]]:
    """Return the shapes of a TopoJSON file of the case, cut to the window, as GeoJSON features.

    Raises CaseError if the file cannot be read, holds no such feature, or shows nothing there.
    """
    try:
        topology = json.loads((root() / "data" / path).read_text(encoding="utf-8"))
        shapes = topology["objects"][feature]["geometries"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CaseError(f"The map data/{path} has no feature {feature!r} ({error}).") from error
    found = cut(topology, shapes, window)
    if not found:
        raise CaseError(f"The map data/{path} shows nothing inside the window {window}.")
    return found


def cut(topology: dict, shapes: list[dict], window: Window) -> list[dict[str, Any]]:
    """Return those of the shapes of a topology that lie in the window, cut at its edges."""
    arcs = _decoded(topology)
    features = []
    for shape in shapes:
        nested = {"Polygon": [shape.get("arcs")], "MultiPolygon": shape.get("arcs")}
        polygons = []
        for polygon in nested.get(shape.get("type"), []):
            rings = [clipped(_joined(ring, arcs), window) for ring in polygon]
            if rings[0]:  # the outer ring; without it there is no hole either
                polygons.append([ring for ring in rings if ring])
        if polygons:
            geometry = {"type": "MultiPolygon", "coordinates": polygons}
            features.append({"type": "Feature", "id": shape.get("id"), "geometry": geometry})
    return features


def _decoded(topology: dict) -> list[Ring]:
    """Return the arcs in degrees: stored are whole steps from point to point."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        xs = itertools.accumulate(step[0] for step in arc)
        ys = itertools.accumulate(step[1] for step in arc)
        arcs.append([(x * sx + tx, y * sy + ty) for x, y in zip(xs, ys, strict=True)])
    return arcs


def _joined(ring: list[int], arcs: list[Ring]) -> Ring:
    """Return a ring from its arcs; a negative number is an arc read backwards."""
    points: Ring = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def clipped(ring: Ring, window: Window) -> Ring:
    """Return a closed ring cut at the four edges of the window, [] if nothing is left.

    One edge after the other: points beyond it go, and where a line crosses it a point is set
    (Sutherland and Hodgman). Hundredths of a degree, about a kilometre, are kept.
    """
    west, south, east, north = window
    points = ring[:-1] if ring and ring[0] == ring[-1] else list(ring)
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        points = _one_side(points, axis, limit, sign)
    kept = [point for point, _ in itertools.groupby((round(x, 2), round(y, 2)) for x, y in points)]
    if len(set(kept)) < 3:
        return []
    closed = [*kept, kept[0]] if kept[0] != kept[-1] else kept
    return _along_edges(closed, window)


def _one_side(points: Ring, axis: int, limit: float, sign: int) -> Ring:
    """Return the part of a ring on one side of a line: where sign * (coordinate - limit) >= 0."""
    kept: Ring = []
    for before, here in zip(points[-1:] + points[:-1], points, strict=True):
        was, now = sign * (before[axis] - limit), sign * (here[axis] - limit)
        if was * now < 0:
            share = was / (was - now)
            cross = [a + share * (b - a) for a, b in zip(before, here, strict=True)]
            cross[axis] = limit
            kept.append((cross[0], cross[1]))
        if now >= 0:
            kept.append(here)
    return kept


def _along_edges(ring: Ring, window: Window) -> Ring:
    """Return the ring with a point every degree along the window's edges.

    A map draws the shortest way over the globe between two points, and that is no parallel.
    """
    result = ring[:1]
    for (x, y), (u, v) in itertools.pairwise(ring):
        if y == v and y in (window[1], window[3]):
            steps = int(abs(u - x))
            between = [x + (u - x) * n / (steps + 1) for n in range(1, steps + 1)]
            result += [(round(at, 2), y) for at in between]
        result.append((u, v))
    return result
