"""Owns the language of a message, decided by rule: Cantonese, written Chinese, Mandarin, English or mixed."""

import re

from kaitak.nlu import normalising, romanised, spellings
from kaitak.nlu.understanding import Language

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# Words of Latin letters, without codes (HK25-100234), addresses and what stands in them.
_CODES = re.compile(r"[a-z0-9._%+-]*[@/][a-z0-9./_-]*|[a-z0-9_-]*\d[a-z0-9_-]*|\bwww\.\S+")
_WORDS = re.compile(r"[a-z]{2,}(?:'[a-z]+)?")
# Read after simplifying: characters and words that only Cantonese writes.
_CANTONESE_CHARACTERS = (
    "唔冇喺嘅咗哋嚟嗰啲嘢佢攞睇揾谂畀俾咁噉啱喎㗎啰咩乜晒嗌冚瞓冧哂嗮嘥奀氹吖喇嬲拎揸揦揼揿㩒掟拗嗱嘞啩嚿"
    "啫擰唞噶嘎黐攰喐冚"
)
_CANTONESE_WORDS = """
仲未 仲有 仲系 仲要 仲喺 仲可 仲得 仲使 仲会 仲想 仲等 仲显 仲话 仲差 重未 边度 边个 边间 边位 边只 边款 边张 边日
边部 边件 边种 边条 边区 系咪 系唔 系呀 系啊 系咁 系度 系边 点解 点样 点算 点搞 点呀 点知 点用 点做 点退 点换 点填
点计 点改 点去 点交 点申请 点攞 点收费 点登记 点赔 点报 点买 点先 点可以 点处理 几时 几耐 几多 几钱 宜家 依家 而加
依加 寻日 琴日 噚日 寻晚 琴晚 听日 听朝 听晚 今朝 下昼 下晏 上昼 朝早 晏昼 铺头 舖头 好耐 真系 都系 即系 定系 就系
但系 净系 唔系 系唔系 倾偈 碌卡 返去 返工 返屋 返学 返大陆 返香港 返来 返到 退返 换返 收返 拎返 份单 呢单 靓 平啲 平d
先得 先至 呢个 呢张 呢件 呢部 呢份 呢条 呢间 呢度 呢d 呢款 呢次 果个 果张 果件 果部 果份 果单 果度 个d 有d 快d 嘈 抵买
抵唔 人地 你地 我地 佢地 掂 老豆 阿妈 阿爸 阿嫲 阿婆 阿公 阿女 阿仔 屋企 埋单 得闲 搞掂 哈啰 食咗 饮茶 行街 收工 搬屋
落单 落雨 落错 粒钟 整返 整好 爆屏 换过 头先 求其 是但 第二个 是咪 唔该 麻烦晒 得唔 得吗 得咩 蚊 仔女 个仔 我仔 老婆仔
冇得 冇人 有无 收左 比左 送左 寄左 买左 换左 退左 等左 交左 入左 做左 搬左 去左 问左 坏左 烂左 漏左 过左 到左 左未
无左 唔使 唔洗 成日 成个 成张 成部 成粒 执错 执漏 攞 甩 呃 嗌 阔落 细码 细啲 大佬 师奶 阿sir 痴线 仆街 收皮 俾面 八婆
冚家 顶你 食屎 使唔使 洗唔洗 使咩 驶唔 几好 好正 好抵 好嘢 一阵 阵间 隔篱 嘥 揸车 车房 差馆 出粮 供紧 断供 入纸 填纸
睇症 医生纸 出院纸 戏飞 机飞 褛 波鞋 雪柜 火牛 叉电 差电 拖板 喼 银包 小巴 𨋢 儲分 储分 揾人 同人
"""
_CANTONESE = re.compile(
    f"[{_CANTONESE_CHARACTERS}]|{spellings.alternation(_CANTONESE_WORDS.split())}"
    r"|[a-z][咗紧]|(?<![关联体统])系(?![统列数])|[\u4e00-\u9fff]d[\u4e00-\u9fff]"
    r"|(?<=[\u4e00-\u9fff])左(?![右边手面侧近转])"
    r"|[件啲买乜咩]野|(?<![两一二三几])个单|个女(?![的人士生孩子])|黎(?=[打攞拿收取睇买]|$)|返(?=[分钱屋学工])|住紧"
    r"|家姐"
    r"|夜晚|多谢晒|早晨|而家(?![中里人庭])|(?<![那这一两三])[张条]单|仲(?![裁夏秋春介])"
    r"|(?<=[\u4e00-\u9fff])既(?![然定往有成要是又])"
    r"|(?<![几一两三四五六七八九十0-9早有优缺重地网积观半零晚快慢好多少大小差乱宜])点(?=[\u4e00-\u9fff])"
    r"(?<=点)(?![钟数心击不吧吗])"
    r"|(?:^|(?<=[\s,，返我你将同改]))(?:[个张份部件条架间块](?![人月别性体案位口子屋])"
    r"|只(?![是想欠有要能会求限须可好得望付]))(?=[\u4e00-\u9fffa-z])|(?<=[\u4e00-\u9fff])[番翻](?=[条张件个啲])"
    r"|[收寄到交批赔]未(?=\W|$)"
)
# Said in Cantonese far more often, but not only there.
_RATHER_CANTONESE = re.compile(
    r"先$|添$|(?:啦|呀|架|咧|嘛|ga|la|ar|wor|lor)(?:[?？!！。,，~\s]|$)|想问下|[\u4e00-\u9fff]紧(?![急张要迫密凑])"
    r"|多谢|真人|转人|多[两三]晚"
    r"|(?<![电对说的])话(?![费题术])|几点|礼拜|供款|先(?=[送寄收到得有可出交])|楼下|后日|个单|老公|老婆"
    r"|[打写讲搞]错|今次|上次|[两几三四五六七八九十]个礼拜|嗰|俾|点|无(?!法|论|须|效|故)"
)
# What spoken Cantonese does not say: Mandarin, or written Chinese.
_WRITTEN = re.compile(
    "[您们没这那哪么吧很咋咱啥甭倘毋茲兹欲遂勿]|什么|怎|多少|会否|应为|可享|如今|自行|早前|列明|可有|先行|并[^购]"
    "|何[处种时日故]|惟|此|且|盼|望|须|近期|收取|前往|有劳|需时|音讯|为何|何时|如何|是否|尚未|贵(?:公司|司|店|行"
    "|处)|本人|敬|谨|烦请|恳请|阁下|之(?!前|后|间|一|外|内|下)|无法|此致|抱歉|并非|遗失"
    "|(?<![目有标])的(?!士|确)|(?<![为不公算解除])了(?![解结])|是(?![日但旦咁咪])|在(?=[\u4e00-\u9fff]{2})(?!线)|给"
    "|与(?!否)|已[经经于获收]|尚|仍|其[后中他]|及|将(?!军)|若|致电|告知|提供|办理|至今|亦|该(?!还)"
    "|还(?![款钱])|看(?!更)|找(?!数|钱|续)|今天|明天|昨天|现在|东西|需要|能否|可否|希望|因为|由于|但是|请(?:协助"
    "|尽快|查收|提供|代|确认|教|勿|帮|安排|替|直接|继续|更|补|寄|登)"
    "|不(?![过如停断嬲便同时少])|别(?![的人处])|亲[，,]|[一二两三四五六七八九十几0-9]天|一块儿|哪|行了|谢谢|麻烦您"
    "|(?:请|敬)问|[现新]为|[，。、；].{0,30}[，。、；]|转人工|客服|人工|和(?![平谐])"
)
_NEUTRAL_WORDS = frozenset(
    (
        "ok",
        "okay",
        "okie",
        "oki",
        "hi",
        "hello",
        "hey",
        "bye",
        "yes",
        "no",
        "thx",
        "thanks",
        "thank",
        "you",
        "lol",
        "haha",
    )
)


def detect(folded: str, scripts: tuple[int, int], previous: Language | None = None) -> Language:
    """The language of a folded message; `scripts` counts its simplified and traditional characters."""
    han = len(_HAN.findall(folded))
    words = _WORDS.findall(_CODES.sub(" ", folded))
    if han == 0:
        return _latin(folded, words, previous)
    simple = normalising.simplify(folded)
    is_mixed = any(word not in _FILLERS and word not in _PARTICLES for word in words)
    if len(words) >= 5 and sum(map(len, words)) > 6 * han:
        return "en"
    if _CANTONESE.search(simple) is not None or romanised.share(folded) > 0:
        return "mixed" if is_mixed else "yue"
    return _chinese(simple, scripts, previous, is_mixed=is_mixed)


def _chinese(simple: str, scripts: tuple[int, int], previous: Language | None, *, is_mixed: bool) -> Language:
    """Chinese without a sure Cantonese word: by script, by what only written Chinese says, by what came before."""
    simplified, traditional = scripts
    if simplified > traditional:
        return "zh-Hans"
    if _WRITTEN.search(simple) is not None:
        return "zh-Hans" if simplified == traditional and previous == "zh-Hans" else "zh-Hant"
    if previous in ("zh-Hans", "zh-Hant"):
        return previous if simplified == traditional else "zh-Hant"
    if is_mixed:
        return "mixed"
    return "zh-Hant" if previous is None and _is_written_style(simple) else "yue"


def _is_written_style(simple: str) -> bool:
    """Whether a message without a tell-tale word is punctuated like a letter, or too long for chat without one."""
    if _RATHER_CANTONESE.search(simple) is not None:
        return False
    return _LETTER_STOPS.search(simple) is not None or len(simple) > _LONG


_LETTER_STOPS = re.compile("[，。；、]")
_LONG = 22


_FILLERS = frozenset({"er", "erm", "um", "uh", "hmm"})
_PARTICLES = frozenset({"la", "lah", "ar", "ah", "wor", "wo", "lor", "ga", "gar", "jor", "zor", "tim", "ho", "dak"})


def _latin(folded: str, words: list[str], previous: Language | None) -> Language:
    if not words:
        return previous or "yue"
    share = romanised.share(folded)
    if share >= 0.5 or (len(words) <= 2 and words[-1] in _PARTICLES):
        return "yue"
    if share > 0 or words[-1] in _PARTICLES:
        return "mixed"
    if previous is not None and len(words) <= 2 and all(word in _NEUTRAL_WORDS for word in words):
        return previous
    return "en"
