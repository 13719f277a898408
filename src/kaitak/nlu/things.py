"""Owns finding things for sale that no list names: behind a measure word, by their head noun, by brand and model."""

import re
from collections.abc import Iterator, Sequence

Span = tuple[int, int]

MAX_CHARACTERS = 600
_MAX_FOUND = 6
_CJK = r"\u3400-\u9fff"
# Words that hold the character of a verb or a particle and are part of a thing all the same.
_KEPT = (
    "收纳|收音|收银包|太阳|月饼|点心|有线|无线|可乐|电话|日历|年糕|换气|过滤|去水|去皮|去污|保温|保鲜|试纸"
    "|好立克|会议|送礼|手提|退热"
    "|记事|美容|整发|整理|修眉|修容|能量|要塞|给皂|给水|改装|看护|来电|同步|和风|和牛|的士|几何|茶几|过胶|日用"
    "|购物|计时|定时|及时雨|日霜|晚霜|日夜|年货|月历"
    "|号角|开水|开瓶|开罐|烧水|煮食|坐垫|坐椅|着色|贴纸|买餸|冲牙|冲剂|洗面|洗头|洗碗|洗手|洗衣|洗发|洗地|擦手"
    "|抹手|护手|护发|搅拌|榨汁"
    "|压力|按摩|行李|行山|跑步|露营|烫衣|熨衣|打印|打卡|打蛋|切菜|磨豆|煎|炒镬|炒锅|蒸炉|蒸锅|焗炉|拖鞋|拖板"
    "|拖把|喂奶|吸尘|吸奶|听筒|充电"
    "|装饰|睡袋|睡衣|滑鼠|滑板|投影|飞镖|飞机杯|拉杆|折叠|升降|电动|自动"
)
# What ends a thing's name: who, verbs, particles, negations, time, how much.
_ENDS = (
    "单买|净买|散买|支付宝|微信支付|收件|收货|件数|我哋|你哋|佢哋|我们|你们|[头尾前后](?:[嗰那果]一?|一)[样件款]|近排|近来|最近|交租|交学费|开饭|想要|可以|点样|怎么|什么|应该|已经|而家|现在|几时"
    "|仲有|有冇|是否|能否|会唔会|收到|寄到|送到|买到|因为|所以|如果|但系"
    "|今日|听日|琴日|寻日|昨天|今天|明天|上个|下个|星期|礼拜|完全|突然|一直|成日|经常|打开|开咗|用咗|着咗|拆咗"
    "|漏咗|少咗|多咗|开唔|充唔|插唔"
    "|我|你|您|佢|他|她|它|喺|系|是|的|嘅|既|啲|咁|噉|就|都|又|也|唔|不|没|冇|未|啦|呀|喇|㗎|嘞|啊|吗|呢|咩|乜"
    "|嚟|来|去|返|番|咗|左|了|过|得|住"
    "|边|点|想|请|帮|买|卖|退|换|改|送|寄|收|到|俾|畀|给|要|可|能|会|应|好|太|几|同|和|跟|与|及|或|把|将|被|话"
    "|讲|说|问|睇|看|见|有|在|无"
    "|坏|烂|碎|裂|漏|断|崩|甩|整|修|试|揾|搵|找|攞|拿|落|订|订购|定|订咗|取消|加|减|响|震|叫|做|开|闭|熄|变|从"
    "|向|为|比|并|而|但|先|再|仲|只系|净系|定系"
    "|争(?!气)|补(?![品水湿身眼])|捞乱|搞乱|调乱|混乱|混淆|调转|倒转|掉转|晒|减|老实|实净|年|月|日|号|天|蚊|元|块钱|先生|小姐|啱|错|够|即|刚|啦|嗰阵|时候|入面|里面|上面|下面|后面"
    "|出嚟|起|该|其|此|之|送抵|抵达|抵|时(?![钟装尚])|拣|揀|用|食|饮|冲|转|停|跌|撞|掉|缺|购|支持|支援|入(?![耳浴墙门])|爆(?![谷米炸])|褪|霉|渗|一事|一案|方面|关于|至于|麻烦"
)
_PIECE = re.compile(rf"(?P<kept>{_KEPT})|(?P<end>{_ENDS})|(?P<mark>[^{_CJK}a-z0-9 '+&.-]|(?<=[{_CJK}]) +(?=[{_CJK}]))")
_ASKED = re.compile("[边邊哪]$|什么$|咩$")  # 邊隻慳電 asks which: what follows is no name
_LEAD = re.compile(
    r"\s*(?P<lead>(?:[呢嗰果这那哩另成每一二两三四五六七八九十百半0-9]|其中|另外|多|第[一二三])*)\s*"
    r"(?P<measure>[部支盒罐樽盏顶枝瓶双台套辆副架卷排袋]|件|条|张|对|只|把|包|个|款|份|本|块|罉|幅"
    r"|粒)?\s*(?P<name>.*)$"
)
_INNER = re.compile(r"^[\u3400-\u9fff]{1,4}?(?P<measure>[個个部件条條对對])(?=[\u3400-\u9fff])")
_SURE_MEASURES = frozenset("部支盒罐樽盏顶枝瓶双台套辆副架件条对只包款")
_WEAK_MEASURES = frozenset("个张把份本块幅粒卷排袋罉")
# Head nouns: what the last character of a thing's name may be.
_HEAD = (
    "袋|盒|机|盆|胆|芯|电芯|螺丝|罐头|橙|枕|器|煲|炉|鞋|靴|袜|杯|灯|霜|膏|椅|凳|枱|桌|床|柜|箱|喼|链|鈪|戒指"
    "|耳环|巾|衫|裤|裙|褛|帽|眼镜|镜|刷|壳|套|垫|锅|镬|壶|琴|笔|酒|饼|糖|毯|毡|被|枕"
    "|玩具|公仔|积木|扇|磅|秤|伞|遮|手表|表带|闹钟|挂钟|背心|恤|服|内衣|手袋|书包|背囊|银包|奶粉|面膜|精华"
    "|精华液|乳液|乳霜|香水|爽肤水|洗头水|沐浴露|粉底|唇膏|唇釉|眼影|散粉|腮红"
    "|耳机|喇叭|音响|键盘|滑鼠|荧幕|屏幕|萤幕|显示器|电脑|平板|相机|镜头|电池|充电宝|尿袋|火牛|插苏|拖板|滤芯"
    "|[爬鞋书衣物层花支晾酒行巾蒸衫]架|[影录糖容摩疗压洁]仪|蛋卷|滤网|行李|帐篷|单车|滑板|滑板车|婴儿车|推车|轮椅|球拍|波鞋|瑜伽垫|哑铃"
    "|地毡|地毯|窗帘|沙发|梳化|床褥|床垫|床单|枕头|花瓶|蜡烛|香薰|刀|碗|碟|盘|叉|匙|砧板|饭盒|水樽|维他命|鱼油"
    "|燕窝|朱古力|月饼|蛋糕|茶叶|咖啡豆|米|礼盒|礼篮|花束|猫粮|狗粮|猫砂|尿片|纸巾|口罩|锅具|厨具|家私|门锁"
    "|摄影机|路由器|打印机|硬盘|手环|首饰|项链|戒子|皮带|领带|围裙"
)
_HEADED = re.compile(
    rf"^(?P<thing>[{_CJK}a-z0-9 '+&.-]{{0,16}}?(?:{_HEAD}))(?![{_CJK}])|^(?P<cut>.{{0,10}}(?:{_HEAD}))"
)
# Things of the service and not of the shelf; a name that ends so is none.
_ENDINGS = """
单 单号 货 嘢 野 物 货品 产品 东西 商品 包裹 快递 邮件 地址 码 色 款 款式 型号 人 店员 客 朋友 经理 师傅 司机 钱
数 价 费 卡 优惠 券 会员 帐户 账户 网站 系统 电邮 发票 收据 单据 问题 情况 事 钟 次 度 位 门 铺 店 公司 屋企 字
名 牌 相 图 视频 信 短讯 洞 窿 痕 声 味 原因 方法 政策 保养 证 证明 电话号 热线 客服 尺寸 大小 贴士 飞机 直升机
火车 货车 巴士 的士 小巴 地铁 服务 信息 讯息 拉链 鞋带 纽扣 辘 轆 按键 标签 商标 质量 质素 品质 物料 材料 价目
说明书 盖 掣 按钮 包装 纸箱 胶袋 纸袋 纸盒 分 部 面 边 样 种 类 版 行 间 层 楼 座 口 手 脚 头 心 方 生 女 仔 妹
哥 爸 妈 老公 老婆 太太 开关 红利 容量 重量 功率 耗电 电量 面积 保用 保用期 保质期 有效期 到期日 产地 慳电 省电
自动断电 声浪 噪音 用法 做法 步骤 流程 程序 手续 资格 等级 连结 链接 表 表格 手机号 机身 总额 余额 相片 照片
手指 手臂 手掌 手腕 脚趾 脚板 膝头 眼睛 耳仔 背脊 膊头
拆箱 开箱 装箱 封箱 拆盒 开盒 拆袋 执箱 执喼
邮箱 信箱 横线 底线 斜线 连字号 破折号 字母 数字 数目字 空格 符号 小数点 网址 界面 月结单 行事历 日程表 时间表
"""
_LAST_WORDS = """
app sms email wechat order id otp pin code website web online logo parcel package tracking cart number staff
quote quotation invoice receipt vip size colour color void refund case claim cancel cancelled confirm check update
change reply send call return pay add delete track reset deliver pls please thx ok asap pdf copy link dm deposit
trade swap redeem apply hold draft full urgent
"""
_NO_THINGS, _NO_WORDS = tuple(_ENDINGS.split()), frozenset(_LAST_WORDS.split())
_LATIN = "abcdefghijklmnopqrstuvwxyz-"
_MODEL = re.compile(
    r"(?<![a-z0-9@.-])(?!(?:eu|uk|us|hk|sf|size|no|room|flat|block|covid|top|level|gate|unit|shop|save|code|hkd?"
    r"|usd|rmb|cm|mm)[ -]?\d)"
    r"(?:[a-z]{2,10}-?\d{1,5}[a-z]{0,4}|[a-z]{1,4}-\d{1,4}[a-z]{1,3}\d{0,2}|ipad|iphone|airpods|macbook|imac"
    r"|kindle|playstation|xbox)"
    r"(?: ?(?:pro|max|plus|mini|ultra|air|lite|oled|se|slim|fe|gen ?\d|\d{1,2}))*(?![a-z0-9@])"
)
_A = (
    r"(?:(?:(?:my|the|a|an|this|that|these|two|three|four|five|another|\d{1,4}) )?(?:pairs?|packets?|packs?|sets?"
    r"|box(?:es)?|bottles?|cans?|jars?|tubes?|bags?|rolls?|cartons?|pieces?|bunch(?:es)?|bars?) of"
    r"|my|the|a|an|this|that|these|those|some|another|your|our|his|her|two|three|four|five|pair of|pairs of"
    r"|box of|set of|bottle of|\d{1,3})"
)
_NOT_NAME = (
    "is|was|are|were|be|been|has|have|had|came|come|comes|arrived|arrive|broke|broken|breaks|not|doesn't|doesnt"
    "|don't|dont|didn't|didnt|won't|wont|isn't|isnt"
    "|can't|cant|stopped|keeps|keep|that|which|who|i|i'm|i've|i'd|im|you|we|he|she|they|it|its|it's|to|for|with"
    "|in|on|at|from|of|and|or|but|please|pls|when|where|how|why|what"
    "|can|could|will|would|should|shall|may|do|does|did|just|now|today|yesterday|tomorrow|still|already|if"
    "|because|as|than|by|into|back|after|before|since|instead|only|also"
    "|name|name's|names|called|named|all|any|no|so|too|very|really|bought|ordered|got|received|sent|delivered|returned|want|need|like|get|buy"
    "|return|exchange|swap|refund|cancel|change|add|remove|leaks|leaking"
    "|leaked|smells|looks|works|working|work|fits|fit|turns|turn|makes|make|made|died|fell|there|here|next|last"
    "|although|perished|once|around|about|per|each|every|whenever|who|much|many|more|less|how|say|says|see|go"
    "|going|wear|pick|use|rather|used|using|try|tried|my|the|a|an|this|these|those|your|our|up|out|off|over"
    "|again|should|must|might|shows?|showed|reads?|while|until|without|yet|ever|never|soon|asap|either|both|shall|let|put|take"
    "|[a-z]+'(?:ll|ve|d|re|m)"
    "|took|give|gave|gives|keep|kept|left|pay|paid|through|available|ship|arriving|missing|inside|opens?|opened|closes?|closed"
)
# A size that opens a name: 20-inch cabin case.
_MEASURED = (
    r"(?:\d{1,4}[ -]?(?:inch|in|cm|mm|l|litre|liter|ml|kg|g|lb|oz|w|watt|pack|piece|pc|tier|seater|person|drawer|door"
    r"|ply|gb|tb|port|speed)(?![a-z])[ -]+)"
)
_NO_COUNT = "(?!(?:pair|packet|pack|set|box|bottle|can|jar|tube|bag|roll|carton|piece|bunch)(?:e?s)? of )"
_ENGLISH = re.compile(
    rf"(?<![a-z'-]){_A} +{_NO_COUNT}"
    rf"({_MEASURED}?(?:(?!(?:{_NOT_NAME})(?![a-z'-]))[a-z][a-z0-9'-]*(?: +|(?![a-z0-9'-]))){{1,4}})"
)
_QUALITY = re.compile(
    r"^(?:(?:new|old|wrong|right|other|same|different|bigger|smaller|larger|small|large|medium|big|second|first"
    r"|third|last|whole|own|actual|brand-new|faulty"
    r"|defective|damaged|correct|extra|more|one|free|recent|original|exact|full|previous|replacement|next) +)+"
)
_SERVICE = re.compile(
    r"(?:orders?|parcels?|packages?|deliver(?:y|ies)|refunds?|address|cards?|accounts?|codes?|numbers?|items?"
    r"|things?|stuff|products?|ones?|ways?|time|days?|weeks?|months?|years?"
    r"|hours?|mins?|minutes?|shops?|stores?|branch|website|site|app|email|mail|phone number|receipts?|invoices?"
    r"|warranty|points?|money|price|cost|fee|payments?|discounts?|vouchers?|coupons?"
    r"|policy|name|person|people|staff|manager|guy|man|woman|lady|customer|service|team|company|office|problem"
    r"|issue|question|reason|rest|colou?rs?|sizes?|models?|versions?|styles?"
    r"|base|top|bottom|edge|corner|side|surface|seam|sole|strap|box|packaging|screen|button|lid|zip|handle|bit|lot|couple|few|hole|crack|stain|photo|picture|quote"
    r"|quotation|morning|afternoon|evening|night|weekend|difference|same|left|right"
    r"|husband|wife|sister|brother|flatmate|roommate|helper|baby|kids?|child|children|sister|brother|partner|son"
    r"|daughter|mother|father|mum|mom|dad|friend|boss|colleague|school|home|flat|driver|courier|status|tracking"
    r"|pick-?up|purchase|sale|stock|exchange|return|repair|event|party|dinner|staffs?"
    r"|wedding|birthday|gift|present|instructions?|manual|date|slot|system|door|lobby|building|locker|chat|bot"
    r"|total|amount|sum|figure|balance|tracking|tracking link|link|tracking number|page|form|file|details?|info"
    r"|information"
    r"|capacity|weight|wattage|power|noise|message|text|messages|screenshot|update|updates|photos?|pictures?|invoices?"
    r"|cashier|queue|ticket|reply|replies|courier company|trouble|mistake|error|explanation|rules?|terms|conditions?"
    r"|deadline|limit|period|length|width|height|age|matter|situation|story|truth|fact|words?"
    r"|head|hands?|car park"
    r"|clients?|customers|guests?|members?|employees?|students?|teachers?|attendees|participants|visitors|suppliers?"
    r"|partners|colleagues|directors?|volunteers?|recipients?|receiver|residents?|tenants?|patients?|players?|subscribers?"
    r"|winners?|drivers?|employer|tutors?|parents|classmates?"
    r"|former|latter|dents?|scratch(?:es)?|cracks?|leak|smell|replacement|money back|new one|old one"
    r"|neighbours?|flatmates?|concierge|(?:security )?guard|courier|rider|receptionist|landlord|boyfriend|girlfriend"
    r"|nephew|niece|aunt|uncle|grandma|grandpa|cousin|colleagues?|wife|fianc[eé]e?|family|assistant|secretary|maid"
    r"|doctor|nurse|surgeon|adviser|advisor|broker|insurer|hospital|clinic|operation|surgery|accident|trip|flight"
    r"|holiday|journey|passport|visa|car|vehicle|premium|policies|claims?|cover|coverage|benefit|beneficiary|plan"
    r"|human|agent|response|reply|answer|call|link|bank|statement|ingredients?|materials?|queue|minimum|moment"
    r"|digits?|letters?|characters?|hyphens?|dash(?:es)?|dots?|underscores?|zero(?:e?s)?|typo|spelling|keyboard error"
    r"|diary|calendar|planner|schedule|timetable|agenda|rota|itinerary|shocks?|burns?|injury|(?:phone|work|home|office"
    r"|direct|land) ?line|inbox|mailbox|spam folder|hand|fingers?|stuff|hurry|rush"
    r"|(?<![a-z])(?:thumbs?|toes?|ankles?|feet|legs?|knees?|arms?|elbows?|shoulders?|wrists?|hips?|waist|stomach|neck"
    r"|eyes?|ears?|nose|mouth|hair|council|tribunal|court|solicitors?|lawyers?|barrister|ombudsman|regulators?"
    r"|authorit(?:y|ies)|police(?: station)?|newspapers?|reporters?|journalists?|customs)"
    r"|second|while|half|tax|catalog(?:ue)?"
    r"|banners?|adverts?|advertisement|pop-?up|leaflet|flyer|newsletter|homepage|headline|charges?|outcomes?|results?"
    r"|decision|resolution|enquiry|inquiry|complaints?|transactions?|transcript|progress|bad|fault|apolog(?:y|ies)"
    r"|offers?|deals?|promotions?|promos?|opinion|understanding|memory|budget|pleasure|preference)$"
)
# Where in a home a thing stands or is to stand: too big for my counter, it won't fit under the stairs.
_WHERE = re.compile(
    r"(?:kitchen |bathroom |bedroom |living[- ]room |front |back )?(?:counter(?:top)?s?|work ?tops?|kitchens?|bedrooms?"
    r"|bathrooms?|(?:living|dining|sitting|spare|guest|study|bed) ?rooms?|rooms?|hallways?|corridors?|balcon(?:y|ies)"
    r"|garages?|gardens?|stairs?|staircase|walls?|ceilings?|floors?|toilets?|porch|doorsteps?|doorways?|lifts?"
    r"|elevators?|alcove|corner|lounge|terrace|rooftop|window ?sills?|flats?|apartments?)"
)
_STANDS = re.compile(
    r"(?:in|inside|into|onto|under|underneath|beneath|behind|beside|against|above|over|across|next to|near"
    r"|(?:fits?|go|goes|stand|hang|sit|put it|big|small|wide|tall|large|deep|long|high|heavy|narrow) (?:for|on|in|at))"
    r" (?:my|the|our|a|an|your|his|her) +$"
)
_FURNITURE_WORDS = """
desk table shelf shelves sofa couch bed fridge refrigerator cupboard wardrobe cabinet sink drawer bookcase cot crib tub
bathtub rack tv television door window mirror
"""
_FURNITURE = frozenset(_FURNITURE_WORDS.split())
_NUMERAL = re.compile("[一二三四五六七八九十百千两0-9]+")
_SHORT = frozenset("衫裤裙鞋灯表帽床枱椅柜杯袋伞遮镬煲刀笔锅壶琴袜靴褛碗碟酒油米茶糖水饼盆枕被毯镜链鈪扇")
_ROUND = frozenset("煲灯锅镬壶镜杯帽柜枕琴")  # which 个 counts, too
_PLAIN = frozenset({"电话", "手机", "电脑"})
_PHONES = frozenset({"mobile", "phone", "cell", "telephone"})
_TIDY = " '+&.-"


def find_things(simple: str, taken: Sequence[Span], kept: Sequence[Span] = ()) -> list[Span]:
    """Spans of things in simplified folded text. `taken` spans end a name; a name beside a `kept` one is part of it."""
    text = simple[:MAX_CHARACTERS]
    found: list[Span] = []
    if any("\u3400" <= character <= "\u9fff" for character in text):
        found.extend(_behind_measures(text, taken))
    else:
        found.extend(_in_english(_hidden(text, taken)))
    hidden = _hidden(text, taken)
    models = (m for m in _MODEL.finditer(hidden) if not _is_no_thing(m.group()))
    found.extend(_trimmed(text, *m.span()) for m in models if not _is_code(text, *m.span()))
    single: list[Span] = []
    for start, end in found:
        is_new = end > start and not any(s < end and start < e for s, e in single)
        if is_new and is_meant(text, start, end) and not _beside(text, (start, end), kept):
            single.append((start, end))
    return single[:_MAX_FOUND]


def _is_no_thing(name: str) -> bool:
    return name.endswith(_NO_THINGS) or name[len(name.rstrip(_LATIN)) :] in _NO_WORDS


# What a listed word is no name of: a saying, a place where a thing is put, a number, a piece of another noun.
_SAYING = re.compile(
    r"(?:等(?:等|阵|一阵|一下|下|我)?|让我|容我|我)[^,，。!！?？]{0,4}"
    r"(?:戴|除|攞|拿|拎|揾|搵|找|开|着)(?:返|番|咗|定|埋|上|下)?一?[副支枝部架张本个盏对]?"
    r"(?:老花|眼|老花眼)?(?:镜|笔|电脑|手机|平板|ipad|灯|电话|簿|纸)(?=先|睇|抄|写|记|再|下|看|[,，。 ]|$)"
    r"|(?:戴|除)(?:返|番)副(?:老花|眼|老花眼)?镜"
    r"|(?:用|喺|在)(?:紧)?(?:部|我)?(?:手机|电脑|平板|ipad|电话)(?:版|度|上网|上面|上|先|落单|下单|入去|登入|登录|睇|打|扫|操作|买)"
    # What somebody looked at amiss: 望錯月曆, 睇咗第二本日曆.
    r"|(?:睇|望|看|翻|揭|查|对|跟)(?:错|咗|了|返|番|紧)+(?:第二)?(?:个|本|张|份|版|部)?[^,，。 ]{0,4}"
    r"(?:月历|日历|年历|行事历|手帐|日记簿|记事簿|时间表|萤幕|荧幕|屏幕)"
    r"|(?:月历|日历|年历|行事历|手帐)(?:上|度|睇|望|看|写|显示|转|揭)"
    r"|(?:手机|电话|电脑|平板)(?:就|就快|快|得返|只剩)(?:快|要)?(?:冇|没|冇晒|\d{1,2}%)(?:电|[,，。 ]|$)"
    r"|(?:get|grab|find|fetch|put on|looking for|need|wear) (?:my|a|the) (?:reading )?"
    r"(?:glasses|pen|pencil|phone|laptop)"
    r"|(?:on|from|with|using|via) my (?:phone|mobile|laptop|computer|ipad|tablet|pc)"
    r"|switch(?:es|ed|ing)?(?= (?:it |them )?(?:on|off|to|from|over|back|between|the|my))"
    r"|(?:can't|won't|doesn't) switch"
    "|黑过镬底|大镬|一镬[熟泡]|[起上落赖病临]床|床位|洗碗(?!机(?!得|可以|洗)|碟机|布|精|液|海绵|手套)|饭碗|眼镜店|耳机[孔插位]|踩单车|冲凉|灯号|灯口|台面|打机"
)
_PUT = re.compile(
    r"(?:[放摆掉叮][咗落到得]?|唔?得|可以|可唔可以)?(?:入|放落|摆落)(?:得|唔入得|到|落|去)*(?:个|部)?$"
    r"|(?<![a-z])(?:in|into|inside) (?:the|a|my) $"
)
# A part of the thing spoken of: 佢連個燈都唔着, 它的屏幕.
_PART_WORDS = """
灯 灯泡 灯胆 芒 屏幕 荧幕 萤幕 电池 喇叭 镜头 镜 胆 插头 线 电线 火牛 手柄 脚架 刀 网 滤网 滤芯 键盘 充电线 底盘 内胆 套
盖 扇 轮 摄像头 手掣 垫 带 链 皮带 表带 锁 柜桶 抽屉
"""
_PARTS = frozenset(_PART_WORDS.split())
_OF_IT = re.compile("(?:佢|它)(?:连|嘅|的|入面|里面|上面)*[个支条块粒部只对把张盏]?$")
_NUMBER_OF = re.compile(
    r"\s*(?:[系是](?:我)?(?:嘅|的)?(?:内地|大陆|国内|香港|本地|澳门|台湾|外国|海外|新|旧|公司|屋企|家里|预付)[^,，。型]{0,2}?"
    r"(?:号|冧把|冧巴|卡|电话|number|no\b|sim)|(?:转|换|改)[咗了](?:新|第二)?(?:个)?(?:号|台|冧把|冧巴|卡|number)"
    r"|(?:一直|长期)?(?:打唔通|打不通|长开|保持开机|开住|唔通|廿四小时)"
    r"|号|(?:号码)?(?:系|是|is|'s|[:：])?\s*[0-9+加零一二三四五六七八九幺]{2}|number|no\b|[:：])"
)
_GOES_ON = frozenset("机架柜底位头部医库布车面盖垫套店铺厂厅单匙纸仔边角券卡板桶脚")


def is_meant(text: str, start: int, end: int) -> bool:
    """Whether a listed word in simplified folded text names a thing that the message is about."""
    word = text[start:end]
    if any(m.start() < end and start < m.end() for m in _SAYING.finditer(text[:MAX_CHARACTERS])):
        return False
    if (word in _PLAIN or word in _PHONES) and _NUMBER_OF.match(text, end):
        return False
    if len(word) == 1 and text[end : end + 1] in _GOES_ON and text[end : end + 1]:
        return False
    if word in _FURNITURE and _STANDS.search(text[max(0, start - 32) : start]) is not None:
        return False
    before = text[max(0, start - 12) : start]
    return _PUT.search(before) is None and not (word in _PARTS and _OF_IT.search(before) is not None)


# What a listed word is the first part of: 電腦袋, 相機套, 電視架.
_COMPOUND = re.compile(
    r"(?:袋(?!鼠)|套(?!装|餐|票|房)|壳|架(?!构)|柜(?!枱|台)|垫(?!付|支)|罩|布(?!置|满)|包(?=[同和及与,，、。 ]|$))"
)


def whole(text: str, start: int, end: int) -> Span:
    """A listed word with the noun that it is the first part of, where one touches it."""
    match = _COMPOUND.match(text, end) if end - start > 1 else None
    return (start, match.end()) if match is not None else (start, end)


_CODE_CUE = re.compile(r"码|code|coupon|优惠|promo|voucher|券|输入|密码|password")


def _is_code(text: str, start: int, end: int) -> bool:
    """Whether what looks like a model is a code that somebody types in: 優惠碼 SPRING20."""
    return _CODE_CUE.search(text[max(0, start - 10) : start] + "|" + text[end : end + 6]) is not None


def _hidden(text: str, taken: Sequence[Span]) -> str:
    """The text with what is already read replaced by blanks."""
    for start, end in taken:
        text = text[:start] + " " * (min(end, len(text)) - start) + text[end:] if start < len(text) else text
    return text


def _beside(text: str, span: Span, kept: Sequence[Span]) -> bool:
    return any(
        (start < span[1] and span[0] < end)
        or (end <= span[0] and not text[end : span[0]].strip())
        or (span[1] <= start and not text[span[1] : start].strip())
        for start, end in kept
    )


def _behind_measures(text: str, taken: Sequence[Span]) -> Iterator[Span]:
    for start, end in _segments(text, taken):
        match = _LEAD.match(text[start:end])
        if match is None or not match["name"] or (match["measure"] and _ASKED.search(text[:start])):
            continue
        name, measure = match["name"], match["measure"] or ""
        inner = _INNER.search(name) if not measure else None
        if inner is not None:  # 掟低個箱: what stands before the measure is a verb
            begin, name = start + match.start("name") + inner.end(), name[inner.end() :]
            size = _size(name.rstrip(_TIDY), inner["measure"], has_lead=False)
            if size:
                yield _trimmed(text, begin, begin + size)
            continue
        size = _size(name.rstrip(_TIDY), measure, has_lead=bool(match["lead"]))
        if size:
            yield _trimmed(text, start + match.start("name"), start + match.start("name") + size)


def _size(name: str, measure: str, *, has_lead: bool) -> int:
    """How much of a name is a thing; 0 when it is none."""
    is_sure = measure in _SURE_MEASURES
    if (is_sure and (name in _SHORT or name in _PLAIN)) or (measure == "个" and name in _ROUND):
        return len(name)
    if not name or name.isdigit() or _is_no_thing(name) or _COUNT_OF.fullmatch(name) or _HURT.match(name):
        return 0
    headed = _HEADED.match(name)
    if headed is not None:
        size = headed.end()
        return 0 if size < 2 or _is_no_thing(name[:size]) else size
    return len(name) if _is_named(name, measure, is_sure=is_sure, has_lead=has_lead) else 0


# A part of somebody's body and what became of it: 隻手燙親, 條腰扭親.
_HURT = re.compile(
    "(?:手|脚|眼|耳|腰|颈|膝头?|背|头|面|脷|舌|嘴)(?:指|趾|臂|掌|腕|踝|皮|甲|仔|尖|囊|骨)?[公仔]?"
    "(?:都|就|俾|畀|比|被|即刻|咁|好|系|是|有啲|起咗?|又){0,3}"
    "(?:烫|灼|辣|烧|切|割|𠝹|损|伤|痛|肿|红|敏感|痕|痒|流|夹|拗|扭|撞|刺|刮|触|过敏|麻(?!将)|断|瘀)"
)
_COUNT_OF = re.compile(
    "(?:大约|大概|约|差唔多|大致|最少|至少|起码|超过|成|净系|总共|一共|合共)?(?:[一二三四五六七八九十百千万两几多半0-9]+)"
    "(?:[几多零])?(?:盒|个|件|套|支|箱|份|只|张|包|条|对|部|枝|樽|罐|打|瓶|台|把|双|副)"
)


def _is_named(name: str, measure: str, *, is_sure: bool, has_lead: bool) -> bool:
    """Whether what stands behind a measure word is a name without a known head."""
    if len(name) < 2 or _NUMERAL.fullmatch(name) is not None:
        return False
    if is_sure:
        longest = 24 if re.search("[a-z]", name) else 6
        return len(name) <= (4 if measure in "对只条包" and not has_lead else longest)
    is_foreign = re.search("[a-z]{3}", name) is not None
    return measure in _WEAK_MEASURES and has_lead and is_foreign and len(name) <= 20


def _segments(text: str, taken: Sequence[Span]) -> Iterator[Span]:
    """Runs of words without a verb, a particle or a mark between them."""
    breaks = [m.span() for m in _PIECE.finditer(text) if m["kept"] is None]
    begin = 0
    for start, end in sorted([*breaks, *taken, (len(text), len(text))]):
        if start > begin:
            yield begin, start
        begin = max(begin, end)


def _in_english(text: str) -> Iterator[Span]:
    for match in _ENGLISH.finditer(text):
        words = match[1].rstrip()
        quality = _QUALITY.match(words + " ")
        skipped = quality.end() if quality else 0
        rest = words[skipped:]
        stands = _STANDS.search(text[: match.start(1)]) is not None and rest.split(" ")[-1] in _FURNITURE
        if stands or _WHERE.fullmatch(rest) is not None:
            continue
        if len(rest) >= 3 and _SERVICE.search(rest) is None and _SERVICE.fullmatch(rest.split(" ")[0]) is None:
            yield match.start(1) + skipped, match.start(1) + len(words)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _TIDY:
        start += 1
    while start < end and text[end - 1] in _TIDY:
        end -= 1
    return start, end
