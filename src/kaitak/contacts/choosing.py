"""Owns turning conditions into a search: each becomes an expression over `contact` that an index can answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    Text,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from kaitak.contacts import attributes, companies, conditions, queries
from kaitak.contacts.conditions import Condition, Every, Model, Node
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.contacts.proof_models import ContactConsent
from kaitak.contacts.record_models import Company, ContactField

MOST_COUNTED = 1_000_000  # of a segment that is looked at
MOST_LIVE = 20_000  # while conditions are put together
MOST_OF_NAME = 100_000
_CONVERSATION = table(
    "conversation", column("account_id", BigInteger), column("id", BigInteger), column("contact_id", BigInteger)
)
_LABEL = table(
    "conversation_label",
    column("account_id", BigInteger),
    column("conversation_id", BigInteger),
    column("title", Text),
)
_INBOX = table("inbox", column("account_id", BigInteger), column("id", BigInteger), column("channel", Text))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a search needs besides its conditions: the fields' types, the inboxes by channel, this moment, the place.

    Inboxes are named one by one, so that the planner knows how many contacts write there.
    """

    defined: Mapping[tuple[Model, str], str]
    inboxes: Mapping[str, list[int]]
    now: datetime
    zone: ZoneInfo


async def frame_of(session: AsyncSession, account_id: int, now: datetime) -> Frame:
    """The account's frame."""
    rows = await attributes.list_definitions(session, account_id)
    models: tuple[Model, ...] = ("contact_attribute", "company_attribute")
    defined = {
        (model, row.attribute_key): row.attribute_display_type
        for row in rows
        for model in models
        if row.attribute_model == model
    }
    timezone = table("account", column("id", BigInteger), column("timezone", Text))
    name = await session.scalar(select(timezone.c.timezone).where(timezone.c.id == account_id))
    inboxes: dict[str, list[int]] = {}
    for inbox_id, channel in await session.execute(
        select(_INBOX.c.id, _INBOX.c.channel).where(_INBOX.c.account_id == account_id)
    ):
        inboxes.setdefault(channel, []).append(inbox_id)
    return Frame(defined, inboxes, now, ZoneInfo(name or "Asia/Hong_Kong"))


def where(node: Node, frame: Frame) -> ColumnElement[bool]:
    """The tree as one expression; it has been checked before."""
    conditions.check(node, frame.defined)
    return _of(node, frame)


async def count(
    session: AsyncSession,
    account_id: int,
    chosen: ColumnElement[bool],
    *,
    inbox_ids: Collection[int] | None,
    most: int = MOST_COUNTED,
) -> int:
    """How many contacts there are, counted no further than one above `most`."""
    statement = (
        queries.visible(account_id, inbox_ids)
        .where(Contact.merged_into_id.is_(None), chosen)
        .with_only_columns(literal(1))
        .limit(most + 1)
    )
    return int((await session.execute(select(func.count()).select_from(statement.subquery()))).scalar_one())


def _of(node: Node, frame: Frame) -> ColumnElement[bool]:
    if isinstance(node, Condition):
        return _one(node, frame)
    if isinstance(node, Every):
        return and_(true(), *(_of(each, frame) for each in node.all))
    return or_(false(), *(_of(each, frame) for each in node.any))


def _one(condition: Condition, frame: Frame) -> ColumnElement[bool]:
    if condition.attribute_model == "contact_attribute":
        return _field(condition, condition.attribute_key, frame)
    if condition.attribute_model == "company_attribute":
        return _company_field(condition, frame)
    key = condition.attribute_key
    alone = {"name": _name, "marketing_consent": _consent}
    if key in alone:
        return alone[key](condition)
    if key == "email_domain":
        return _field(condition, companies.DOMAIN, frame)
    if key in ("channel", "inbox_id", "labels", "verified"):
        return _elsewhere(condition, frame)
    plain: Mapping[str, InstrumentedAttribute[object]] = {
        "email": Contact.email,
        "phone_number": Contact.phone_number,
        "identifier": Contact.identifier,
        "locale": Contact.locale,
        "company_id": Contact.company_id,
        "blocked": Contact.blocked,
        "last_activity_at": Contact.last_activity_at,
        "created_at": Contact.created_at,
    }
    return _column(condition, plain[key], frame)


def _column(condition: Condition, field: InstrumentedAttribute[object], frame: Frame) -> ColumnElement[bool]:
    operator, values = condition.filter_operator, condition.values
    if operator in ("is_present", "is_not_present"):
        return field.is_not(None) if operator == "is_present" else field.is_(None)
    if operator in ("equal_to", "not_equal_to"):
        found = field.in_(
            [each.lower() if field is Contact.email and isinstance(each, str) else each for each in values]
        )
        return found if operator == "equal_to" else or_(field.is_(None), not_(found))
    if operator in ("starts_with", "contains", "does_not_contain"):
        text = str(values[0])
        part = (
            field.startswith(text, autoescape=True)
            if operator == "starts_with"
            else field.contains(text, autoescape=True)
        )
        return or_(field.is_(None), not_(part)) if operator == "does_not_contain" else part
    if operator in ("days_before", "within_days"):
        edge = frame.now - timedelta(days=int(values[0]))
        return field < edge if operator == "days_before" else field >= edge
    after, before = _span(str(values[0]), frame.zone)
    return field >= after if operator == "is_greater_than" else field < before


def _span(value: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where `later than` begins and `earlier than` ends: a day's end and its beginning, a moment itself."""
    moment = conditions.moment_of(value)
    if isinstance(moment, datetime):
        return moment, moment
    day = moment or date.min
    begins = datetime.combine(day, time.min, zone)
    return (begins + timedelta(days=1)).astimezone(UTC), begins.astimezone(UTC)


def _name(condition: Condition) -> ColumnElement[bool]:
    operator = condition.filter_operator
    if operator in ("is_present", "is_not_present"):
        return (Contact.name != "") if operator == "is_present" else (Contact.name == "")
    if operator in ("equal_to", "not_equal_to"):
        found = func.lower(Contact.name).in_([str(each).lower() for each in condition.values])
        return found if operator == "equal_to" else not_(found)
    text = str(condition.values[0])
    if operator == "starts_with":
        return Contact.name.istartswith(text, autoescape=True)
    if operator == "does_not_contain":
        return not_(Contact.name.icontains(text, autoescape=True))
    return Contact.id.in_(select(func.search_contacts(text, MOST_OF_NAME)))


def _field(condition: Condition, key: str, frame: Frame) -> ColumnElement[bool]:
    """A field of a contact by its row in `contact_field`."""
    here = [
        ContactField.account_id == Contact.account_id,
        ContactField.contact_id == Contact.id,
        ContactField.key == key,
    ]
    operator = condition.filter_operator
    is_kept = exists().where(*here)
    if operator in ("is_present", "is_not_present"):
        return is_kept if operator == "is_present" else not_(is_kept)
    if operator in ("not_equal_to", "does_not_contain"):
        return not_(exists().where(*here, _value(condition, frame)))
    found = exists().where(*here, _value(condition, frame))
    if condition.values == [False]:
        return or_(found, not_(is_kept))  # a box that was never ticked is not ticked
    return found


def _value(condition: Condition, frame: Frame) -> ColumnElement[bool]:
    operator, values = condition.filter_operator, condition.values
    kind = conditions.kind_of(condition, frame.defined)
    if operator in ("days_before", "within_days"):
        edge = float(f"{frame.now.astimezone(frame.zone).date() - timedelta(days=int(values[0])):%Y%m%d}")
        today = float(f"{frame.now.astimezone(frame.zone).date():%Y%m%d}")
        number = ContactField.number
        return number < edge if operator == "days_before" else and_(number >= edge, number <= today)
    if kind in ("number", "date"):
        numbers = [_number(each) for each in values]
        if operator in ("equal_to", "not_equal_to"):
            return ContactField.number.in_(numbers)
        return ContactField.number > numbers[0] if operator == "is_greater_than" else ContactField.number < numbers[0]
    texts = [_text(each).lower() if condition.attribute_key == "email_domain" else _text(each) for each in values]
    if operator in ("equal_to", "not_equal_to"):
        return ContactField.value.in_(texts)
    if operator == "starts_with":
        return ContactField.value.startswith(texts[0], autoescape=True)
    return ContactField.value.icontains(texts[0], autoescape=True)


def _number(value: conditions.Value) -> float:
    return float(value.replace("-", "")) if isinstance(value, str) else float(value)


def _text(value: conditions.Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _company_field(condition: Condition, frame: Frame) -> ColumnElement[bool]:
    """A field of the company: companies are few, so their attributes are looked at one by one."""
    kept = Company.custom_attributes[condition.attribute_key]
    text = kept.astext
    kind = conditions.kind_of(condition, frame.defined)
    operator, values = condition.filter_operator, condition.values
    wanted: ColumnElement[bool]
    if operator in ("is_present", "is_not_present"):
        wanted = text.is_not(None)
    elif operator in ("days_before", "within_days"):
        today = frame.now.astimezone(frame.zone).date()
        edge = (today - timedelta(days=int(values[0]))).isoformat()
        wanted = text < edge if operator == "days_before" else and_(text >= edge, text <= today.isoformat())
    elif operator in ("equal_to", "not_equal_to"):
        wanted = kept.as_float().in_([_number(v) for v in values]) if kind == "number" else text.in_(map(_text, values))
    elif operator in ("is_greater_than", "is_less_than"):
        left: ColumnElement[object] = kept.as_float() if kind == "number" else text
        right = _number(values[0]) if kind == "number" else str(values[0])
        wanted = left > right if operator == "is_greater_than" else left < right
    elif operator == "starts_with":
        wanted = text.startswith(str(values[0]), autoescape=True)
    else:
        wanted = text.icontains(str(values[0]), autoescape=True)
    found = exists().where(Company.account_id == Contact.account_id, Company.id == Contact.company_id, wanted)
    is_negative = operator in ("is_not_present", "not_equal_to", "does_not_contain") or values == [False]
    if values == [False]:
        return not_(
            exists().where(Company.account_id == Contact.account_id, Company.id == Contact.company_id, text == "true")
        )
    return not_(found) if is_negative else found


def _elsewhere(condition: Condition, frame: Frame) -> ColumnElement[bool]:
    """What stands in other tables: the channels a contact writes on, the labels of their conversations, proof."""
    key, operator, values = condition.attribute_key, condition.filter_operator, condition.values
    address = [ContactInbox.account_id == Contact.account_id, ContactInbox.contact_id == Contact.id]
    if key == "verified":
        found = exists().where(*address, ContactInbox.hmac_verified)
        return found if values == [True] else not_(found)
    is_listed = operator in ("equal_to", "not_equal_to")
    if key == "inbox_id":
        found = exists().where(*address, *([ContactInbox.inbox_id.in_(values)] if is_listed else []))
    elif key == "channel":
        ids = [each for channel in values for each in frame.inboxes.get(str(channel), [])]
        found = exists().where(*address, *([ContactInbox.inbox_id.in_(ids)] if is_listed else []))
    else:
        conversation = [
            _CONVERSATION.c.account_id == Contact.account_id,
            _CONVERSATION.c.contact_id == Contact.id,
            _LABEL.c.account_id == Contact.account_id,
            _LABEL.c.conversation_id == _CONVERSATION.c.id,
        ]
        found = exists().where(*conversation, *([_LABEL.c.title.in_(values)] if is_listed else []))
    return not_(found) if operator in ("not_equal_to", "is_not_present") else found


def _consent(condition: Condition) -> ColumnElement[bool]:
    """What the ledger of consent says last for a channel, or for all, about marketing; joined contacts count too."""
    line, later = _consent_lines("line"), _consent_lines("later")
    is_overruled = exists().where(
        later.c.person == line.c.person,
        later.c.id > line.c.id,
        later.c.state != line.c.state,
        or_(later.c.channel == line.c.channel, later.c.channel == ""),
    )
    is_listed = condition.filter_operator in ("equal_to", "not_equal_to")
    states = [str(each) for each in condition.values]
    here = [line.c.account_id == Contact.account_id, line.c.person == Contact.id]
    found = exists().where(*here, *([line.c.state.in_(states), not_(is_overruled)] if is_listed else []))
    return not_(found) if condition.filter_operator in ("not_equal_to", "is_not_present") else found


def _consent_lines(name: str) -> Subquery:
    """The ledger's lines on marketing with the person they are about now: a joined contact's lines stay with it."""
    member, kept = aliased(Contact), aliased(Contact)
    person = func.coalesce(kept.merged_into_id, kept.id, member.id)
    lines = (
        select(
            ContactConsent.account_id,
            ContactConsent.id,
            ContactConsent.channel,
            ContactConsent.state,
            person.label("person"),
        )
        .join(member, and_(member.account_id == ContactConsent.account_id, member.id == ContactConsent.contact_id))
        .outerjoin(kept, and_(kept.account_id == member.account_id, kept.id == member.merged_into_id))
        .where(ContactConsent.purpose == "marketing")
    )
    return lines.subquery(name)
