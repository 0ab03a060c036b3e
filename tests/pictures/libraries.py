"""Plain data to draw: the same every time, of any size."""

from app.pictures import Member, Related, Rung, Shelf, Unit, Year

WORDS = "attention gradient descent residual network sparse mixture of experts diffusion latent policy reward".split()


def title(number: int) -> str:
    words = [WORDS[number * step % len(WORDS)] for step in (1, 3, 5, 7, 11, 13)][: 1 + number % 6]
    return f"{' '.join(words).capitalize()} {number}: what it says and where it stops"


def years(total: int, first: int = 1980, last: int = 2024) -> list[Year]:
    """Spread summaries over the years, more of them later."""
    counts = dict.fromkeys(range(first, last + 1), 0)
    for at in range(total):
        counts[last - int((at * 37 % total) ** 2 / total**2 * (last - first))] += 1
    made = []
    for year, count in counts.items():
        units = [Unit(f"s-{year}-{at}", title(year + at), at % 3 == 0) for at in range(min(count, 40))]
        if count:
            made.append(Year(year, count, sum(unit.marked for unit in units), units))
    return made


def shelves(number: int) -> tuple[Shelf, ...]:
    return tuple(Shelf(f"shelf-{at}", title(at).partition(":")[0], at * at * 7 % 90) for at in range(number))


def overlaps(number: int) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (f"shelf-{one}", f"shelf-{other}", one * other % 13)
        for one in range(number)
        for other in range(one + 1, number)
        if one * other % 13
    )


def members(number: int, groups: int = 9) -> list[Member]:
    """Make members group by group, as a ring wants them."""
    made = [Member(at, f"s-{at}", title(at), f"shelf-{at % groups}", 1 + at * 7 % 23) for at in range(1, number + 1)]
    return sorted(made, key=lambda member: (member.group, member.id))


def links(number: int, most: int = 400) -> list[tuple[int, int]]:
    pairs = ((1 + at % number, 1 + (at * 53 + at // number * 29 + 17) % number) for at in range(most))
    return [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]


def rungs(number: int) -> list[Rung]:
    made: list[Rung] = []
    for member in members(number):
        if not made or member.id % 10 == 0:
            made.append(Rung(-len(made) - 1, f"Heading {len(made)}", kind="heading"))
        made.append(Rung(member.id, member.label, "builds on it" if member.id % 3 == 0 else "", key=member.key))
    return made


def related(number: int) -> list[Related]:
    return [Related(f"s-{at}", title(at), "builds on it" if at % 2 else "") for at in range(number)]
