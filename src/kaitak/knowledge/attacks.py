"""Owns seeing that a message orders the program about, or wants what is internal or another person's. Pure.

Nothing rests on this alone: internal and foreign articles are never compared, and no text is ever carried out. It only
decides whether a question is refused or searched.
"""

from __future__ import annotations

import re

from kaitak.knowledge import terms

_RULES = (
    "指示|指令|规则|规定|规矩|设定|限制|提示|守则|准则|约束|prompt|instructions?|rules?|"
    "polic(?:y|ies)|guidelines?|restrictions?"
)
_SECRETS = (
    "密码|口令|权限|后台|内部|机密|病历|客户资料|客人资料|用户资料|名单|通话记录|数据库|源代码|折扣码|优惠权限|"
    "password|credential|internal|confidential|database|source code|admin"
)
_ROLES = (
    "没有限制|没有规则|没有任何限制|不受限|无限制|管理员|admin|root|工程师|开发者|员工|经理|主管|主任|店长|内部|总监|职员|"
    "黑客|no restrictions?|unrestricted|without (?:any )?(?:rules|restrictions|limits)|developer|"
    "manager|supervisor|dan\\b|evil"
)
_CLAIMS = (
    "it部|技术部|总部|稽核|审计|内审|监管|保监局|消委会|警察|警方|调查员|廉署|税局|律师|经理|"
    "主管|主任|店长|总监|职员|员工|同事|客服|管理员|系统管理|开发者|工程师|admin|developer|auditor|"
    "police|manager"
)
_PATTERNS = (
    # setting rules aside, in either order of words
    (
        rf"(?:忽略|无视|忘记|忘掉|忘了|抛开|不用理|不要理|不理|别管|不用管|不用跟|不要跟|不跟|跳过|绕过|撇开|解除|推翻|"
        rf"覆盖)[^。]{{0,16}}(?:{_RULES})"
    ),
    (
        rf"(?:之前|以上|上面|所有|安全|保密|你|一切)[^。]{{0,8}}(?:{_RULES})[^。]{{0,10}}(?:忘|忽略|"
        rf"无视|作废|失效|取消|关掉|关闭|解除|删)"
    ),
    rf"(?:ignore|disregard|forget|bypass|override|drop|skip|set aside)[^.]{{0,40}}(?:{_RULES})",
    rf"(?:no|safety|all|the|your) (?:{_RULES})[^.]{{0,12}}(?:off|apply|lifted|disabled|suspended|void)",
    r"(?:ignore|disregard|forget)(?: all| everything)?(?: of)?(?: the| that)? (?:above|previous|prior|preceding)",
    "(?:忽略|无视|不用理|不理|忘记)[^。]{0,4}(?:以上|之前|上面|前面)[^。]{0,4}(?:内容|说话|对话|文字|的话)",
    "(?:关闭|关掉|关了|停用|解除|取消)[^。]{0,4}(?:安全|过滤|审查|保安)[^。]{0,4}(?:过滤|机制|设定|检查|功能|限制|$)",
    "新(?:指示|指令|系统讯息|prompt) ?[:：,，]|new (?:instructions?|system message|rules?) ?[:：]",
    "你必须(?:说|答|回答|讲|回复)",
    r"from now on,? (?:you |always |only |please )?(?:say|answer|reply|tell|respond|approve|confirm)",
    r"(?:base64|rot13|hex) ?(?:decode|解码)|(?:decode|解码)[^.。]{0,12}(?:follow|execute|obey|run|执行|照做)",
    # other selves
    (
        rf"(?:由现在开始|由家阵起|由家阵开始|从现在起|从现在开始|而家开始|现在开始|现在起|假装|"
        rf"假设你|扮演|(?<!人)扮|当自己|当你自己|想像你|你而家系|你现在是|训练模式|"
        rf"测试模式)[^。]{{0,24}}(?:{_ROLES})"
    ),
    (
        rf"(?:pretend|you are now|you're now|act as|act like|role-?play|from now on|"
        rf"imagine you)[^.]{{0,50}}(?:{_ROLES}|{_RULES})"
    ),
    (
        "开发者模式|上帝模式|debug模式|developer mode|debug mode|god mode|jailbreak|\\bdan mode\\b|"
        "(?:帮我|帮你|你|怎么)越狱"
    ),
    "(?:训练|测试|维护|维修)模式[^。]{0,20}(?:限制|保密|指引|内部|资料|规则)",
    (
        "(?:店长|经理|主管|主任|员工|职员|管理员|除错|调试|后台|超级|最高权限)模式|"
        "(?:manager|staff|employee|admin|maintenance) mode"
    ),
    # the program's own words
    (
        "system ?prompt|hidden (?:prompt|instruction)|initial (?:prompt|instruction)|系统提示|"
        "系统指令|初始指令|隐藏指令|提示词"
    ),
    (
        "(?:重复|重覆|打印|输出|背出|复述|照抄|逐字|一字不漏)[^。]{0,10}(?:上面|以上|之前|上述|"
        "你的|收到)[^。]{0,12}(?:文字|内容|指示|指令|对话|说话|全部|设定)"
    ),
    "(?:设定|指示|指令|提示)[^。]{0,10}(?:逐字|一字不漏|原样|完整|打完|打晒)[^。]{0,6}(?:打|写|讲|说|贴|输出|出来|出嚟)",
    "(?:repeat|print|output|reveal) (?:everything|the|all|your)[^.]{0,20}(?:above|instruction|prompt|verbatim)",
    "(?:收到|你|系统)的?[^。]{0,4}(?:指令|指示|设定|提示)[^。]{0,6}(?:逐字|一字不漏|复述|重复|背出)",
    "你(?:所)?(?:收到|得到|接到)的?[^。]{0,8}(?:指令|指示|设定|提示)[^。]{0,12}(?:翻译|贴|抄|打|写|讲|说|给我)",
    "(?:当|视)自己(?:是)?(?:没有|没|无)(?:任何|一切)?(?:规则|限制|规矩|守则)",
    # what is internal
    "(?:职员|员工|内部|管理层|主管)专用|(?:staff|internal|employee)[- ]only",
    (
        "内部(?:文件|指引|守则|资料|手册|政策|备忘|培训|流程|审批|机密|上限|价|文章|notes?)|"
        "员工(?:手册|守则|指引|折扣码)|给员工看|职员手册"
    ),
    "internal (?:[a-z]+ ){0,2}(?:document|manual|guide|polic|memo|note|limit|article|rule|only)",
    "staff (?:manual|handbook|only|guide|discount code)",
    "(?:api|access|secret) ?(?:key|token)|数据库|\\bdatabase\\b",
    "(?:admin|root|管理员|后台|系统)[^,。]{0,4}(?:密码|password|权限|login)",
    rf"(?:我就?[是系]|我在|i am|i'm|this is)[^。.]{{0,14}}(?:{_CLAIMS})[^。.]{{0,40}}(?:{_SECRETS})",
    rf"我(?:就?[是系]|在你们)[^。]{{0,14}}(?:{_CLAIMS})[^。]{{0,30}}(?:的|份)(?:病历|资料|电话|手机|身份证|地址|记录|保单|订单)",
    "(?:列|列出|讲|说|读|念|告诉)[^。]{0,8}内部|内部[^,。]{0,6}(?:文件|指标|标准|规则|权限|名单|资料|额度)",
    "(?:客服|职员|员工|主任|经理)[^,。]{0,4}(?:各级|每级|可以批|可以赔|可批)[^。]{0,10}(?:多少|几)",
    # words that speak as the program's keeper, and orders to grant
    r"</?\s*(?:system|assistant|admin|developer|instructions?|prompt)\b|(?:audience|role|unlock|mode) ?= ?[a-z]+",
    "(?:当(?:是|成|作)?|视作|视为)[^,。]{0,6}(?:公司|你|系统|经理)?[^,。]{0,4}(?:已经?)(?:批准|同意|核准)",
    "(?:你|公司)[^,。]{0,6}(?:正式|现在|已经?)[^,。]{0,3}(?:批准|授权|核准)[^。]{0,20}(?:确认|照做|写)",
    "(?:现在开始|从现在|以后|接下来)[^。]{0,6}(?:每句|每次|一律|只)(?:都|可以)?(?:答|回答|说|讲|回复)",
    r"^ ?(?:system|系统) ?[:：]|audience ?[:：=] ?internal|(?:articles?|documents?|notes?|pages?) (?:that are )?marked",
    "(?:权限|授权额|补偿额|指引|守则|手册)[^,。]{0,4}(?:全文|原文)|(?:全文|原文)[^,。]{0,4}(?:权限|指引|守则|手册)",
    rf"(?:我就?[是系在喺])[^。.]{{0,14}}(?:{_CLAIMS})[^。.]{{0,40}}(?:代号|触发|授权码|主管码|管理码|口令)",
    # everybody's data, and code
    r"(?:电话|手机|会员)[^,。]{0,4}\d{4,}[^,。]{0,4}(?:客户|客人|顾客|会员|用户)",
    (
        r"(?:查|找|搜)[^,。]{0,8}(?:电话|手机|会员|保单|号码)[^,。]{0,6}\d{4,}[^。]{0,14}"
        "(?:住哪|住在|地址|资料|叫什么|名字|是谁|身份证)"
    ),
    (
        "(?:所有|全部|其他|每个|最近[^,。]{0,4})(?:的)?(?:客人|客户|顾客|会员|"
        "用户)[^。]{0,12}(?:资料|电话|名单|地址|列|给|号码|保单|订单|导出|姓名)"
    ),
    "(?:列出|导出|打印|输出|贴出)[^。]{0,12}(?:客人|客户|顾客|会员|用户)",
    "(?:所有|全部|成批|每个)[^。]{0,4}(?:客人|客户|顾客|会员|用户)[^。]{0,4}(?:email|电邮|邮箱|手机|电话|地址)",
    "(?:上一?个|前一?个|另一个|其他|别的|第个)(?:客人|客户|顾客|用户)[^。]{0,6}(?:问了|问过|说了|讲了|买了|投诉|写了|留下|聊)",
    r"(?:phone|number|address|e-?mail|details|name)s? of (?:customer|client|user|member|account|order|policy)\b",
    (
        "(?:list|dump|export|print|show|give me)[^.]{0,30}(?:customers?'?|users|members|"
        "all (?:policies|orders|claims))(?:'s)? ?(?:data|details|records|claim|info|phone|names|"
        "list|emails|$)"
    ),
    "(?:list|dump|export)[^.]{0,20}(?:customers|users|policies|orders|claims)",
    (
        "select .{1,40} from |drop table|union select|delete from |insert into |or 1 ?= ?1|<script|"
        "\\{\\{|\\$\\{|os\\.system|rm -rf"
    ),
)
_ATTACKS = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
_OTHERS = (
    "女朋友|男朋友|条女|条仔|老公|老婆|丈夫|妻子|前度|前妻|前夫|朋友|同事|邻居|隔离屋|老板|"
    "室友|亲戚|妈妈|爸爸|阿妈|阿爸|家姐|姐姐|妹妹|哥哥|弟弟|大佬|细佬|细妹|儿子|女儿|"
    "第个客|另一个客|其他客|别的客|别人|其他人|人家|上一个客|前一个客|陈[大小]?[一-龥]{1,2}|"
    "[一-龥](?:先生|小姐|太太|女士)|[陈李王张黄林周何梁刘吴郑冯邓谢罗](?:太|生)|姓[一-龥]|"
    "my (?:girlfriend|boyfriend|wife|husband|friend|colleague|neighbou?r|ex(?:-wife|-husband)?|"
    "boss|mother|father|mum|mom|dad)"
    "|another customer|someone else|somebody else"
)
_THEIRS = (
    "订单|单|保单|份保|户口|账户|帐户|电话|手机号|地址|住址|资料|住哪|身份证|积分|余额|病历|"
    "现金价值|受益人|索偿|赔偿|份危疾|份人寿|份医|"
    "orders?|polic(?:y|ies)|accounts?|address|phone|details|claims?|records?|balance"
)
_FOREIGN = re.compile(
    rf"(?:{_OTHERS})(?:'s|的)?[^。?]{{0,14}}?(?:{_THEIRS})|(?:他|她|his|her)(?:的|个|张|份|"
    rf" )?(?:电话|地址|住址|保单|订单|account|address|phone)"
)
_TELLS = re.compile(
    "告诉我|话我知|说我知|说我听|话我听|给我看|发我|发给我|传给我|传我|查下|查一下|帮我查|"
    "帮我(?:手)?看|帮我(?:手)?睇|查到|看下|看一下|睇下|哪个地址|什么地址|住哪|电话号码|受益人(?:是|写)|"
    "(?<!忘记了)(?<!忘了)(?<!记得)(?:写|填)(?:了|的)?(?:是)?(?:谁|哪个)|贴(?:出来|给我|我看)|买了(?:些|的)?什么|"
    "(?:不要|别)(?:和|跟|让|给)?(?:他|她)[^。,]{0,3}(?:说|讲|知)|"
    "买了多少|买咗几多|送去哪|寄去哪|有多少|多少钱了|索偿了多少|"
    "(?:现金价值|积分|余额|受益人)[^。,]{0,4}(?:多少|几多|是什么|是谁|写谁)|"
    "(?:don't|do not) (?:tell|let) (?:him|her|them)|"
    "tell me|give me|show me|send me|look up|what is|what's|where (?:does|is)|who"
)
_HANDS_OVER = re.compile("帮我(?:去|拿|取)|代我|替我|代取|付款|可不可以代|可唔可以代|授权|我是受益人|过身|过世")


def is_attack(text: str) -> bool:
    """Whether the text orders the program about, or wants what is internal or another person's."""
    view, written = terms.views(text)
    both = f"{view}。.\n{written}"
    if _ATTACKS.search(both):
        return True
    is_foreign = any(_FOREIGN.search(each) for each in (view, written))
    return is_foreign and _TELLS.search(both) is not None and _HANDS_OVER.search(both) is None
