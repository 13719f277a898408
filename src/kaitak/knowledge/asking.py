"""Owns what kind of thing a question asks for, and whether a text states one: a span, a share, a place, a yes. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NOT_COUNTED = "钱|元|天|日|年|月|时|点|次|岁|成|厘|久|大|重|高|$|[,。?]"
_WHAT = (  # the last that a question holds decides; of several that end there the first
    ("why", r"为什么|为何|点解|\bwhy\b"),
    (
        "naming",
        (
            r"叫(?:做)?什么|什么名|名字(?:是|叫)|(?:什么|哪个|哪只|哪些)(?:牌子?|颜色|色|语言|花款)|几只色|"
            r"what brand|what colou?rs?|name of"
        ),
    ),
    (
        "phone",
        (
            r"电话(?:号码)?(?:是)?(?:几号|多少号|多少|几多号)|(?:打|致电)(?:哪个|什么|几)(?:号|电话)|热线(?:几|多少|是)|"
            r"phone number|hotline number"
        ),
    ),
    ("clock", r"几点|营业时间|关门时间|(?:几时|什么时候)(?:开|关)(?:门|店)|what time|opening hours"),
    (
        "share",
        (
            r"几成|百分之几|多少成|多少%|几厘|多少厘|多少percent|几percent|几折|多少折|多少个?巴仙|利率|what percent|"
            r"interest rate|what share"
        ),
    ),
    ("times", r"多少次|几次|几多次|how many times|how often"),
    ("age", r"几岁|多少岁|多大(?:年纪|年龄|可以|才|就)|几大(?:可以|才|先)|how old|what age|岁数"),
    (
        "money",
        (
            r"多少钱|几钱|多少元|几元|几多钱|(?:赔|付|给|收|扣|退|出|补|减|罚|便宜|贵|差|交|报销|送|借|缴|贴|津贴)(?:到|回|返|我)?"
            r"(?:多少|几多)(?![次天日年月岁个间件张份小分点])|how much"
        ),
    ),
    (
        "span",
        (
            r"多久|几天|多少天|几日|多少日|几时|什么时候|几个?月|多少个?月|几年|多少年|多少个?小时|多少个?钟|几个?小时|几个?钟|多少分钟|"
            r"几分钟|何时|最迟|最晚|多早|多快|哪天|哪日|几号|几月|期限|how long|^when|"
            r"\bwhen (?:do|does|is|will|can|are|should)|"
            r"deadline|how soon|how many (?:working |business )?(?:days|months|years|hours|weeks|minutes)"
        ),
    ),
    (
        "measure",
        r"多大|几大|多重|几重|多高|尺寸|多长|几长|多宽|面积|重量|how (?:big|heavy|tall|wide)|dimensions|what size",
    ),
    ("count", rf"(?:多少|几多|几)(?!{_NOT_COUNTED})[一-龥]|how many"),
    ("place", r"哪里|哪间|哪家|什么地方|哪个地方|哪条街|在哪|去哪|边度|\bwhere\b|address"),
    ("who", r"谁|哪位|哪个人|\bwho\b"),
    (
        "papers",
        (
            r"什么(?:文件|证明|资料|纸|单|东西)|(?:要|带|交|需要|准备|有)(?:什么|哪些)|what (?:documents?|papers|"
            r"do i need|should i bring)"
        ),
    ),
    ("which", r"什么|哪|which|\bwhat\b"),
    ("how", r"怎样|怎么|如何|点样|how (?:do|can|to|should)|\bhow\b"),
    ("number", r"多少|几$|几多"),
)
_KINDS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _WHAT)
_OPINION = re.compile(
    r"最好|比较好|好过|好点|值不值|划算|成功率|推荐|点评|痛不痛|会不会痛|最近的?(?:地铁|车站)|best|better|recommend|worth|nearest"
)
_COSTS = re.compile(r"收费|要钱|收钱|付钱|给钱|免费|费用|保费|加钱|补钱|fee|cost|charge|price|free")
_CLOSED = re.compile(
    r"是不是|可不可以|能不能|行不行|要不要|用不用|有没有|会不会|对不对|好不好|([一-龥])不\1|吗|[^还]没$|"
    r"\b(?:can|do|does|is|are|may|will|could|should)\b"
)
MARK: Final = re.compile(
    r"是不是|可不可以|能不能|行不行|要不要|用不用|有没有|会不会|([一-龥])不\1|多少|几[^一-龥]?|什么|哪|谁|怎样|怎么|如何|为什么|"
    r"how (?:much|many|long|do|can|to)|what|where|when|which|who|can|does|do|is|are"
)
_FIGURE_MARK: Final = re.compile(
    r"多少|多久|几(?!乎|千|百|十)|什么时候|怎样|how (?:much|many|long|soon)|what|when(?= (?:do|does|is|will|can))"
)
_EACH: Final = re.compile(r"各|分别|以及|[?？].+呢|\bboth\b|\band (?:how|what|when)\b")
_RULING = re.compile(
    "不|免|毋|须|可|只限|恕|仍|必须|照|无需|一律|自动|只|赔|受保|包括|must|may|not|only|free|can|cannot|no "
)
_MONEY = r"[$¥]|\d ?%|免费|不赔|不收|不另收|免收|全免|豁免|free|hkd|hk\$|元|自付|负担|承担|支付|零|折"
_STATED: Final = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "naming": r"「|《|名为|名称|品牌|牌子|色|英文|中文|普通话|粤语|语言",
        "phone": r"\d{4} ?\d{4}|\b\d{3}\b|\d{5}",
        "share": r"\d ?%|分之|一半|[一二两三四五六七八九]成|\d ?成|\d折|全数|不赔|全额",
        "clock": r"\d\d?:\d\d|\d ?时|\d ?点|24 ?小时|全日|am\b|pm\b|休息|营业|中午",
        "times": r"\d+ ?次|一次|两次|times|once|twice|不限次|次数不限",
        "age": r"\d+ ?(?:岁|周岁)|年龄|星期|years? old|\bage|天|日",
        "measure": r"\d ?(?:厘米|公斤|公分|克|呎|寸|升|米|毫升|平方|cm|kg|kb|mb|gb|g\b)|尺寸",
        "money": _MONEY,
        "costs": _MONEY,
        "span": (
            r"\d ?(?:个|個)?(?:日|天|月|小时|小時|分钟|分鐘|年|工作|星期|周|週|秒|hour|day|week|month|year|min)|:\d\d|"
            r"最后一天|即时|当日|翌日|即日|随时|当天|隔天|永久|终身|首个|immediately|同日|之前|岁"
        ),
        "place": (
            r"路|街|道|号|楼|分店|门市|分行|中心|柜台|app|网站|网页|医院|诊所|车房|store|shop|branch|street|floor|online|地区|"
            r"香港|内地|海外|寄|页|设定"
        ),
        "who": r"人|客|员|我们|公司|父母|家属|会员|经理|医生|负担|承担|本人|持有|by |customer|we |专员",
        "papers": (
            r"证|文件|表|单|副本|正本|报告|收据|信|纸|相片|提交|出示|form|receipt|proof|report|certificate|letter|码|资料|"
            r"截图|照片"
        ),
        "number": r"\d",
        "closed": _RULING.pattern,
    }.items()
}
NAMES: Final = (*(kind for kind, _ in _KINDS), "closed", "other", "opinion", "costs")
_COUNTED = re.compile(r"(?:多少|几多|几)([一-龥])([一-龥]?)")
_NUMBER: Final = r"(?:\d|[一二两三四五六七八九十])"


@lru_cache(maxsize=2048)
def kinds(written: str) -> tuple[str, ...]:
    """What a question in its written view asks for, the main thing first."""
    last: tuple[int, str] | None = None
    for kind, pattern in _KINDS:
        for match in pattern.finditer(written):
            if last is None or match.end() > last[0]:
                last = (match.end(), kind)
    main = last[1] if last else "closed" if _CLOSED.search(written) else "other"
    found = [main]
    if _OPINION.search(written):
        found.append("opinion")
    if main in ("closed", "other") and _COSTS.search(written):
        found.append("costs")
    return tuple(found)


def fit(kind: str, question: str, text: str) -> float:
    """1 if a text states a thing of this kind, -1 if not, 0 if that cannot be seen; both in their written views."""
    if kind == "count":
        return 1.0 if _counts(question, text) else -1.0
    pattern = _STATED.get(kind)
    return 0.0 if pattern is None else 1.0 if pattern.search(text) else -1.0


def _counts(question: str, text: str) -> bool:
    match = _COUNTED.search(question)
    if match is None:
        return re.search(r"\d", text) is not None
    measure, thing = match.groups()
    return (
        re.search(f"{_NUMBER} ?{measure}", text) is not None
        or re.search(f"{_NUMBER}[ 个]?{thing or measure}", text) is not None
    )


@lru_cache(maxsize=2048)
def focus(written: str) -> str:
    """The clause of a question that asks; the others tell the case."""
    clauses = [each for each in re.split("[,，。?？!！;；]", written) if len(each.strip()) >= 2]
    asking = [each for each in clauses if MARK.search(each)]
    return asking[-1] if asking else clauses[-1] if clauses else written


def is_several(written: str) -> bool:
    """Whether a question asks for several things at once (「租金同按金各幾多」, 「賠幾多,最多幾次」)."""
    figures = [match.start() for match in _FIGURE_MARK.finditer(written)]
    return len(figures) > 1 or (bool(figures) and _EACH.search(written) is not None)


def asked_from(written: str) -> int:
    """Where the last asking word stands, or -1."""
    return max((match.start() for match in MARK.finditer(written)), default=-1)
