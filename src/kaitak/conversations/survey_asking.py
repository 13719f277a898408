"""Owns whether a customer is asked how it went when their conversation is done, and in which words."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.models import Account
from kaitak.channels import registry
from kaitak.channels.content import Survey
from kaitak.channels.models import Inbox
from kaitak.contacts.models import Contact
from kaitak.conversations import consenting, reply_windows
from kaitak.conversations.models import Conversation, Message
from kaitak.conversations.posting import Entry
from kaitak.core import languages
from kaitak.core.languages import Written

ASKED = "input_csat"
QUESTION: Mapping[Written, str] = {
    "zh-HK": "今次對話，你有幾滿意？",
    "zh-Hans": "这次对话，您满意吗？",
    "en": "How satisfied are you with this conversation?",
}


async def question(session: AsyncSession, conversation: Conversation) -> Entry | None:
    """What to ask, in the customer's language; None where nobody is to be asked, or no answer could be taken."""
    may_ask = await reply_windows.is_open(session, conversation, "system")
    may_ask = may_ask and await consenting.allows(session, conversation)
    if not may_ask or not await _takes_ratings(session, conversation) or not await _is_answered(session, conversation):
        return None
    content = QUESTION[await _language(session, conversation)]
    return Entry(sender_type="system", sender_id=None, content=content, message_type="template", content_type=ASKED)


async def _takes_ratings(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether the inbox asks, and its channel brings the rating back.

    What is asked in plain words would be answered to the bot, as the beginning of another conversation.
    """
    statement = select(Inbox.csat_enabled, Inbox.channel).where(
        Inbox.account_id == conversation.account_id, Inbox.id == conversation.inbox_id
    )
    is_enabled, channel = (await session.execute(statement)).one()
    connector = registry.CONNECTORS.get(channel)
    return bool(is_enabled) and connector is not None and Survey in connector.capabilities.blocks


async def _is_answered(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether somebody answered the customer since they were last asked."""
    of_it = (Message.account_id == conversation.account_id, Message.conversation_id == conversation.id)
    asked = (
        select(func.coalesce(func.max(Message.seq), 0)).where(*of_it, Message.content_type == ASKED).scalar_subquery()
    )
    answered = await session.scalar(
        select(Message.id)
        .where(
            *of_it,
            Message.message_type == "outgoing",
            ~Message.private,
            Message.sender_type.in_(("user", "bot")),
            Message.seq > asked,
        )
        .limit(1)
    )
    return answered is not None


async def _language(session: AsyncSession, conversation: Conversation) -> Written:
    statement = (
        select(Contact.locale, Account.locale)
        .join(Account, Account.id == Contact.account_id)
        .where(Contact.account_id == conversation.account_id, Contact.id == conversation.contact_id)
    )
    own, accounts = (await session.execute(statement)).one()
    return languages.written_for(own or "") or languages.written_for(accounts) or "zh-HK"
