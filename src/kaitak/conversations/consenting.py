"""Owns whether consent lets a message go: asked before it is written, with the reason if it does not."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import registry
from kaitak.contacts import consent
from kaitak.contacts.consent import Purpose
from kaitak.contacts.errors import ConsentWithdrawnError
from kaitak.conversations.models import Conversation

PURPOSE = "purpose"  # the attribute of a message that says `marketing`; all others are service
_FACTS = text("""
select i.channel, exists (select from contact_consent s where s.account_id = :account_id) as has_ledger,
  (select max(m.created_at) from message m where m.account_id = :account_id and m.conversation_id = :conversation_id
     and m.message_type = 'incoming' and m.seq > :seq) as heard_at
from inbox i where i.account_id = :account_id and i.id = :inbox_id
""")
_RECENT = 200  # messages in which the customer's last one is looked for


async def allows(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether a service message may go now."""
    try:
        await require(session, conversation, None)
    except ConsentWithdrawnError:
        return False
    return True


async def require(session: AsyncSession, conversation: Conversation, attributes: object) -> None:
    """Raise unless the customer's consent lets a message go now; nothing has been written yet.

    Who asked for no more messages and then writes is answered, unless the channel itself heeds such words.
    """
    purpose: Purpose = "service"
    if isinstance(attributes, dict) and attributes.get(PURPOSE) == "marketing":
        purpose = "marketing"
    values = {
        "account_id": conversation.account_id,
        "conversation_id": conversation.id,
        "inbox_id": conversation.inbox_id,
        "seq": conversation.last_seq - _RECENT,
    }
    facts = (await session.execute(_FACTS, values)).one()
    if purpose == "service" and not facts.has_ledger:
        return
    words = consent.words_of(await consent.read(session, conversation.account_id, conversation.contact_id))
    found = consent.forbids(words, facts.channel, purpose)
    if found is None:
        return
    if found == "never_given":
        raise ConsentWithdrawnError("the customer has not agreed to advertising", purpose=purpose, why="never_given")
    connector = registry.CONNECTORS.get(facts.channel)
    heeds = connector is not None and connector.capabilities.has_opt_out
    is_answer = purpose == "service" and facts.heard_at is not None and facts.heard_at > found.at
    if heeds or not is_answer:
        raise ConsentWithdrawnError(
            "the customer has asked for no such messages",
            purpose=purpose,
            why="withdrawn",
            since=found.at.isoformat(),
            source=found.source,
        )
