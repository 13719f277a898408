"""Owns dialogue acts: what a short message does (greet, thank, agree, deny, cancel, correct), by lexicon."""

import re

from kaitak.nlu.understanding import Act, Context

_EDGE = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_PARTICLES = "(?:呀|啊|吖|啦|喇|嘞|囉|啰|喎|㗎|架|呢|嘛|嘅|哦|噢|吓|哈|ya|la|ar|wor|lor)*"
_GAP = r"[\s,，.。!！~～、]*"

_GREET = (
    "你好|您好|hello|hi|hey|hihi|哈囉|哈喽|嗨|早晨|早安|早上好|午安|下午好|晚安好|晚上好|喂|喂喂|"
    "good morning|good afternoon|good evening|morning|"
    "在嗎|在吗|有冇人|有人嗎|有人吗|有冇人喺度|喺唔喺度|你好嗎|你好吗|hi there|hello there|hey there|各位好|客服你好"
)
_THANK = (
    "多謝(?:晒|曬|你|哂)?|多谢(?:晒|你)?|謝謝(?:你|您)?|谢谢(?:你|您)?|唔該(?:晒|曬|你|哂)?|唔该(?:晒|"
    "你)?|thanks(?: a lot)?|thank you(?: so much| very much)?|thx|thank u|"
    "ty|cheers|感謝(?:你)?|感谢(?:你)?|拜拜|bye|byebye|bye bye|再見|再见|goodbye|冇嘢(?:問)?|冇其他嘢|"
    "冇其他問題|冇問題(?:啦|喇)|搞掂(?:晒)?|辛苦(?:晒|你|了)|"
    "没别的了|沒有其他問題|好人一生平安|that'?s all|that is all|m goi|mgoi(?: sai)?|ng goi|好滴謝謝|麻煩晒|麻烦你了"
)
_AFFIRM = (
    "係|系|是|是的|係呀|好|好的|好呀|好啦|ok|okay|oki|可以|得|得呀|冇錯|啱|啱呀|啱晒|正確|正确|對|对|對的|"
    "对的|沒錯|没错|yes|yeah|yep|yup|sure|correct|right|"
    "要|要呀|嗯|唔錯|冇問題|沒問題|没问题|行|可以呀|please do|yes please|好啊|係㗎|就係|就係咁|即係咁|"
    "go ahead|確認|确认|confirm|👌|👍|麻煩你|唔該幫我"
)
_DENY = (
    "唔係|唔系|不是|唔使|唔駛|不用|不用了|唔要|不要|唔好|no|nope|nah|no thanks|no thank you|not really|"
    "唔啱|不對|不对|唔得|冇|沒有|没有|暫時唔使|唔需要|"
    "不需要|唔洗|免了|唔使喇|not that|that'?s wrong|唔係呢個|唔係呢張|都唔係|以上都唔係|都不是|"
    "none of them|none of these"
)
_CANCEL = (
    "算(?:啦|喇|了|罷|把數)|唔(?:查|問|搞|使查|使問|使搞)(?:住)?(?:啦|喇|住)?|取消(?:查詢|查询)?|cancel|"
    "never ?mind|forget it|stop|停|"
    "咪住|唔使理(?:啦|喇)?|不查了|不用查了|不问了|不問了|quit|exit|由佢(?:啦|喇)?|遲啲先(?:啦|算)?"
)
_NO_VALUE = re.compile(
    r"(?:冇|無|沒有|没有|唔知|唔記得|唔见|唔見|不知道|忘記|忘记|找不到|搵唔到|揾唔到|don'?t have|"
    r"do not have|don'?t know|can'?t find|lost|no)"
    r".{0,8}(?:單號|号|號碼|订单号|訂單編號|編號|order (?:number|no)|number|單|單據|确认信|email)|^(?:唔知|"
    r"唔知呀|唔記得|不知道|不記得|不记得|忘了|no idea|dunno|don'?t know|i don'?t know|冇喎|冇呀)"
)
_HUMAN = re.compile(
    r"真人|人工(?!智能)|轉人工|转人工|(?:叫|搵|揾|轉|转|駁|接)(?:個|返個|番個)?(?:職員|客服|客戶服務|同事|"
    r"主任|經理|经理|上司|負責人|负责人|人)(?!.{0,3}(?:電話係|態度))"
    r"|同(?:個)?(?:人|職員|客服|同事|你哋啲人)(?:講|傾|聽)|唔(?:想|要|好再?).{0,4}(?:機械人|机械人|機器人|"
    r"bot|robot|ai)|不(?:想|要)(?:跟|和|同).{0,4}(?:机器人|機器人)"
    r"|(?:human|real person|live agent|actual person|representative)|(?:speak|talk|chat)(?:ing)? (?:to|"
    r"with) (?:a |an |some)?(?:person|someone|somebody|agent|human|staff|manager|supervisor)"
)
_CORRECT = re.compile(
    r"(?:講|打|寫|俾|畀|比|入|说|說|写|给|輸|输|報|报|搞|弄|撳|睇)(?:咗|左|緊)?錯(?:咗|左|了)?|(?:打|写|说|"
    r"输|给|弄|搞|看)错(?:了)?|錯咗|错了|更正|改正|唔係(?:呀|啊)?[,，。 ]*(?:係|应该|應該)|應該係|应该是|"
    r"應該是"
    r"|我意思係|我(?:係|是)(?:想)?話|等等|等陣|等一下|且慢|咪住|sorry.{0,8}(?:wrong|mean)|i meant?\b|"
    r"\bwrong (?:number|one|order)|correction|typo|mistyped|not that one|actually"
    r"|上(?:條|个|個|一條|一条|句)(?:訊息|信息|message|msg)?.{0,4}(?:錯|错|唔算|唔啱)"
)


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{words}){_PARTICLES}{_GAP}){{1,4}}")


_WHOLE: tuple[tuple[Act, re.Pattern[str]], ...] = (
    ("cancel", _whole(_CANCEL)),
    ("greet", _whole(_GREET)),
    (
        "thank",
        re.compile(
            rf"(?:(?:{_AFFIRM}|{_THANK}|"
            rf"{_DENY}){_PARTICLES}{_GAP}){{0,3}}(?:{_THANK}){_PARTICLES}{_GAP}(?:(?:{_THANK}){_PARTICLES}{_GAP}){{0,3}}"
        ),
    ),
    ("affirm", _whole(_AFFIRM)),
    ("deny", _whole(_DENY)),
)
_GREETING_AND_MORE = re.compile(rf"^(?:{_GREET}){_PARTICLES}{_GAP}(?=.{{2,}})")
_SHORT = 24


def find_act(folded: str, context: Context) -> Act:
    """The act of a folded message; a message with a request in it is a `request`."""
    text = _EDGE.sub("", folded)
    if not text:
        return "affirm" if any(sign in folded for sign in "👌👍") else "empty"
    if _HUMAN.search(text) is not None:
        return "human"
    if len(text) <= _SHORT:
        for act, pattern in _WHOLE:
            if pattern.fullmatch(text) is not None:
                return act
    if context.asked == "slot" and _NO_VALUE.search(text) is not None:
        return "no_value"
    if _CORRECT.search(text) is not None:
        return "correct"
    return "request"


def is_correction(folded: str) -> bool:
    """Whether the customer takes something back."""
    return _CORRECT.search(folded) is not None


def without_greeting(folded: str) -> str:
    """The message after its opening greeting, or the whole when nothing follows."""
    rest = _GREETING_AND_MORE.sub("", folded, count=1)
    return rest if len(rest) >= 2 else folded
