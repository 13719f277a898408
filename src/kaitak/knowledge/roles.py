"""Owns what a figure is there for: until when one may act, how long a thing takes, who pays whom. Pure.

「幾耐有結果」 and 「90日內申請」 are both a span, but not the same one; nor are 「收幾多」 and 「賠 $400」 one sum.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kaitak.knowledge import terms

_SPANS: Final = {  # what asks for it, what states it; both in the written view
    "result": (
        (
            r"(?:多久|几天|几日|多少天|什么时候|几时|多快)[^,。?]{0,4}(?:到|收到|有结果|知道|批|回复|覆|完成|好|见到|答复|拿到|入账|入帐|发出)"
            r"|要等多久|等多久|要多久|几天到|需时|how long (?:does|will|until|before i)|how soon|working days does"
        ),
        (
            r"需时|需 ?\d|一般|约 ?\d|大约|到账|到帐|入账|入帐|送达|签收|时效|备妥|审核|发放"
            r"|内[^,。;]{0,6}(?:发出|回复|回覆|到|寄出|完成|退回|存入|答复|处理|取回|视察)"
            r"|\d ?个?工作(?:天|日)(?:内?(?:退|发|寄|存|回|完)|$|[;。,])|takes?|within \d+ working"
        ),
    ),
    "deadline": (
        (
            r"最迟|(?:多久|几天|几日|多少天|多少日)之?内|期限|赶得?及|赶得切|来得及|太迟|迟不迟"
            r"|限(?:几|多少)|之前要|deadline|do i have|how far ahead|by when"
        ),
        (
            r"须于|须在|必须|期限|最迟|逾|之前|最少.{0,8}前|within|before"
            r"|内[^,。;]{0,8}(?:通知|提出|申请|提交|递交|办理|申报|退|换|书面|报警|补|交|投保|取消|索偿|上诉|登记)"
            r"|前[^,。;]{0,4}(?:通知|提出|申请|取消|递交)"
        ),
    ),
    "validity": (
        (
            r"有效|过期|到期|用(?:得)?到(?:什么时候|几时|何时)|保留|存放|放(?:多久|到)|失效|期限到|使用期限"
            r"|expire|valid|run out|keep"
        ),
        r"有效|到期|过期|失效|保留|存放|保存|expire|valid|作废",
    ),
    "waiting": (
        (
            r"等候期|相隔|隔多久|(?:什么时候|几时|多久)[^,。?]{0,6}(?:开始|才)[^,。?]{0,4}(?:赔|保|再)"
            r"|(?:买|生效|投保|开始)了?[^,。?]{0,8}(?:天|日|月)"
        ),
        r"等候期|相隔|隔 ?\d|生存|后方可|方可|未满|waiting|in force",
    ),
    "warranty": (
        r"保用|保修|保养|保固|保(?:多久|几)|能保|guarantee|warranty",
        r"保用|保修|保养|保固|warranty|guarantee|一换一",
    ),
    "longest": (
        r"最长|最多(?:几|多少)?(?:天|日|晚|个月)|延长|加长|最久|longest|at most",
        r"最长|最多 ?\d+ ?(?:日|天|晚|个?月)|延长|longest|up to|合计",
    ),
}
_SUMS: Final = {
    "premium": (
        (
            r"保费|年费|月费|(?:买|投保|保险|计划|保)[^,。?]{0,16}(?:一年|每年|一个月|每月|两年|一家)[^,。?]{0,8}(?:多少|几)"
            r"|(?:一年|每年|一个月|每月)(?:要)?(?:多少钱|几钱)|premium|what would it cost"
        ),
        r"保费|年费|月费|年度保|premium",
    ),
    "price": (
        (
            r"多少钱|几钱|收费|收多少|要(?:付|给|钱)|(?:付|给|加|交|贵)(?:多少|几)|价钱|租金|运费|手续费|学费|人工|工钱|费用"
            r"|how much is|do you charge|cost|fee|price|charge"
        ),
        r"收费|费|收 ?\$|每[件次张只日位条]|加收|另收|另加|免费|售价|charge|fee|price|\$[\d,]+ (?:per|a)",
    ),
    "benefit": (
        r"赔|补偿|津贴|报销|拿回|退(?:回)?(?:多少|几)|回赠|claim|pays?\b|cover|refund|money back",
        r"赔|津贴|保额|上限|补偿|退|回赠|报销|补助|\bpays?\b|cover|refund",
    ),
    "own_share": (
        r"自付|自负|垫底|自己[^,。?]{0,4}(?:给|付|出|负担|承担|掏)|excess|deductible|out of pocket",
        r"自负|自付|负担|承担|支付|excess|deductible",
    ),
    "penalty": (
        r"罚|扣(?:多少|几|钱|我)|亏|损失多少|penalty",
        r"扣|罚|手续费|行政费|没收|另加|附加|空程|保管费",
    ),
    "threshold": (
        r"买满|满多少|满几|够数|门槛|免运|消费(?:多少|几)|要花|升(?:级|为|做)|成为",
        r"满 ?\$|门槛|消费满|升为|达标|资格",
    ),
    "interest": (r"利息|几厘|年息|息口|利率|interest|回报", r"年息|利率|利息|厘|interest|回报"),
    "discount": (
        r"折|优惠|减(?:多少|几)|便宜|着数|回扣|discount|off\b",
        r"折|优惠|减|discount|% ?off|便宜",
    ),
}
_COMPILED: Final = {
    group: {name: (re.compile(asks), re.compile(states)) for name, (asks, states) in found.items()}
    for group, found in (("span", _SPANS), ("sum", _SUMS))
}
NAMES: Final = (*_SPANS, *_SUMS)


@lru_cache(maxsize=1024)
def asked(question: str) -> frozenset[str]:
    """What a question wants a figure for."""
    return _found(question, 0)


@lru_cache(maxsize=8192)
def told(text: str) -> frozenset[str]:
    """What the figures of a text are there for."""
    return _found(text, 1)


def signs(question: str, text: str, title: str) -> dict[str, float]:
    """For each purpose that is asked for 1 if the text states it, -1 if not; for spans and sums if any is stated."""
    wanted, own, whole = asked(question), told(text), told(f"{title} {text}")
    found = {
        f"role_{name}": (1.0 if name in own else 0.3 if name in whole else -1.0) if name in wanted else 0.0
        for name in NAMES
    }
    for group, roles in _COMPILED.items():
        mine = wanted & roles.keys()
        found[f"role_of_{group}"] = len(mine & own) / len(mine) - 0.5 if mine else 0.0
        found[f"other_{group}"] = float(bool(mine) and not mine & own and bool(own & roles.keys()))
    return found


def _found(text: str, side: int) -> frozenset[str]:
    written = terms.views(text)[1]
    return frozenset(
        name for roles in _COMPILED.values() for name, patterns in roles.items() if patterns[side].search(written)
    )
