"""Owns dialogue acts: what a short message does (greet, thank, agree, deny, cancel, correct), by lexicon."""

import re

from kaitak.nlu import act_phrases, normalising
from kaitak.nlu.understanding import Act, Context

_EDGE = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_NOT_WORDS = re.compile(r"[^\w\s\u3400-\u9fff]+")
_YES_SIGNS, _NO_SIGNS, _HELLO_SIGNS, _THANK_SIGNS = "👌👍✅🆗👏🙆💯", "👎❌🙅✖", "👋", "🙏❤"
_LONGEST_WHOLE = 40

_NO_VALUE = re.compile(
    r"(?:冇|没有|唔知|唔记得|唔见|不知道|不记得|忘记|忘了|找不到|揾唔到|无|丢了|don'?t have|do not have|don'?t know"
    r"|can'?t find|lost|no)"
    r".{0,8}(?:单号|号|号码|编号|order (?:number|no)|number|单|单据|确认信|保单|文件|email|ref)"
    r"|^(?:我?唔知|我?唔记得|不知道|不记得|忘了|no idea|dunno|don'?t know|i don'?t know|冇喎|冇呀|冇"
    r"|没有)(?:[呀啊喎㗎啦了喇咗]|$)"
)
# A wish for a human being; what only speaks of one (個真人好差) or refuses one is no wish.
_HUMAN = re.compile(
    r"(?:转|驳|接|要|揾|叫|给|找|请|派)(?:[我返个去一位你哋到埋]{0,4})(?:真人|人工(?!费|关|智|授|流|资)|活人"
    r"|客服(?!电话)|客户服务|接线生|接线员|主管|上司|supervisor|manager|human|real person|officer|人[讲倾听答接])"
    r"|(?:转|驳)(?:接)?(?:返)?(?:人|同事)(?![民寿])|(?:揾|叫|换|派|要)(?:返|番)?个?(?:真)?人(?:嚟|来|出嚟)?(?:听|讲"
    r"|倾|同我|跟我|答|接|覆)"
    r"|(?:想|要|可唔可以|可以|可否|能否)(?:直接)?(?:同|和|跟|揾|搵|找)(?:个|返|一个|一位)?(?:真人|活人|人|职员|客服"
    r"|同事|主任|经理|你哋啲人|员工|店员)(?:讲|倾|谈|听|说|对话|通话|聊|沟通|处理)"
    r"|唔(?:想|要|好再?)(?:同|再同|听)?.{0,3}(?:机械人|机器人|bot|robot|ai|电脑)(?:讲|倾|答|讲嘢|对话)?(?:$"
    r"|[\s,，。呀啦喇])|不(?:想|要)(?:跟|和|同).{0,4}(?:机器人|机械人)"
    r"|(?:speak|talk|chat|connect|transfer|put)(?:ing)?(?: me)?(?: (?:to|with|through to))? (?:a |an |some |the "
    r"|your |real )*(?:person|someone|somebody|agent|human|staff|manager|supervisor|representative|operator|officer"
    r"|colleague|advisor)(?!'s)"
    r"|(?:real|live|actual|human) (?:person|agent|human|being|rep)|(?:need|want|get me|give me|like) (?:a "
    r"|an )?(?:human|real person|live agent|person|operator)(?! to (?:come|fix))|(?:^|\s)(?:转|要)?人工(?:客服|服务"
    r"|呀|啊|啦|唔该|谢谢)?(?:$|\s)"
)
_NO_HUMAN = re.compile(
    r"(?:唔系|唔使|唔要|不是|不用|not|don'?t)(?:话|想|要|再)?(?:要|想|转|揾|找|叫|而家)?.{0,3}(?:真人|人工|客服"
    r"|同人|职员|human|person|agent)"
    r"|定(?:系)?真人|(?:头先|啱啱|上次|同完|打畀).{0,6}(?:真人|人工|客服|职员)|份人工|[个加减]月?人工|(?:真人|职员"
    r"|客服|同事)(?:仲|都|态度|话|同|讲嘢|喺我|笑|串|黑面)"
)
# What is put right: a slip, or one value and the other that stands in its place. A change of mind is none.
_CORRECT = re.compile(
    r"(?:讲|打|写|畀|入|说|给|输|报|搞|弄|揿|睇|记|按|填|抄|读|念|唸)(?:咗|紧|少|多|漏)?(?:个|咗个)?错(?:咗|左|了)?"
    r"|(?:打|写|讲|入|抄|读|念)(?:少|多|漏)(?:咗|左|了)?个?|漏(?:打|写|讲|读)?(?:咗|左|了)(?:个|一个|两个)?(?:字母|数字|字|零|号码)"
    r"|(?<![寄送收执])错[咗了]|更正|改正|应该系|应该是|应为|口误|笔误|手误|(?:搞|弄|记|讲|说)(?:混|乱|岔)了"
    r"|唔系(?:呀|啊|喎)?[,，。 ]+(?:系|应该|而系)|我意思系|我意思是|我(?:系|是)(?:想)?话|等等|等阵|等一下|且慢|咪住"
    r"|^(?:唔系|不是)[^,，。?？!！]{1,10}[,，。 ]+(?:而|应该)?(?:系|是)"
    r"(?=[下今听后明星礼周\d一两二三四五六七八九十红橙黄绿蓝紫黑白灰啡粉大中细小]|hk|[smlx]+(?![a-z]))[^,，。?？!！]{1,8}$"
    r"|慢住|sorry.{0,8}(?:wrong|mean)|i meant?\b|\bmis(?:read|typed|spoke|heard)\b|\bmixed (?:them )?up\b"
    r"|\b(?:my (?:mistake|bad)|oops|whoops|scrap that)\b|\bgot (?:it|that|them|the \w+|my \w+) wrong\b"
    r"|\bmake (?:that|it) (?:the |a )?(?:\d|mon|tue|wed|thu|fri|sat|sun|next|two|three|four|five|six|hk)"
    r"|\bmake it \w+ instead|\bshould(?: have been| be| read|'ve been) (?:the )?(?:\d|hk|[a-z]{1,3}-?\d)"
    r"|^(?:no, )?not (?:the )?[^ ,]{1,12}, (?:it's |but )?(?:the )?\d"
    r"|\bwrong (?:number|one|order|policy)|correction|typo|mistyped|not that one|\bactually\b|scratch that"
    r"|never ?mind the"
    r"|[上前](?:条|个|一条|句|一个)(?:讯息|信息|消息|message|msg|号码|电话|日子)?.{0,4}(?:错|唔算|唔啱|作废|当冇|不算)"
    r"|刚才(?:那个|那条|说的|讲的|的)?(?:不对|错|说错|不算|作废)"
    r"|头先(?:嗰个|嗰条|嗰句|讲嗰个)?(?:唔算|唔啱|错|讲错|作废)|当我冇(?:讲|问)过"
)


def _alternatives(*lists: tuple[str, ...]) -> str:
    return "|".join(sorted({phrase for phrases in lists for phrase in phrases}, key=len, reverse=True))


def _whole(*lists: tuple[str, ...], beside: tuple[str, ...] = ()) -> re.Pattern[str]:
    """A pattern for messages that are nothing but these phrases (one at least), particles and what is `beside`."""
    wanted, units = _alternatives(*lists), _alternatives(*lists, beside)
    unit = rf"(?:{units}){act_phrases.PARTICLES}\s*"
    first = "".join(sorted({re.escape(each[0]) for each in units.split("|")}))
    return re.compile(
        rf"(?=[{first}])(?=.*?(?:^|(?<=[^a-z]))(?:{wanted})(?:{act_phrases.PARTICLES}\s*(?:{units}))*)(?:{unit}){{1,6}}"
    )


_ONLY_THANKS = _whole(act_phrases.THANK, beside=act_phrases.ADDRESS)
_WHOLE: tuple[tuple[Act, re.Pattern[str]], ...] = (
    ("cancel", _whole(act_phrases.CANCEL, beside=act_phrases.PLEASE)),
    ("greet", _whole(act_phrases.GREET, beside=act_phrases.ADDRESS)),
    ("human", _whole(act_phrases.HUMAN, beside=(*act_phrases.PLEASE, "喂", "我", "要", "想"))),
    ("affirm", _whole(act_phrases.AFFIRM, beside=("唔该", "please", "pls", "plz", "麻烦你", "麻烦您了", "唔该晒"))),
    ("deny", _whole(act_phrases.DENY, beside=act_phrases.PLEASE)),
    ("thank", _whole(act_phrases.THANK, act_phrases.CLOSE, beside=(*act_phrases.ADDRESS, *act_phrases.ASSENT))),
)
# 好，多謝 says yes when something was asked, else it closes.
_YES_WITH_THANKS = _whole(act_phrases.AFFIRM, beside=act_phrases.PLEASE)
_GREETING_AND_MORE = re.compile(
    rf"^(?:{'|'.join(sorted(act_phrases.OPENING, key=len, reverse=True))})(?:{act_phrases.PARTICLE_CHARACTERS})*"
    r"[\s,，.。!！~～、]*(?=.{2,})"
)


def find_act(folded: str, context: Context) -> Act:
    """The act of a folded message; a message with a request in it is a `request`."""
    view = normalising.features_view(folded[:400])
    text = _NOT_WORDS.sub(" ", view).strip()
    if not text:
        return _sign(folded)
    if len(text) <= _LONGEST_WHOLE:
        act = _whole_act(text, context)
        if act is not None:
            return act
    if _wants_human(view):
        return "human"
    if context.asked == "slot" and _NO_VALUE.search(view) is not None:
        return "no_value"
    return "correct" if _CORRECT.search(view) is not None else "request"


def _sign(folded: str) -> Act:
    for act, signs in (("affirm", _YES_SIGNS), ("deny", _NO_SIGNS), ("greet", _HELLO_SIGNS), ("thank", _THANK_SIGNS)):
        if any(sign in folded for sign in signs):
            return act  # type: ignore[return-value]
    return "empty"


def _whole_act(text: str, context: Context) -> Act | None:
    if context.asked in ("yes_no", "options") and _YES_WITH_THANKS.fullmatch(text) is not None:
        return "affirm"
    if _ONLY_THANKS.fullmatch(text) is not None:
        return "thank"
    return next((act for act, pattern in _WHOLE if pattern.fullmatch(text) is not None), None)


def _wants_human(view: str) -> bool:
    if _NO_HUMAN.search(view) is not None:
        return False
    return _HUMAN.search(view) is not None


def is_correction(folded: str) -> bool:
    """Whether the customer takes something back."""
    return _CORRECT.search(normalising.simplify(folded[:400])) is not None


def without_greeting(folded: str) -> str:
    """The message after its opening greeting, or the whole when nothing follows."""
    rest = _GREETING_AND_MORE.sub("", folded, count=1)
    return rest if len(rest) >= 2 else folded
