"""Owns what a mood model reads from a text beside n-grams and meaning: cue kinds, patterns of speech, and shape."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu import mood_cues, mood_words
from kaitak.nlu.understanding import Act

Floats = NDArray[np.float32]

_N = "[一二两三四五六七八九十廿几半\\d]"
_MANY = "(?:[三四五六七八九十廿几]|[3-9]|\\d{2,}|无数|好多|多)"
_KIN = (
    "(?:老公|老婆|太太|妈|爸|仔|女|孙|囡|bb|婆|公|嫲|老豆|丈夫|妻子|父|母|husband|wife|mother|mum|dad|father|son|"
    "daughter|kid)"
)
_WHEN = "(?:今日|今晚|今朝|今天|听日|听朝|听晚|明天|明早|即日|today|tonight|tomorrow|this morning)"
# Read in the feature view: simplified characters, spellings united.
PATTERNS: Final = {
    "nth": rf"第{_MANY}(?:次|封|个|位|通|遍|回|条|部|张|间|转)|(?:third|fourth|fifth|sixth|seventh|\dth) ",
    "second": "第二次|两次|再次|又一次|second time|twice",
    "counted": (
        f"{_MANY}(?:十)?(?:几)?(?:个|位|封|通|次|条|部|遍|勾|转)(?:同事|职员|客服|人|agent|电邮|email|"
        "电话|case|线|月|讲法|版本)?"
    ),
    "counted_en": (
        r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:times|calls|emails|e-mails|weeks|months|"
        "days|agents|people|messages)"
    ),
    "months": rf"{_N}+个?几?(?:月|星期|礼拜|周|年)|(?:两|三|几|多)(?:weeks|months)|weeks|months",
    "days": r"(?:[三四五六七八九十廿]|\d{1,2})几?[日天](?!前|内|无理)",
    "hours": (
        "(?:等|听|排|打|搞|倾|hold|坐|企).{0,8}(?:分钟|小时|粒钟|个钟|个几钟|半日|成日|成晚|成朝|半个钟|"
        "minutes|hours?)"
    ),
    "dates_listed": r"(?:[一二三四五六七八九十\d]+[号月日].{0,10}){3}",
    "question_mark": "[?？]",
    "question_end": "(?:吗|呢|咩|㗎|未|呀|嘛|么|啊|吖|先|得)[?？~～ ]*$",
    "question_start": (
        "^(?:呃|喂|你好|唔该|hi|hello|咁|其实|嗱)?[,，。 !]*(?:请问|想问|想知|问下|我想问|我想知|想查询|"
        "想了解|可唔可以|有冇|do you|can |what|how|where|when|is |are )"
    ),
    "either_or": r"([\u4e00-\u9fff])(?:唔|不)\1|有冇|系咪|定系|是否|可否|能否",
    "what_general": "(?:一般|通常|平时|规定|条款|政策|流程|程序|手续|期限|上限|定义|标准)",
    "hypothetical": (
        "(?:如果|万一|假如|若果|若|倘若|假设|例如|比如|if ).{0,30}(?:系咪|点|几|包唔包|赔唔赔|会唔会|"
        "可唔可以|怎|多少|吗|what|how|can|do )"
    ),
    "one_bang": "^[^!！]*[!！][^!！]*$",
    "bangs": "[!！].*[!！]",
    "bang_question": r"[?？!！]{2,}",
    "ellipsis": r"\.{2,}|…|。{2,}",
    "tilde": "[~～]",
    "quoted": "「[^」]{1,14}」|“[^”]{1,14}”|\"[^\"]{1,20}\"",
    "threat_if": "(?:再|如果|若|要是)(?:系)?(?:唔|不|冇|没|未|拖|推|系咁|咁|仍).{0,18}(?:就|我会|将|则|唯有|只有)",
    "threat_or": "(?:否则|唔系|不然|唔系嘅话).{0,14}(?:就|我|见|会)|(?:or|otherwise) i",
    "still_not": (
        "仲(?:未|冇|系|要)|(?:到|至)(?:而家|今日|今|宜家|现在|依家)(?:日|天)?(?:都|仍|还)?(?:仲)?(?:未|"
        "冇|没)|还(?:没|未|不)|still (?:no|not|nothing|waiting|haven)"
    ),
    "due_event": (
        f"{_WHEN}.{{0,14}}(?:机|手术|飞|出发|入院|出院|面试|截止|过期|到期|婚|考|之前|前|内|点|要交|要用|"
        "失效|开刀|flight|surgery|fly|leave|due)"
    ),
    "within": (
        r"(?:[二两三四五六七八九十\d]+)(?:个?(?:小时|钟)|日|天|分钟)(?:之)?内|before (?:\d|noon|midnight|"
        "tomorrow|tonight)|within "
    ),
    "ill_kin": (
        f"{_KIN}.{{0,12}}(?:入咗|送咗|急症|手术|icu|深切|晕|肿|呕|流血|住院|医院|过敏|中风|跌|病|hospital|"
        "surgery|sick|er\\b)"
    ),
    "kin_first": f"(?:我|个|阿|my ){_KIN}",
    "body_now": (
        "(?:面|嘴|口|眼|喉咙|手|脚|头|心口|身|皮肤|嘴唇|face|throat|lips|hand).{0,4}(?:肿|痛|痕|红|损|"
        "流血|麻|辣|烂|swell|swollen|tingl|itch|burn)"
    ),
    "smell_heat": "(?:好|有|阵|股|成屋|都系).{0,4}(?:燶|焦|烟|臭胶|煤气|火|怪)(?:味|气)?|(?:好|几|咁)(?:热|烫|焗)",
    "someone_did": (
        "(?:有人|边个|某人|对方|佢哋|个男人|someone|somebody).{0,8}(?:用我|登入|入咗|改咗|买咗|碌|转|冒|"
        "扮|自称|log|used|chang|bought)"
    ),
    "not_by_me": (
        "(?:唔系|不是|冇|没有|没)(?:我|本人)?(?:买|做|落|签|授权|用|过数|碌|本人|申请|开)(?:过|嘅|㗎|"
        "的)?|not (?:me|mine)|i (?:never|didn't|did not)"
    ),
    "money_keeps": "(?:仲|又|再|照|继续|日日|每日|不断|系咁|still|again|keep).{0,8}(?:扣|收|罚|计|charg|deduct|bill)",
    "large_sum": r"[\d一二两三四五六七八九十几]+(?:万|千)|\$ ?\d{4,}|\d{4,}(?:蚊|元)|\d{1,3},\d{3}",
    "sum": r"\d+(?:蚊|元|块|%|巴仙)|\$ ?\d+|百|折",
    "so_that": "(?:到|得)(?:死|爆|喊|癫|呕|飞起|震|想|我|连|好似|可以|唔|冇|成|一)",
    "as_if": "(?:当|好似|似|like|as if|以为).{0,12}(?:咁|一样|系|呀|般|这么)",
    "praise_twist": (
        "(?:好|真系|真是|真的|果然|十分|非常|咁)(?:有)?[^,，。!！]{1,7}[,，。 !！]*(?:错|冇|唔|未|迟|等|"
        "连|乱|坏|烂|得|竟|居然|没|不)"
    ),
    "thanks_twist": (
        "(?:多谢|感谢|谢谢|多得|恭喜|承蒙|thank|congrat).{0,24}(?:等|错|唔|冇|未|教|令|畀我|坏|烂|迟|没|"
        "不|连|no |not |wrong|late|again|lost|broke)"
    ),
    "even_not": "(?:连|一|半).{0,6}(?:都|也)(?:冇|唔|未|没|不)",
    "said_but": (
        "(?:话|讲|写明|写住|明明|承诺|答应|应承|说好|注明|said|promised|told).{0,24}(?:但|结果|点知|先话|"
        "又话|而家|至今|仲|却|but|yet|now)"
    ),
    "promise_broken": "(?:话|讲)(?:咗|好|过)?.{0,10}(?:跟进|覆|回复|返|送到|日内|就得|会)",
    "who_responsible": "(?:边个|谁|who).{0,6}(?:负责|准|赔|俾|畀|答应|responsib)|点(?:样)?(?:交代|赔|负责)",
    "rhetorical": "(?:系咪|是不是|唔通|难道|你当|凭咩|凭乜|凭什么|关我|点解要|几时先|到底|究竟|有冇搞错)",
    "imperative": (
        "(?:即刻|马上|立刻|快啲|快点|限你|叫|同我|给我|畀我|俾我).{0,8}(?:出嚟|过嚟|听|覆|回|停|退|处理|"
        "解决|取消|讲|来|滚)|stop |get me|put me|give me"
    ),
    "human_wish": "(?:真人|人工|职员|经理|主管|同事|负责人|专人|人类|manager|human|agent|person|supervisor|someone)",
    "no_one": "(?:冇|没|无)(?:有)?(?:个|一个)?人|nobody|no one|no reply|no response|石沉|佔线|占线|打唔通|已读",
    "anyone": "^(?:喂|hello|你好)?[?？ ,，]*(?:有冇人|有人吗|有没有人|is anyone|is anybody|anyone)|喂[?？]|hello\\?",
    "again_word": "又(?:系|话|要|叫|冇|唔|坏|推|改|扣|嚟|再|收|漏|错|迟)",
    "doubled": r"([\u4e00-\u9fff]{1,3})\1\1|快啲快啲|急急",
    "sigh": "唉|哎|算(?:啦|喇|数|罢|了|把)|罢了|由佢|冇所谓",
    "no_more": "(?:唔会|不会|唔敢|以后|冇下次|never).{0,6}(?:再|帮衬|买|来|again)|最后一次",
    "had_hoped": (
        "(?:本来|原本|以为|期待|谂住|打算|仲谂|满心|hoped|expected|thought).{0,24}(?:点知|结果|但|怎料|"
        "谁知|先|却|原来|but|only)"
    ),
    "years_loyal": f"{_N}+几?年(?:老|熟|客|会员|嚟|来|前|都|以来)|帮衬(?:咗)?.{{0,6}}年|years",
    "good_surprise": (
        "(?:估唔到|冇谂过|没想到|以为).{0,16}(?:好|快|得|掂|搞掂|靓|平|到|肯)|(?:比|过)(?:我)?(?:想像|"
        "预期|想象)"
    ),
    "fixed": (
        "(?:终于|即刻|一次|好快|今朝|三日|两日|即日|一个电话).{0,10}(?:搞掂|得咗|到|批|修好|整好|解决|退|"
        "收到|返)|全数|批咗|搵返|救返"
    ),
    "staff_good": (
        "(?:师傅|同事|店员|姑娘|姐姐|哥哥|先生|小姐|阿姐|经纪|代理|职员|客服|stuff|staff|agent|"
        "driver).{0,12}(?:好|细心|有礼|耐心|帮|教|nice|专业|勤|温柔|快|patient|helpful|kind|lovely)"
    ),
    "helped_me": "(?:帮|教|陪|扶|替)(?:咗|返|我|佢|阿|手).{0,8}(?:搵|揾|执|整|搬|填|撳|揿|解|改|处理|搞|拎)",
    "want_change": (
        "(?:想|要|请|烦请|帮我|麻烦|唔该)(?:.{0,4})(?:改|换|退|取消|加|转|补|预约|更新|更改|登记|申请|"
        "重发|安排|查)"
    ),
    "own_number": r"(?:单|号|编号|尾|order|policy|claim)[^\d]{0,6}[a-z]{0,3}-?\d{3,}",
    "my_thing": "我(?:个|张|份|部|件|单|对|只|条|嘅|架|间|户口)|my |本人",
    "no_hurry": (
        "(?:唔|不)(?:系)?(?:急|赶|使急|紧要)|得闲先|慢慢|no rush|no hurry|随口|纯粹|好奇|净系问|只系问|"
        "问下啫|just (?:curious|asking|wondering)"
    ),
    "end_soft": "(?:啦|喇|啰|囖|咯|嘞)[。.!！~～ ]*$",
    "end_hard": "(?:咩|㗎|呀|啊)[?？!！]+$",
    "formal_open": "^(?:敬启|贵|本人|致|您好|谨|兹|dear|现|特此|上述|关于|有关)",
    "laughing": "哈哈|呵呵|笑死|lol|haha|😂|🤣",
    "die_hint": (
        "(?:唔想|不想|冇意思|唔使)(?:再)?(?:做人|活|醒|捱|生存|撑)|(?:死|走)咗(?:去)?(?:会|好过|算|佢|"
        "都)|一了百了|冇我|天台|跳落|食晒.{0,3}药|药食晒|最后.{0,4}(?:讯息|留言|晚)|遗书"
    ),
    "exposure": "(?:有片|有相|录音|截图|放上|摆上|post|公开|爆|记者|传媒|连登|东张)",
    "formal_threat": "(?:将|会|必|保留|不排除).{0,8}(?:投诉|追究|法律|追讨|举报|报警|申诉|律师|控告|公开|去信)",
}  # fmt: skip
_COMPILED: Final = tuple(re.compile(pattern) for pattern in PATTERNS.values())
_LENGTHS: Final = (4, 8, 14, 22, 32, 48, 80)
_ACTS: Final = ("greet", "thank", "affirm", "deny", "cancel", "human", "empty")
_CLAUSES = re.compile(r"[,，。.!！?？;；\n ]+")
_LATIN = re.compile(r"[a-z]")
_CLOSING: Final = ",，。.!！?？;；~～ \n"
NAMES: Final = (
    *mood_words.KINDS,
    *(f"many {kind}" for kind in mood_words.KINDS),
    *PATTERNS,
    *(f"longer than {length}" for length in _LENGTHS),
    *(f"act {act}" for act in _ACTS),
    "many clauses",
    "latin",
    *(f"denied {kind}" for kind in mood_words.KINDS),
    *(f"last {kind}" for kind in mood_words.KINDS),
)
_DENIED: Final = NAMES.index(f"denied {next(iter(mood_words.KINDS))}")
_LAST: Final = _DENIED + len(mood_words.KINDS)
MAX_CHARACTERS: Final = 600


@dataclass(frozen=True, slots=True)
class Cues:
    """What was found: one number for each of `NAMES`, and the words, by kind, for people to see."""

    values: Floats
    words: dict[str, tuple[str, ...]]


def read(folded: str, view: str, act: Act) -> Cues:
    """The cues of one message; a very long one is judged by its beginning."""
    folded, view = folded[:MAX_CHARACTERS], view[:MAX_CHARACTERS]
    values = np.zeros(len(NAMES), dtype=np.float32)
    found = mood_cues.find(view, folded)
    kinds = len(mood_words.KINDS)
    last = _last_clause(view)
    words: dict[str, tuple[str, ...]] = {}
    for number, hits in found.items():
        meant = [hit for hit in hits if not hit.denied]
        values[number] = bool(meant)
        values[kinds + number] = len({hit.cue for hit in meant}) > 1
        values[_DENIED + number] = len(meant) < len(hits)
        values[_LAST + number] = any(hit.place >= last for hit in meant)
        words[NAMES[number]] = tuple(dict.fromkeys(hit.cue for hit in hits))
    shape = [pattern.search(view) is not None for pattern in _COMPILED]
    shape += [len(view) > length for length in _LENGTHS]
    shape += [act == one for one in _ACTS]
    shape += [len(_CLAUSES.split(view)) > 3, len(_LATIN.findall(view)) * 2 > len(view)]
    values[2 * kinds : _DENIED] = shape
    return Cues(values, words)


def _last_clause(view: str) -> float:
    """Where the last clause begins, as a share of the text: its last third where nothing divides it."""
    ends = [match.end() for match in _CLAUSES.finditer(view.rstrip(_CLOSING))]
    return ends[-1] / len(view) if ends and ends[-1] else 0.67
