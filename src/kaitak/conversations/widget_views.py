"""Owns what a customer may see of a message and a conversation. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from kaitak.conversations import views
from kaitak.conversations.links import Links
from kaitak.conversations.schemas import ConversationView, MessageView
from kaitak.conversations.widget_schemas import AgentBrief, WidgetConversation, WidgetMessage

SHOWN_ACTIVITIES = {
    "took_over": "agent_joined",
    "assigned": "agent_joined",
    "resolved": "resolved",
    "reopened": "reopened",
}
_SHOWN_ATTRIBUTES = ("items", "submitted_value", "in_reply_to", "rating", "feedback_message", "citations", "buttons")
Author = Literal["me", "bot", "agent", "system"]
_AUTHORS: dict[str, Author] = {"contact": "me", "bot": "bot", "user": "agent", "system": "system"}


def message_for_visitor(view: MessageView, links: Links) -> WidgetMessage | None:
    """The customer's side of a message; None for notes and for activity that is not meant for them."""
    if view.private:
        return None
    attributes: dict[str, JsonValue] = {
        name: view.content_attributes[name] for name in _SHOWN_ATTRIBUTES if name in view.content_attributes
    }
    content, author_name = view.content, view.sender.name
    if view.message_type == "activity":
        activity = SHOWN_ACTIVITIES.get(str(view.content_attributes.get("activity")))
        if activity is None:
            return None
        author_name = _agent_name(view) if activity == "agent_joined" else ""
        attributes = {"activity": activity, "agent": author_name}
        content = ""
    author = _AUTHORS[view.sender.type]
    return WidgetMessage(
        id=view.id,
        conversation_id=view.conversation_id,
        seq=view.seq,
        author=author,
        author_name=author_name,
        content=content,
        content_type=view.content_type,
        content_attributes=attributes,
        attachments=[views.absolute(each, links) for each in view.attachments],
        status=view.status if author == "me" else None,
        echo_id=view.echo_id if author == "me" else None,
        created_at=view.created_at,
    )


def conversation_for_visitor(view: ConversationView) -> WidgetConversation:
    """The customer's side of a conversation."""
    is_held = view.owner == "human" and view.assignee is not None
    return WidgetConversation(
        id=view.id,
        status=view.status,
        owner=view.owner,
        agent=AgentBrief(name=view.assignee.name) if is_held and view.assignee else None,
        contact_last_seen_seq=view.contact_last_seen_seq,
    )


def _agent_name(view: MessageView) -> str:
    person = view.content_attributes.get("assignee") or view.content_attributes.get("actor")
    return str(person.get("name", "")) if isinstance(person, dict) else ""
