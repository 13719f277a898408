"""Fills one account with conversations, messages and their searchable texts, for bench/inbox.py."""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg

from kaitak.conversations import search_index

MESSAGES_EACH = 5
AGENTS = 40
_PEOPLE = """
insert into account (id, name, last_display_id) overriding system value values (1, 'Bench', %(n)s);
insert into users (id, email, name) overriding system value
  select i, 'agent' || i || '@bench.example', 'Agent ' || i from generate_series(1, %(agents)s + 1) i;
insert into account_user (account_id, user_id, role)
  select 1, i, case when i = 1 then 'administrator' else 'agent' end from generate_series(1, %(agents)s + 1) i;
insert into team (account_id, id, name) overriding system value
  select 1, i, 'Team ' || i from generate_series(1, 8) i;
insert into inbox (account_id, id, name, channel, identifier, config_encrypted) overriding system value
  select 1, i, 'Inbox ' || i, 'api', 'bench-' || i, '' from generate_series(1, 12) i;
insert into inbox_member (account_id, inbox_id, user_id)
  select 1, b, u from generate_series(1, 12) b, generate_series(2, %(agents)s + 1) u where (b + u) %% 3 = 0;
insert into label (account_id, title) select 1, t from unnest(array['rare', 'usual', 'frequent']) t;
"""
_CONTACTS = """
insert into contact (account_id, id, name, email, last_activity_at) overriding system value
  select 1, i,
    (array['陳','李','黃','張','林','王','吳','劉','鄭','何'])[1 + i %% 10] ||
    (array['大','小','志','美','家','嘉','俊','詠','子','曉'])[1 + (i / 10) %% 10] ||
    (array['文','明','玲','華','強','欣','儀','豪','晴','希'])[1 + (i / 100) %% 10] || ' ' ||
    (array['Chan','Lee','Wong','Cheung','Lam','Ng','Lau','Ho','Cheng','Yip'])[1 + i %% 10] || ' ' ||
    to_hex(i * 7919::bigint),
    'c' || i || '@bench.example', now() - i * interval '3 seconds'
  from generate_series(1, %(n)s / 2) i;
insert into contact_inbox (account_id, id, contact_id, inbox_id, source_id, current_conversation_id)
  overriding system value
  select 1, i, i, case when i %% 2000 = 0 then 12 else 1 + (i %% 11) end, 's' || i, null
  from generate_series(1, %(n)s / 2) i;
"""
_CONVERSATIONS = """
insert into conversation (account_id, id, display_id, inbox_id, contact_id, contact_inbox_id, status, owner,
    assignee_id, team_id, last_seq, last_activity_at, created_at, snoozed_until)
  overriding system value
  select 1, i, i, case when c %% 2000 = 0 then 12 else 1 + (c %% 11) end, c, c, s,
    case s when 'pending' then 'bot' when 'resolved' then 'bot' else case when a then 'human' else 'queued' end end,
    case when a and s <> 'pending' then 2 + abs(hashint8(i + 3) %% %(agents)s) end,
    case when abs(hashint8(i + 1) %% 7) = 0 then 1 + abs(hashint8(i + 2) %% 8) end,
    %(each)s, at, at - interval '10 minutes',
    case when s = 'snoozed' then now() + interval '1 day' end
  from (
    select i, 1 + (i * 48271::bigint) %% (%(n)s / 2) as c, now() - (%(n)s - i) * interval '2 seconds' as at,
      case when i %% 50 = 0 then 'open' when i %% 100 = 1 then 'pending' when i %% 200 = 3 then 'snoozed'
           else 'resolved' end as s,
      abs(hashint8(i) %% 10) < 3 as a
    from generate_series(1, %(n)s) i) x;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, 'frequent' from generate_series(1, %(n)s) i where i %% 5 = 0;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, 'usual' from generate_series(1, %(n)s) i where i %% 60 = 0;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, 'rare' from generate_series(1, %(n)s) i where i %% 4999 = 0;
"""
_MESSAGES = """
insert into message (account_id, conversation_id, seq, message_type, sender_type, sender_id, content, status,
    created_at)
  select 1, i, s, case when s %% 2 = 1 then 'incoming' else 'outgoing' end,
    case when s %% 2 = 1 then 'contact' else 'bot' end, null,
    (array['我想問下','唔該','你好','請問','麻煩晒','hello ','其實','今日'])[1 + abs(hashint8(i * 8 + s) %% 8)] ||
    (array['張單去咗邊','幾時送到','想退貨','退款未到','改地址得唔得','會員積分','發票','換細碼','門市幾點開','取消訂單',
           'where is my order','refund please','送錯貨','少咗一件','壞咗','優惠碼用唔到',
           '付款失敗','想買禮物卡','預約','投訴']
    )[1 + abs(hashint8(i * 8 + s + 7) %% 20)] ||
    case when (i + s) %% 1000 = 0 then '保溫壺' else '' end ||
    case when s = 1 then ' HK' || i else '' end ||
    (array['呀','？','唔該晒',' thanks','，急','。',' 0' || i %% 100,'囉'])[1 + abs(hashint8(i * 8 + s + 3) %% 8)],
    'sent', now() - (%(n)s - i) * interval '2 seconds'
  from generate_series(%(from)s::bigint, %(to)s::bigint) i, generate_series(1, %(each)s) s;
insert into turn (account_id, conversation_id, from_seq, to_seq, understanding, trace, outcome)
  select 1, i, 1, 1, '{"mood": {"sentiment": "neutral", "emotion": "calm", "urgency": "normal"}}', '[]', 'answered'
  from generate_series(%(from)s::bigint, %(to)s::bigint) i where i %% 3 = 0;
"""
_TEXTS = """
set maintenance_work_mem = '1GB';
drop index message_text_grams;
insert into message_text (account_id, message_id, conversation_id, inbox_id, block, folded)
  select 1, m.id, m.conversation_id, c.inbox_id, (row_number() over (order by m.id) - 1) / 50000,
    translate(lower(m.content), %(written)s, %(folded)s)
  from message m join conversation c on c.account_id = 1 and c.id = m.conversation_id where m.account_id = 1;
insert into message_text_state (account_id, settled_id, texts)
  select 1, max(message_id), count(*) from message_text;
create index message_text_grams on message_text using gin (text_grams(account_id, block, folded));
alter index message_text_grams alter column 1 set statistics 0
"""
_HAN = re.compile("[\u4e00-\u9fff]")
_SEQUENCES = """
select setval(pg_get_serial_sequence(t, 'id'), 100000000)
  from unnest(array['account', 'users', 'team', 'inbox', 'contact', 'contact_inbox', 'conversation']) t
"""


def seed(superuser_url: str, n: int) -> None:
    """Fill one account; foreign keys are not checked row by row while seeding."""
    values: dict[str, int] = {"n": n, "agents": AGENTS, "each": MESSAGES_EACH}
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set maintenance_work_mem = '256MB'")
        for script in (_PEOPLE, _CONTACTS, _CONVERSATIONS):
            _run(connection, script, values)
        step = 100_000
        for first in range(1, n + 1, step):
            _run(connection, _MESSAGES, {**values, "from": first, "to": min(n, first + step - 1)})
        written = "".join(sorted(set(_HAN.findall(_MESSAGES))))
        _run(connection, _TEXTS, {"written": written, "folded": "".join(search_index.fold(each) for each in written)})
        connection.execute(_SEQUENCES)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _run(connection: psycopg.Connection[tuple[object, ...]], script: str, values: Mapping[str, int | str]) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement.encode(), values)
