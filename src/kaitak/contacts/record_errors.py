"""Owns the errors of companies, fields, segments and imports."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError, TooLargeError


class AttributeNotFoundError(NotFoundError):
    """The account has no field with this id."""

    code = "custom_attribute_not_found"


class AttributeKnownError(ConflictError):
    """There is a field with this key already; its type cannot be changed, its name and its values can."""

    code = "custom_attribute_known"


class AttributeInvalidError(InvalidError):
    """The field `key` does not take this value; `reason` says what it takes."""

    code = "custom_attribute_invalid"


class CompanyNotFoundError(NotFoundError):
    """The account has no company with this id."""

    code = "company_not_found"


class CompanyDomainTakenError(ConflictError):
    """Another company has this domain; `company_id` says which."""

    code = "company_domain_taken"


class CompanyDomainFreeError(InvalidError):
    """Everybody may have a mail address at this domain, so it names no company."""

    code = "company_domain_free_mail"


class SegmentNotFoundError(NotFoundError):
    """The account has no segment with this id."""

    code = "segment_not_found"


class SegmentNameTakenError(ConflictError):
    """Another segment has this name."""

    code = "segment_name_taken"


class ConditionInvalidError(InvalidError):
    """A condition names a field, an operator or a value that do not go together; `key` says which, `reason` why."""

    code = "condition_invalid"


class TooManyRecordsError(InvalidError):
    """The account has as many of these as it may have; `limit` says how many."""

    code = "too_many_records"


class ImportNotFoundError(NotFoundError):
    """The account has no import with this id, or its 30 days are over."""

    code = "contact_import_not_found"


class ImportStateError(ConflictError):
    """The import is at a step (`status`) that does not allow this."""

    code = "contact_import_state"


class ImportUnreadableError(InvalidError):
    """The file cannot be read as a table; `reason` says why."""

    code = "contact_import_unreadable"


class ImportTooLargeError(TooLargeError):
    """The file has more bytes, rows, columns or characters in a cell than `limit`; `what` says of what."""

    code = "contact_import_too_large"


class MappingInvalidError(InvalidError):
    """The columns are not what this file has, one thing is taken twice, or nothing names anybody."""

    code = "contact_import_mapping_invalid"
