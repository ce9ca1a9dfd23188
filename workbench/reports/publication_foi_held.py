"""Answers that a bench alone can give: authority, keeping, lists, cameras."""

from __future__ import annotations

from collections import Counter

import polars as pl

from workbench.outcomes.corrections import newest
from workbench.reports.publication_figures import PublishedFigure, counted, not_held, part_of
from workbench.reports.publication_foi_parts import Asked, Question, said, terms
from workbench.reports.publication_held import told_categories
from workbench.reports.publication_tables import PublishedTable
from workbench.reports.publication_words import NOT_HELD

__all__ = ["linked_to_what", "on_whose_authority", "what_was_kept", "whose_images"]


def on_whose_authority(asked: Asked) -> Question:
    """Answer by rank, and by the assessments that authorities rest on."""
    question = "On whose authority?"
    total = asked.deployments
    if not asked.held:
        figure = not_held("authorised", "Rank that authorised", asked.why, deployments=total)
        return Question("authority", question, f"Not held. {asked.why}", (figure,))
    ranks = Counter(one.rank for one in asked.held)
    many = len(asked.held)
    figures = tuple(
        part_of(f"authorised-{rank}", f"Authorised by: {rank.replace('-', ' ')}", count, n=many,
                of_what="deployments")
        for rank, count in sorted(ranks.items())
    )  # fmt: skip
    urgent = sum(one.urgent for one in asked.held)
    documents = sorted({document for one in asked.held for document in one.documents})
    table = PublishedTable(
        name="documents",
        caption="Assessments and policies that the authorities rest on.",
        headings=("Document", "Deployments"),
        rows=tuple(
            (document, f"{sum(document in one.documents for one in asked.held):,} of {many:,}")
            for document in documents
        ),
    )
    return Question(
        "authority",
        question,
        f"By written authority: {counted(many, 'deployment')}, {urgent:,} of them in urgency.",
        (*figures, part_of("urgent", "Authorised in urgency", urgent, n=many,
                           of_what="deployments")),
        tables=(table,),
        caveats=("Ranks are named, officers are not.",),
    )  # fmt: skip


def what_was_kept(asked: Asked) -> Question:
    """Answer by the rules of the force, and by lists that are destroyed."""
    question, total = "What was kept, and for how long?", asked.deployments
    if not asked.kept:
        figure = not_held("kept", "Data that were kept", NOT_HELD, deployments=total)
        return Question("kept", question, f"Not held. {NOT_HELD}", (figure,))
    table = PublishedTable(
        name="kept",
        caption="By the rules of the force that are in force now.",
        headings=("What", "How long"),
        rows=asked.kept,
    )
    lists = [one for one in asked.held if one.list_destroyed is not None]
    gone = sum(bool(one.list_destroyed) for one in lists)
    figures = (
        part_of("lists_destroyed", "Lists that are destroyed", gone, n=len(lists),
                of_what="deployments with a list")
        if lists
        else not_held("lists_destroyed", "Lists that are destroyed", asked.why, deployments=total),
    )  # fmt: skip
    return Question(
        "kept",
        question,
        "Faces that are like nobody's on the list are not kept; the rest as the table says.",
        figures,
        tables=(table,),
        caveats=(
            "A legal hold can keep one thing longer; each has a reason and a date to review.",
        ),
    )


def whose_images(asked: Asked) -> Question:
    """Answer by sizes and categories of lists; no small count of a category is given."""
    row, total = asked.row, asked.deployments
    sizes = newest(asked.records).filter(pl.col("state") == "completed")["watchlist_size"]
    known = len(sizes) - sizes.null_count()
    least, most = row["watchlist_least"], row["watchlist_most"]
    basis = f"{known:,} of {counted(total, 'deployment')}"
    figures = tuple(
        PublishedFigure(name, says, value, said(value), known, basis)
        for name, says, value in (
            ("watchlist_least", "Smallest list", least),
            ("watchlist_most", "Largest list", most),
        )
    )
    categories = told_categories(asked.held)
    tables: tuple[PublishedTable, ...] = ()
    caveats = ("Nobody on a list is named, and no picture is given.",)
    if categories:
        tables = (
            PublishedTable(
                name="categories",
                caption="Images by category, added up over the lists of the period.",
                headings=("Category", "Images"),
                rows=categories,
                numbers=frozenset({1}),
            ),
        )
    else:
        figures = (
            *figures,
            not_held("categories", "Images by category", asked.why, deployments=total),
        )
    figures = (
        *figures,
        not_held(
            "image_sources",
            "Where the images came from",
            "Kept with each list and destroyed with it; not counted in the record."
            if asked.held
            else asked.why,
            deployments=total,
        ),
    )
    answer = (
        "Not held." if least is None else f"Lists held {least:,} to {most:,} entries, by {basis}."
    )
    return Question(
        "whose",
        "Whose images were on the list?",
        answer,
        figures,
        tables=tables,
        definitions=terms("Watchlist size"),
        caveats=caveats,
    )


def linked_to_what(asked: Asked) -> Question:
    """Answer by the cameras that were searched."""
    question, total = "What was it linked to?", asked.deployments
    if not asked.held:
        figure = not_held("feeds", "Cameras that were searched", asked.why, deployments=total)
        return Question("linked", question, f"Not held. {asked.why}", (figure,))
    many = len(asked.held)
    feeds = sum(len(one.feeds) for one in asked.held)
    figure = PublishedFigure(
        "feeds", "Camera feeds that were searched", feeds, f"{feeds:,}", many,
        f"{many:,} of {counted(total, 'deployment')}",
    )  # fmt: skip
    return Question(
        "linked",
        question,
        "The live searches took the cameras that each authority names; no more is on record.",
        (figure,),
        caveats=(
            (
                "Each live search compares the feeds of one authority with the list of that "
                "deployment alone. The software looks for no cameras by itself and searches nobody "
                "across deployments."
            ),
        ),
    )
