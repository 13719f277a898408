"""An account's own fields of contacts, companies and conversations, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field, StringConstraints, model_validator

from kaitak.accounts import audit
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.contacts import attributes
from kaitak.contacts.attributes import AttributeModel, DisplayType
from kaitak.contacts.record_errors import AttributeKnownError, AttributeNotFoundError, TooManyRecordsError
from kaitak.contacts.record_models import CustomAttributeDefinition

router = APIRouter(prefix="/api/v1/accounts/{account_id}/custom_attribute_definitions", tags=["custom attributes"])
READ = [Depends(require(Permission.READ_CONTACTS))]
MANAGE = [Depends(require(Permission.MANAGE_CONTACTS))]
AttributePath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Description = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Choice = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Choices = Annotated[list[Choice], Field(max_length=100)]


class AttributeDefinitionView(Wire):
    """A field and what may stand in it; `attribute_values` is what a list allows."""

    id: int
    attribute_model: AttributeModel
    attribute_key: str
    attribute_display_name: str
    attribute_display_type: DisplayType
    attribute_description: str
    attribute_values: list[str]
    created_at: datetime
    updated_at: datetime


class AttributeDefinitionList(Wire):
    """The account's fields."""

    payload: list[AttributeDefinitionView]


class AttributeDefinitionBody(Body):
    """A new field."""

    attribute_model: AttributeModel
    attribute_key: Annotated[str, StringConstraints(pattern=attributes.KEY)]
    attribute_display_name: Name
    attribute_display_type: DisplayType
    attribute_description: Description = ""
    attribute_values: Choices = []

    @model_validator(mode="after")
    def has_choices(self) -> AttributeDefinitionBody:
        """A list has choices and nothing else has."""
        if bool(self.attribute_values) is not (self.attribute_display_type == "list"):
            raise ValueError("attribute_values are what a list allows: give them with a list, and with nothing else")
        return self


class AttributeDefinitionChange(Body):
    """Changes to a field; its key, its model and its type stay as they are."""

    attribute_display_name: Name | None = None
    attribute_description: Description | None = None
    attribute_values: Annotated[Choices, Field(min_length=1)] | None = None


@router.get("", dependencies=READ)
async def list_attribute_definitions(
    session: SessionDep, principal: PrincipalDep, attribute_model: AttributeModel | None = None
) -> AttributeDefinitionList:
    """The account's fields, those of one model on request."""
    rows = await attributes.list_definitions(session, principal.account_id, attribute_model)
    return AttributeDefinitionList(payload=[_view(row) for row in rows])


@router.post("", status_code=201, dependencies=MANAGE, responses=problems(AttributeKnownError, TooManyRecordsError))
async def create_attribute_definition(
    session: SessionDep, actor: ActorDep, body: AttributeDefinitionBody
) -> AttributeDefinitionView:
    """Keep something more of every contact, company or conversation."""
    values = {**body.model_dump(), "attribute_values": list(dict.fromkeys(body.attribute_values))}
    row = CustomAttributeDefinition(account_id=actor.account_id, **values)
    await attributes.add_definition(session, row)
    await _note(session, actor, "custom_attribute.created", row)
    return _view(row)


@router.patch("/{attribute_id}", dependencies=MANAGE, responses=problems(AttributeNotFoundError))
async def change_attribute_definition(
    session: SessionDep, actor: ActorDep, attribute_id: AttributePath, body: AttributeDefinitionChange
) -> AttributeDefinitionView:
    """Change a field's words or what a list allows; values that are kept already stay."""
    row = await attributes.get_definition(session, actor.account_id, attribute_id)
    for name in body.model_fields_set:
        value = getattr(body, name)
        if value is not None and (name != "attribute_values" or row.attribute_display_type == "list"):
            setattr(row, name, list(dict.fromkeys(value)) if name == "attribute_values" else value)
    await session.flush()
    await session.refresh(row)
    await _note(session, actor, "custom_attribute.changed", row)
    return _view(row)


@router.delete("/{attribute_id}", status_code=204, dependencies=MANAGE, responses=problems(AttributeNotFoundError))
async def delete_attribute_definition(session: SessionDep, actor: ActorDep, attribute_id: AttributePath) -> None:
    """Forget a field; values that are kept already stay where they are and are checked no longer."""
    row = await attributes.get_definition(session, actor.account_id, attribute_id)
    await session.delete(row)
    await session.flush()
    await _note(session, actor, "custom_attribute.deleted", row)


async def _note(session: SessionDep, actor: ActorDep, action: str, row: CustomAttributeDefinition) -> None:
    details: dict[str, audit.Detail] = {"key": row.attribute_key, "model": row.attribute_model}
    await audit.record(session, actor, action, target_type="custom_attribute", target_id=row.id, details=details)


def _view(row: CustomAttributeDefinition) -> AttributeDefinitionView:
    return AttributeDefinitionView.model_validate({n: getattr(row, n) for n in AttributeDefinitionView.model_fields})
