"""Owns the errors of the surveys slice."""

from __future__ import annotations

from kaitak.core.errors import NotFoundError


class SurveyNotFoundError(NotFoundError):
    """This customer was not asked by a message with this id."""

    code = "survey_not_found"
