"""Owns finding people who carry no title: Chinese names after a cue, romanised and English names, relations."""

import re
from collections.abc import Iterator, Sequence

from kaitak.nlu import normalising

Span = tuple[int, int]

MAX_CHARACTERS = 600
_MAX_FOUND = 6
_SURNAME = (
    "(?:欧阳|司徒|上官|诸葛|司马"
    "|[陈李黄张王林何吴梁郑刘叶郭罗冯周曾邓谢许蔡苏卢杨蒋沈朱邱曹袁徐马胡高孙钟潘温谭黎江余萧莫汤方关简区霍施石冼甘欧古巫成姚颜唐"
    "赵钱蓝杜戴夏汪田任范彭崔康毛邵孟龙万段雷侯白严文阮韦尹丘洪翁聂蒙游涂麦岑伍凌庄邝缪黎邬闵倪单屈植鲍尤贝祝符卓甄翟简耿冼佘骆伦殷柯温关"
    "宋韩董程傅吕贾丁魏薛阎姜廖邹熊陆郝孔秦史顾龚庞樊兰陶芦葛毕柳邢岳辛祁舒詹纪童项裴柏宁桂饶瞿晋臧冀姬屠郜晏栾郁窦敖仇艾巩佟栗匡荆谌禤阙褚廉娄穆覃隋滕刁俞贺赖乔鲁章梅靳盛曲苗柴戚辜武金易常])"
)
# No given name begins or goes on with these: they belong to the sentence.
_GIVEN = (
    r"(?![我你佢他她您系是的嘅唔不没冇未啦呀喇㗎啊吗呢想请帮要会可就都咗左了过来嚟去攞收代拿取电有同和张单份保退"
    r"改送寄换号话说讲先个只条部])[\u4e00-\u9fff]"
)
_NOT_NAMES = (
    "高级|方便|何时|马上|谢谢|许多|周末|周年|周[一二三四五六日]|余额|余下|黄色|金色|万一"
    "|成[个日份张套单次年间晒本]|简单|关于|关[掉闭机门系]|温度|白色|石油|于是|任[何由]|段时间|钱"
    "|成[月年季周期屋家层栋地身头手脚箱包盒瓶樽条对双只块盘枝部架台套晚朝早天世半场班村组桌枱床碟杯碗袋堆排本篇段程功交份]"
    "|单[人次亲身号据价位程件日笔层门电品]|安|全[部套新]|何[解谓必况来处人时日地事故种者以妨曾止不]|曾经|古[老董]|沙|马鞍山|黄大仙|何文田|高[兴尔达铁清跟额]|方[法向面式案]"
    "|文[件具员]|区[域内]|张[单卡保发纸数床相枱台凳椅刀票信证被床咭支]|钟[意头数表]|唐楼|欧[元洲]"
    "|施[工行]|罗湖|苏州|莫[非名]|孙[仔女]|康[复健]|白[色痴]|万[宁分]|龙[头门]|严[重格]|戴住|洪水|田湾|麦[当克]"
    "|庄[园]|古董|江苏|温馨|成功|成立|成员|成本|文字|雷射|夏[天季]|蓝[色牙田]|林村"
    "|毛巾|毛衣|石[硖塘]|杨[屋]|邓[镜]|游[泳戏水客]|蒙[古]|马[头路来桶场]|段[路]|叶[子酸]|胡[乱须椒]|余[款数]"
    "|关[税照]|甘|方[便]|梁[银]|成[人晚熟条]|成[都]|许[可]|曾[经]|应该|何[妨]|全"
    "|张(?:[机车船戏门]票|合约|表格|收据|[帐账罚]单|报告|订单|会员|身份|信用|提款|八达|银行|支票|名片|图|截图|照片|礼券|现金|优惠|登机|护照|签证|行程|旧|新|电子|医疗)"
    "|程[序度式]|宁[愿可]|顾[问客虑]|纪[念录]|童[装车年]|项[目链]|桂花|廉[价]|晋[升级]|陆[续路运地]|熊[猫仔公]|陶瓷|陶[器]|兰花|董事"
    "|金[色额钱属鱼钟牌融行店饰器管卡]|易[洁用拉烂手碎通办]|常[常见用规温备去]|武器|贺[卡年礼]|梅[花窝子]|盛[载惠]|曲[奇线]|章程|柴[油湾犬]"
    "|杜[牙绝]|戴[牙箍隐眼口]|植[牙发皮物]|高[血尿胆危]|白[内血蚀粥米糖板纸]|黄[疸豆体]|石[膏棉英]|关[节键注联怀]"
    "|霍乱|龙虾|甄[选别]|雷[击暴]|凌[晨乱]|贝[壳类]|温[泉和]|毛[囊毡]|汤[碗匙锅煲]|鲍鱼|符合|叶[黄绿]|尤其|简易|颜料|巩固"
    "|史[上]|姜[茶汁蓉]|毕[业竟]|郁[闷动]|辛[苦]|舒[服适]|傅[卡]|丁[方]|秦[国]|孔[雀]|宋[体]"
)
_AFTER_NAME = (
    r"(?=[^\u4e00-\u9fff]|$|收|代|攞|拿|取|嚟|来|系|是|电|手机|个|呀|啦|喇|嘅|的|先生|小姐|女士|同|和|及|做|就"
    r"|唔|不|可|会|想|去|百分|[一二三四五六七八九十半两]|占|呢|吗|嘛|么|咁|落|签|接|住|稳|亦|也|都|亲|较|啱|至|先|而|名|帮|一|加|打|今|话|话|态度|服|改|作|为|吧|啊)"
)
_CUE = (
    "叫做?|名叫|名字?[系是]?|姓名[系是]?|全名[系是]?|[系是]|改(?:[埋返番咗回]?[做为成俾畀给]|(?!成))"
    "|换(?:[埋返番咗回]?[做成为]|(?=[\u4e00-\u9fff]{2,3}(?:去|嚟|来|代|帮|过|攞|拎|取|拿|收|签|接)))|转[埋返番咗回]?[做成为俾畀给]|变更为|更新为|更改为|写返|写番|由"
    "|(?:人|名)(?:改|换|转)?[做为成]|同|搵|揾|找|代表|俾|畀|给|帮|加|加埋|加上|添加|写"
    "|收件人|收货人|收件|收货|受益人|联络人|联系人|持有人|取货人|领取人|受保人|被保人|投保人|顾问|经纪|代理|医生"
    "|店员|职员|同事|员工|经理|主任|司机|师傅|客服|交由|交俾|交给|授权|委托|为|寄俾|找返"
    "|老公|老婆|太太|丈夫|妻子|妈妈|爸爸|阿妈|阿爸|个仔|个女|儿子|女儿|家姐|细佬|阿妹|阿哥|朋友|秘书|助理|工人"
    "|姐姐|外佣|[大细二孖]女|[大细二孖]仔|阿女|阿仔|囡囡|仔仔|妹妹|弟弟|哥哥|妈咪|爹哋|父亲|母亲|弟|妹|姐|哥|女友|男友"
    "|女朋友|男朋友|未婚妻|未婚夫|姨妈|姑妈|舅父|叔叔|表[哥姐弟妹]|室友|邻居|爱人|长子|次子|幼子|长女|次女|幼女|闺女"
    "|新抱|媳妇|女婿|孙仔|孙女|外孙|外孙女|外甥|外甥女|侄仔|侄女|侄子|侄|阿嫂|嫂|姐夫|妹夫|阿姨|婶婶|伯父|岳父|岳母|外父|外母|助手|管家|租客"
    "|[个的嘅]孙|孙子|[爷嫲公婆爸妈]|太|新妇|契[仔女]|继[子女]|养[子女]|老豆|老窦|老母|阿爷|老爷|姨甥|姨甥女|外家|亲家|姑[姐丈]|姨丈|舅母"
    "|保姆|司机|护士|经办|伴侣|另一半|搭档|客户|老细|老板"
)
_CHINESE_NAME = re.compile(
    rf"(?:(?:{_CUE})[:：,， ]{{0,2}}|(?P<open>(?:^|(?<=[^\u4e00-\u9fffa-z0-9]))[系是叫]?))"
    rf"(?P<name>(?!{_NOT_NAMES}){_SURNAME}{_GIVEN}(?:{_GIVEN})?){_AFTER_NAME}"
)
# Who writes a letter names himself: 本人馮志堅,保單…
_SELF = re.compile(
    rf"(?:本人|敝人|在下)[系是为]?(?P<name>(?!{_NOT_NAMES}|曾[^\u4e00-\u9fff]){_SURNAME}{_GIVEN}(?:{_GIVEN})?)"
    r"(?=[^\u4e00-\u9fff]|$|现|欲|拟|希望|谨|特|先生|小姐|女士|持|电话)"
)
_FAMILIAR = re.compile(
    rf"阿(?:[a-z]{{2,12}}(?![a-z])|(?:{_SURNAME}|[明强辉玲珍芳伟文华英美欣仪怡敏俊杰豪轩恩诗琪雯])(?:仔|姐|哥|嫂"
    rf"|叔|婶|伯|姨)?{_AFTER_NAME})"
)
_SURNAMES = (
    "chan|lee|wong|cheung|lau|lam|ho|ng|leung|cheng|tang|chow|yeung|chu|tsang|kwok|tam|choi|yip|lo|mak|fung|poon"
    "|tse|siu|so|hui|kwan|au|au-yeung|yuen|lui|cheuk|chung|ko"
    "|ip|ma|mok|pang|shum|sin|sze|to|tong|tsui|wan|woo|wu|yau|yu|yung|li|wang|zhang|liu|chen|yang|zhao|huang"
    "|zhou|xu|sun|zhu|lin|guo|he|luo|liang|smith|jones|brown|taylor|singh|khan|kaur|sharma|patel|cruz|santos"
    "|reyes|garcia"
)
_GIVEN_NAMES = (
    "amy|alan|alex|alice|allan|amanda|andrew|andy|angela|angel|anita|ann|anna|anne|annie|anson|anthony|ariel"
    "|ashley|athena|barry|becky|ben|benjamin|benny|betty|billy|bob|bobby|bonnie"
    "|brian|calvin|candy|carmen|carol|caroline|carrie|cathy|catherine|cecilia|charles|charlie|cherry|cheryl"
    "|chloe|chris|christine|christopher|christy|cindy|claire|clara|connie|crystal"
    "|cynthia|daisy|daniel|danny|david|dennis|derek|diana|dickson|donald|dora|doris|dorothy|eddie|edith|edmond"
    "|edward|edwin|elaine|eleanor|elizabeth|ella|ellen|elsa|emily|emma|eric"
    "|ernest|esther|eunice|eva|fanny|fiona|flora|florence|francis|frankie|fred|gary|gigi|gilbert|gloria|godfrey"
    "|grace|gordon|hannah|harry|heidi|helen|henry|herman|howard|ian|irene|iris"
    "|isaac|isabel|ivan|ivy|jack|jackie|jacky|jacob|james|jamie|jane|janet|janice|jasmine|jason|jeff|jeffrey"
    "|jennifer|jenny|jeremy|jerry|jessica|jessie|jimmy|joan|joanna|joe|joey|john"
    "|johnny|jonathan|joseph|josephine|joshua|joyce|judy|julia|julie|justin|karen|karina|kate|katherine|kathy"
    "|katie|kay|keith|kelly|kelvin|ken|kenneth|kenny|kevin|kitty|lawrence|leo|leon"
    "|leonard|lily|linda|lisa|louis|louise|lucas|lucy|maggie|mandy|marco|margaret|maria|marie|mark|martin|mary"
    "|matthew|maurice|may|melissa|michael|michelle|mike|miranda|molly|monica|nancy"
    "|natalie|nathan|nelson|nick|nicole|noel|nora|norman|olivia|oscar|patrick|patricia|paul|pauline|peggy|penny"
    "|peter|phoebe|philip|phyllis|queenie|rachel|ray|raymond|rebecca|regina|richard"
    "|ricky|rita|robert|roger|ronald|rosa|rose|roy|ruby|ryan|sally|sam|samantha|samuel|sandy|sandra|sarah|scott"
    "|sharon|sherry|shirley|simon|sophia|sophie|stanley|stella|stephanie|stephen|steve"
    "|steven|susan|susanna|tammy|ted|teresa|terence|terry|thomas|tiffany|tim|timothy|tina|tom|tommy|tony|tracy"
    "|vanessa|vera|veronica|vicky|victor|victoria|vincent|virginia|vivian|walter|wendy|william|wilson|winnie"
    "|yvonne|zoe"
)
_CAPITAL = r"[A-Z][a-z'-]{1,14}"
_LATIN_NAME = re.compile(
    rf"(?<![A-Za-z@.])(?:{_CAPITAL}|[A-Z]{{2,12}})(?: (?:{_CAPITAL}|[A-Z]{{2,12}}"
    rf"|[A-Z]\.?)){{0,3}}(?![A-Za-z@])(?!\.[a-z])(?!\d)"
)
_KNOWN = re.compile(rf"(?<![a-z@.])(?:{_GIVEN_NAMES})(?: (?:{_SURNAMES}))?(?![a-z@']|\.[a-z]|\d)")
_WEAK_WORDS = frozenset(
    {"may", "mark", "ray", "rose", "grace", "angel", "candy", "cherry", "crystal", "daisy", "flora", "ivy",
     "iris", "lily", "ruby", "so", "to", "he", "penny", "kitty", "joy", "sandy",
     "victoria", "stanley", "virginia", "florence", "sun", "wan", "ho", "ma", "lo", "sin", "scott", "gloria",
     "terry", "ben", "lee", "jack", "nick", "harry", "sherry", "tong", "yip"}
)  # fmt: skip
_SURNAME_WORD = re.compile(rf"(?:{_SURNAMES})$")
_GIVEN_WORD = re.compile(rf"(?:{_GIVEN_NAMES})$")
_RELATED = (
    "老公|老婆|太太|室友|同事|朋友|助手|助理|秘书|邻居|家姐|姐姐|细佬|弟弟|阿哥|哥哥|阿妹|妹妹|[大细二孖个阿][仔女]|儿子|女儿"
    "|[男女]朋友|表[哥姐弟妹]|工人|外佣|顾问|经纪|代表"
)
_CUE_BEFORE = re.compile(
    r"(?:name(?:'s| is)?|named|called|recipient(?: is| to)?|beneficiary(?: is| to| should be)?|contact(?: is)?"
    r"|adviser|advisor|agent|change(?: it)? to|attn:?|by|for|with|under|add|it's|is|to|from|mr|mrs|ms|miss|dr"
    r"|and"
    rf"|{_RELATED}"
    r"|(?<![a-z])(?:my|his|her|our|their) (?:[a-z]+ ){0,2}(?:husband|wife|spouse|mother|father|mum|mom|dad|sons?"
    r"|daughters?|brothers?|sisters?|baby|helper|maid|driver|partner|fianc[eé]e?|boyfriend|girlfriend|grandma|grandpa|grandmother"
    r"|grandfather|grandson|granddaughter|mother-in-law|father-in-law|(?:son|daughter|sister|brother)-in-law|colleague"
    r"|friend|secretary|assistant|flatmate|roommate|neighbour|uncle|aunt|nephew|niece|cousin|boss|manager|carer|nanny"
    r"|tenant|landlord)"
    r"|叫|叫做|名|系|是|改做|改为|改成|同|搵|揾|找|俾|畀|给|由|代|帮|人|加|位|个|收)[:：,， .]{0,2}$"
)
_NOT_LATIN_WORDS = """
hong kong kowloon central mong kok tsim sha tsui causeway bay wan chai tin shatin tuen mun yuen long tai po tsuen
kwun tong north south east west road street tower block flat floor estate centre center plaza mall i hi hello hey
thanks thank you please pls ok sorry yes no can could what where when how why who which is are was the a an my our
this that it there do does did monday tuesday wednesday thursday friday saturday sunday january february march april
may june july august september october november december christmas visa mastercard alipay payme octopus fps sf
express apple samsung sony dyson hk hkd order policy claim email phone vhis clm app sms otp id pdf wechat whatsapp
ig instagram facebook vip ai iphone ipad japan tokyo china london canada taiwan england uk usa macau shenzhen
guangzhou st trst insurance actually also and but so if in on for to from with at by not wait just still then dear
while i've i'm i'll i'd you're you've we've we're we'd it's that's there's here's what's let's don't can't won't isn't
as since once after before when because although though about regarding following per now any some one two another
other nothing none same all both good great perfect right fine okay cool oh ah um well maybe perhaps only even let me
give get send make put take check change add return refund update use try see tell kindly regards best sincerely madam
sir morning afternoon evening sorry apologies hang hold wait scratch forget ignore correction quick meanwhile speaking
switching back ref re fyi
"""
_NOT_LATIN = frozenset(_NOT_LATIN_WORDS.split())
# What a name ends with that nobody bears: it is a firm's.
_FIRMS = frozenset(
    ["limited", "ltd", "co", "company", "inc", "corp", "corporation", "group", "holdings", "enterprise", "enterprises",
     "trading", "studio", "design", "school", "college", "university", "foundation", "association", "partners",
     "consulting", "international", "technology", "solutions", "services", "hospital", "clinic", "church", "bank",
     "hotel", "restaurant", "cafe", "shop", "store", "society", "club", "department", "office", "team",
     "council", "tribunal", "court", "commission", "authority", "bureau", "union"]
)  # fmt: skip
_FIRM_NEXT = re.compile(r" (?:limited|ltd|co\.?|company|inc|llc|& co)(?![a-z])", re.IGNORECASE)
_WHOSE = "(?:我|佢|你)?(?:嘅|的)?(?:个|隻|位)?(?:大|细|小|二|三|孖)?"
_RELATION = re.compile(
    rf"(?<![一两三四五六七八九十几0-9多小])(?<![一两三四五六七八九十几0-9多]个)(?:{_WHOSE})(?:老公|老婆|太太|丈夫|妻子|先生(?=入去|攞|代|嘅保)"
    "|(?:(?<=我)|(?<=我的)|(?<=我嘅))先生(?!唔|不|生)|爱人|内子"
    rf"|外子|家父|家母|小儿(?!科|子)|小女(?!孩|人|生|朋)|犬子|长子|次子|幼子|长女|次女|幼女|闺女"
    rf"|(?<![生带怀养])孩子|小孩(?!子)|宝宝|姥姥|姥爷|阿妈|妈妈|母亲|妈咪|老母|阿爸|爸爸|父亲|爹哋|老豆|老窦|父母|爸妈|个仔|个女(?!人)|个孙"
    rf"|姊姊|阿姊|我姊|我媽|我妈|我爸|我哥|我妹|我姐|我弟|细仔|大仔|细女|大女|儿子|女儿|阿仔|阿女|囡囡|仔仔|孖女"
    rf"|孖仔"
    "|bb女|bb仔|(?<![a-z])bb(?![a-z])|家姐|姐姐|细佬|弟弟|阿哥|哥哥|大佬|阿妹|妹妹|细妹|外父|外母|岳父|岳母|奶奶|老爷|公公|婆婆"
    "|嫲嫲|阿嫲|爷爷|阿爷|阿婆|外婆|外公|新抱|媳妇|女婿|孙仔|孙女|阿嫂|嫂嫂|表哥|表姐|表弟|表妹|表姐夫|姐夫|妹夫"
    "|堂哥|堂弟"
    "|阿姨|姨妈|姑妈|姑姐|叔叔|舅父|伯伯|侄仔|侄女|外甥女?|契仔|契女|契爷|契妈|男朋友|女朋友|男友|女友|前妻|前夫"
    "|未婚妻|未婚夫|工人姐姐|工人|外佣|外籍佣工|佣人|菲佣|印佣|印尼姐姐|菲律宾姐姐|家庭佣工|帮佣|家佣|同事|朋友"
    "|秘书|助理|室友|邻居|看更|管理员|细路)(?!保险|卡|节|电话号码|[话讲]|[仔女]装|话)"
)
_ENGLISH_RELATION = re.compile(
    r"(?<![a-z])my ((?:ex-?|late |elder |eldest |younger |youngest |older |little |new |step-?|grand|domestic "
    r"|baby |newborn )*(?:husband|wife|spouse|mother|father|mum|mom|dad|parents|son|daughter|brother|sister|baby"
    r"|helper"
    r"|partner|fianc[eé]e?|boyfriend|girlfriend|grandma|grandpa|grandmother|grandfather|mother-in-law"
    r"|father-in-law|colleague|friend|secretary|assistant|flatmate|roommate|neighbour|uncle|aunt|nephew|niece"
    r"|cousin|boss))(?:-in-law)?(?![a-z])"
)


def find_people(
    simple: str, original: str, offsets: Sequence[int], taken: Sequence[Span], *, is_named: bool = False
) -> list[Span]:
    """Spans of people in simplified folded text; `offsets` lead into the original, whose capitals count.

    Who `is_named` already is not told again by relation.
    """
    text = simple[:MAX_CHARACTERS]
    found: list[Span] = []
    for span in (*_chinese(text), *_known(text), *_latin(text, original, offsets)):
        if not _overlaps(span, taken):
            _join(found, span, text)
    for span in _behind_relations(text):
        if not _overlaps(span, taken):
            _join(found, span, text)
    if not found and not is_named:  # 我老婆 is somebody when no name is given
        for span in _relations(text):
            if not _overlaps(span, taken):
                _join(found, span, text)
    return sorted(found)[:_MAX_FOUND]


def is_relation(words: str) -> bool:
    """Whether a person is told by relation alone: 我老婆, my sister."""
    simple = normalising.simplify(words.lower())
    return (
        _RELATION.fullmatch(simple) is not None
        or _ENGLISH_RELATION.fullmatch(f"my {simple.removeprefix('my ')}") is not None
    )


def relations_in(simple: str) -> Iterator[re.Match[str]]:
    """Where simplified text names somebody by relation: 我老婆, my sister."""
    yield from _RELATION.finditer(simple)
    yield from _ENGLISH_RELATION.finditer(simple)


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _join(found: list[Span], span: Span, text: str) -> None:
    """Add a span, or make one of two that touch: 我老婆陳美玲, Amy Chan."""
    for index, (start, end) in enumerate(found):
        between = text[min(end, span[1]) : max(start, span[0])]
        if _overlaps(span, [(start, end)]) or between in ("", " "):
            found[index] = (min(start, span[0]), max(end, span[1]))
            return
    found.append(span)


def _chinese(text: str) -> Iterator[Span]:
    for match in _FAMILIAR.finditer(text):
        yield match.span()
    for match in _CHINESE_NAME.finditer(text):
        if match["open"] is not None and (len(match["name"]) < 3 and match["name"] != text.strip()):
            continue
        yield match.span("name")
    for match in _SELF.finditer(text):
        yield match.span("name")


def _known(text: str) -> Iterator[Span]:
    """Names that English speakers bear, also without capitals; those that are words too need a cue."""
    for match in _KNOWN.finditer(text):
        words = match.group().split()
        if words[0] in _WEAK_WORDS and len(words) == 1 and not _has_cue(text, match.start(), strict=True):
            continue
        yield match.span()


def _has_cue(text: str, start: int, *, strict: bool = False) -> bool:
    match = _CUE_BEFORE.search(text[max(0, start - 24) : start])
    return match is not None and not (strict and match.group().strip() in ("is", "to", "for", "by", "and", "from"))


_OPENS = re.compile(r"(?:(?:It's|I'm|This is|Name's|Hi|Hello|Dear|Thanks|Regards|Ask|Tell|Call|Contact|And|But|So) )*")


def _latin(text: str, original: str, offsets: Sequence[int]) -> Iterator[Span]:
    """Capitalised names: with a Hong Kong surname, or behind a cue."""
    matches = list(_LATIN_NAME.finditer(original[:MAX_CHARACTERS]))
    places = {place: index for index, place in reversed(list(enumerate(offsets)))} if matches else {}
    for match in matches:
        opening = _OPENS.match(match.group())
        begin = match.start() + (opening.end() if opening is not None else 0)
        name = original[begin : match.end()]
        words = name.lower().replace(".", "").split()
        start, end = places.get(begin), places.get(match.end())
        if start is None or end is None or not words or any(word in _NOT_LATIN for word in words):
            continue
        if words[-1] in _FIRMS or _FIRM_NEXT.match(original, match.end()):
            continue
        has_surname = any(_SURNAME_WORD.match(word) for word in (words[0], words[-1])) and len(words) >= 2
        mixed = name != name.upper()
        if (
            has_surname
            or (mixed and 2 <= len(words) <= 3 and all(len(w) >= 3 for w in words))
            or (mixed and len(words[0]) >= 3 and _has_cue(text, start, strict=len(words) == 1))
        ):
            yield start, end


_TYPED_NAME = re.compile(r" ?([a-z]{2,14}(?: [a-z]{2,14}){1,2})(?= ?(?:[^a-z ]|$))")


def _behind_relations(text: str) -> Iterator[Span]:
    """A name of two or three Latin words, however typed, behind a Chinese word for a relation: 我個工人 siti rahma."""
    for relation in _RELATION.finditer(text):
        name = _TYPED_NAME.match(text, relation.end())
        if name is not None and not any(word in _NOT_LATIN for word in name[1].split()):
            yield name.span(1)


def _relations(text: str) -> Iterator[Span]:
    for match in relations_in(text):
        yield match.span(match.lastindex or 0)
