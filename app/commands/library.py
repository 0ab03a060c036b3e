"""Commands on the library as a whole: in, out, what is derived from it, and whether it is whole."""

from pathlib import Path
from typing import Annotated

import typer

from app import console
from app.commands.shared import open_migrated, open_store, shell
from app.console import reporting

commands = typer.Typer()


@commands.command(name="import")
def import_(
    path: Annotated[
        Path,
        typer.Argument(
            help="A library folder or a .zip of one, posts, or a .md, .bib, .ris, .json, .atom or .rss file."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would happen; change nothing.")] = False,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish",
            help="Publish what would come in as a draft; of posts, only those that do not say so themselves.",
        ),
    ] = False,
) -> None:
    """Import a library, posts, a bibliography (BibTeX, RIS, CSL-JSON), a feed or a reading list."""
    from app.interchange.importing import import_path

    _, database = open_migrated()
    with reporting("Importing") as progress:
        report = import_path(database, path, actor=shell(), dry_run=dry_run, publish=publish, progress=progress)
    console.show_report(report)
    if report.refused:
        raise typer.Exit(1)


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write: empty, new, or a former export.")],
) -> None:
    """Write the whole library as a folder of files: the same library, the same bytes."""
    from app.interchange.exporting import counted, export_library

    _, database = open_migrated()
    with reporting("Exporting") as progress:
        counts = export_library(database, folder, progress=progress)
    console.say(f"Wrote {', '.join(counted(number, kind) for kind, number in counts.items())} to {folder}.")


@commands.command()
def reindex() -> None:
    """Build the search index anew, aside, and swap it in."""
    from app.search.following import rebuild_index

    settings, database = open_migrated()
    with reporting("Indexing") as progress:
        number = rebuild_index(settings, database, progress)
    console.say(f"Indexed {number} summaries.")


@commands.command()
def rerender() -> None:
    """Render again what an older renderer made, or what was made from something that changed since."""
    from app.summaries.rendering import all_ids, batches, render_again

    _, database = open_migrated()
    with database.reading() as session:
        ids = all_ids(session)
    changed = 0
    with reporting("Rendering") as progress:
        for batch in batches(ids, lambda done: progress(done, len(ids))):
            with database.writing() as session:
                changed += render_again(session, batch)
    console.say(f"Rendered {changed} of {len(ids)} summaries again.")


@commands.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended without losing anything.")] = False,
) -> None:
    """Check the database, the index, links, macros and files; exit 1 with a list where something is wrong."""
    from app.doctor import examine

    settings, database = open_store()
    findings = examine(settings, database, repair=repair)
    for finding in findings:
        console.complain(f"{finding.place}: {finding.sentence}{' (mended)' if finding.mended else ''}")
    left = [finding for finding in findings if not finding.mended]
    if left:
        console.complain(f"{len(left)} problem{'s' if len(left) != 1 else ''} found.")
        raise typer.Exit(1)
    console.say("Everything is whole.")
