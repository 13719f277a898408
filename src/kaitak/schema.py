"""Knows every slice's tables: the metadata that migrations are made from (composition root, no logic)."""

import kaitak.accounts.models
import kaitak.bot.models
import kaitak.business.models
import kaitak.channels.models
import kaitak.contacts.models
import kaitak.contacts.proof_models
import kaitak.contacts.record_models
import kaitak.conversations.log_models
import kaitak.conversations.models
import kaitak.knowledge.models
import kaitak.learning.models
import kaitak.realtime.models
import kaitak.surveys.models  # noqa: F401
from kaitak.db.base import Base

metadata = Base.metadata
