"""The chart of panel sizes in whole units, ready for a template that only writes it down."""

from dataclasses import dataclass

from surveys.designing.panel_sizes import LARGEST, Curve

WIDTH, HEIGHT = 680, 330
LEFT, TOP, RIGHT, BOTTOM = 46, 14, 664, 274
_LEVELS = (0, 20, 40, 60, 80, 100)
_SIZES = (0, 20, 40, 60, 80, 100, 120)
_DOTS_UP_TO = 60


@dataclass(frozen=True)
class Tick:
    """A number at its place along an axis."""

    at: float
    words: str


@dataclass(frozen=True)
class Chart:
    """All that the figure consists of."""

    levels: tuple[Tick, ...]
    sizes: tuple[Tick, ...]
    into: str
    out: str
    dots: tuple[tuple[float, float], ...]
    own: Tick | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    right: int = RIGHT
    bottom: int = BOTTOM


def draw(curve: Curve, own: int) -> Chart:
    """The chart; `own` is how many are on the panel now."""
    into = [(one.size, one.into) for one in curve.chances if one.into is not None]
    out = [(one.size, one.out) for one in curve.chances if one.out is not None]
    return Chart(
        levels=tuple(Tick(_y(level / 100), f"{level} %") for level in _LEVELS),
        sizes=tuple(Tick(_x(size), f"{size}") for size in _SIZES),
        into=_path(into),
        out=_path(out),
        dots=tuple((_x(size), _y(chance)) for size, chance in into if size <= _DOTS_UP_TO),
        own=Tick(_x(own), f"{own} now") if 0 < own <= LARGEST else None,
    )


def _path(points: list[tuple[int, float]]) -> str:
    return " ".join(f"{'L' if n else 'M'}{_x(size)} {_y(chance)}" for n, (size, chance) in enumerate(points))


def _x(size: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * size / LARGEST, 1)


def _y(chance: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * chance, 1)
