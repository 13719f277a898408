"""Owns how a message is prepared for the classifier: the clause that counts, and its two views."""

from kaitak.nlu import clauses, normalising


def counted_part(folded: str) -> str:
    """The folded text without taken-back and denied clauses."""
    return clauses.kept_part(folded)


def views_of(counted: str) -> tuple[str, str]:
    """The simplified view with spellings united, and the same in written Chinese."""
    view = normalising.features_view(counted)
    return view, normalising.written_view(view)


def views_of_original(text: str) -> tuple[str, str]:
    """Both views of a text as it was typed: training text is read exactly as a customer's message is."""
    return views_of(counted_part(normalising.fold(text).text))
