"""Owns the words by which a message leans on the talk before it, leaves it or takes something back, as patterns."""

import re

# A thing of the customer's own as the subject: 我份保單幾時到期 asks by itself, whatever was asked before.
OWN_THING = re.compile(r"我(?:份|张|个|部|件|笔|条|只|架)[\u4e00-\u9fff]")
# Who hurries the bot has told it nothing: 快啲啦, 在吗, are you there?
HURRY = re.compile(
    r"(?:喂+[, ，]*)*(?:有(?:冇|没有|无)人(?:呀|在|啊)?|在(?:吗|不在)|[仲还](?:喺|系|在)(?:唔(?:喺|系))?度?(?:吗|呀)?"
    r"|快(?:啲|点|一点|些|d)?(?:啦|呀|吧|唔该|可以吗|得唔得|好吗)*|仲未(?:得|搞掂)(?:呀|吗)?|[好得]未(?:呀)?"
    r"|hello|hi|hurry(?: up)?|are you there|anyone there|still there)?[?？!！。~ ]*"
)
# A message that leans on the one before: 咁聽日得唔得, 黑色呢, and the blue one?
ELLIPSIS = re.compile(
    r"^(?:咁(?!样|多|耐|贵)|那(?!个|张|边|么)|and |what about|how about|or |又|仲有|同埋|换做|改做|如果|若果|要是"
    r"|即系|so |then |ok[, ]|好[, ，]|"
    r"另外[嗰果那]|还有|那如果|(?:点解|为什么|做咩|why)(?:要|会|都|系|是|is it|does it)? ?(?:咁|这么|那么|so(?![a-z])))"
    r"|(?<![a-z])the same(?: thing)?[?.!]*$"
    r"|呢[?？]?$|(?:得唔得|可唔可以|得吗|可以吗|行吗|行不行|ok吗|好吗)[呀啊?？]*$"
    r"|^.{0,10}(?:使唔使|要唔要|要不要|几耐|几时|几钱|几多|多少)[^,，]{0,8}$"
)
SWITCH = re.compile(
    r"^(?:[呀啊哦噢诶咦]+[, ，]?)?(?:系[呢喇啊呀咯喎][,， ]?|系咯[,， ]?|讲开|话时话|话说|顺带|顺便|wait[, ]|oh[, ])"
    r"|(?:另外|仲有|顺便|顺手|还有|第二样|另一样)(?:想|帮|再帮|查|睇|问|问下|有样|一样|件事|个问题)|转个话题|换个话题"
    r"|by the way|btw|another (?:question|thing)|something else|also,? (?:i|can)|问多样"
    r"|(?:问|讲|想|有|查)(?:埋|多|下|啲|下啲)?其他(?:嘢|事|问题)"
    r"|^(?:对了|话说回来|轮到|跟住到|(?:好|得|ok|行)[喇啦的了]?[,， ]*到)"
    r"|^(?:ok(?:ay)?[, ]+)?(?:now |next[, ]+)(?:the|about|for|on to|my)(?![a-z])"
)
# Several matters in one message, and the order in which they are to be seen to.
SEVERAL = re.compile(
    r"(?:[两二三几]|\d)(?:样|件|个)(?:嘢|事|问题|野)|第[一二]样"
    r"|(?:two|three|a couple of|several) (?:things|questions|requests)"
    r"|另外|顺便|顺手|跟住|然后|之后再|同时|此外|还想|仲想|(?<![a-z])(?:first|also|then|and another)(?![a-z])"
)
# An order about what was just spoken of is a whole wish, however short: 取消佢, 退咗佢, cancel it.
DO_IT = re.compile(
    r"^(?:咁|不如|唔该|帮我|我想|我要|想|要|please|ok|then|[, ，])*"
    r"(?:取消|退货|退款|退|换货|换|改|停|cancel|return|exchange|refund)"
    r"(?:咗|左|了|晒|埋)?\s*(?:佢|它|it|this|that|(?:呢|嗰|那|这)?(?:张|件|份|个)(?:单|嘢|货|保单)?)[呀啦喇吧!！。. ]*$"
)
# A deed ordered in a word or two, or asked for: 咁轉月供, 唔換 退錢, 咁我上訴得唔得; and whether something is in stock.
ORDERS = re.compile(
    r"^(?:咁|噉|那|就|不如|算(?:啦|了)?|即刻|快啲|麻烦|唔该|好|ok|[,， ])*"
    r"(?:(?:唔|不)(?!该|好意思)[\u4e00-\u9fff]{1,2}[,， ]+)?"
    r"(?:我|想|要|帮我|直接)*(?:换(?!人)|退钱|退款|退货|退(?!休)|改(?!错)|转(?!头|数)|取消|断保|上诉|投诉|续(?!约)|借钱|加人|补发|报失)"
    r"|^(?:and|also|plus) [a-z ]{3,24} (?:pls|please|too|as well)[.!? ]*$"
    r"|^(?:(?:ok|just|then|no|fine|well|so)[,. ]+)*(?:cancel|refund|exchange|return|swap)"
    r"(?: (?:it|that|them|this|everything|the (?:whole )?(?:order|thing)))?(?: then| now| please| pls| for me)*[.! ]*$"
)
STOCK = re.compile(
    r"有(?:冇|没有)(?:现)?货|有(?:现)?货(?:吗|未|嘛)|有(?:它|佢|呢款|这款|呢只|呢个|这个)(?:吗|冇|嘛|卖)"
)
# An order that leaves the request in force for another deed: 不如退錢俾我, 我要換.
ANOTHER_DEED = re.compile(
    r"(?:不如|咁就|直接|改为|转为|我要|我想|帮我|同我|都系)(?:帮我|同我|直接|都系|要|想)*"
    r"(?:退钱|退款|退货|退返|退(?!休)|换货|换(?!领)|取消|cancel|refund)|(?:退钱|退返钱|退款)(?:俾|畀|比|给)(?:返)?我"
    r"|(?<![a-z])(?:just |rather |instead )(?:refund|cancel|exchange|return)(?![a-z])"
    r"|(?:i(?:'d| would) (?:like|prefer)|i want|can i (?:get|have)|give me)(?: an?| my| the)? (?:full )?"
    r"(?:refund|exchange|replacement|money back)(?! policy)"
)
# Where any words are an answer, only these make a message a request of its own.
WISH = re.compile(
    r"[?？]\s*$|[吗呢]\s*$|(?:我|都)(?:系|都)?(?:想|要)|想问|帮我|帮手|不如"
    r"|(?<![a-z])(?:i want|i'd like|i would like|i need|can you|could you|can i|please)(?![a-z])"
)
# A question as a whole, not a statement that holds one of its words.
QUESTION = re.compile(
    r"[?？]$|[吗嘛呢]$|有冇|有无|系咪|是不是|几时|几多|几钱|多少|点解|点样|怎么|为什么|边度|哪里|可唔可以|得唔得"
    r"|^(?:what|when|where|which|who|how|why|can|could|do|does|is|are|will)(?![a-z])"
)
# What is asked, also of two ways: 係你哋嚟收定要我寄.
ASKED = re.compile(
    rf"{QUESTION.pattern}|[系要][^,，。]{{1,12}}(?:定系?|还是|抑或)[^,，。]{{2,}}|(?<![a-z])or (?:do|should|can) i"
)
RETURN = re.compile(
    r"讲返|讲回|(?<![拎攞拿行寄退送揸带搬攞取换])返去|返番|翻返去|说回|回到|回头说|(?:头先|刚才|之前|最初|一开始|啱先|啱啱|刚刚|上面)(?:喺|打|讲"
    r"|问|说|那|嗰|个|件|报"
    r"|嘅|的|我)|(?:头先|刚才|啱先|先头)[^,，。 ]{2,6}[嗰那](?:样|件事|单|个|边|笔|张|份)"
    r"|continuing|following up|further to|my (?:earlier|last) (?:text|message|call|email)|about that"
    r"|back to|earlier (?:question|order|one)|as i (?:said|asked)|first (?:question|one)|最头|开头(?:讲|问|说|嗰|那)"
    r"|(?:关于|至于|说起)(?:头先|刚才|之前|最初|上述|前述)|上述|前述|就(?:头先|刚才|之前|上述)"
)
# The same talk goes on somewhere else: 轉咗嚟WhatsApp, 我啱啱喺App講完.
ELSEWHERE = re.compile(
    r"(?:转|过)(?:咗|左|了|到|嚟|来|去|用|返)*(?:呢度|呢边|这里|这边|whatsapp|wechat|微信|app|电话|ig|messenger|email"
    r"|电邮|网页|web)|(?:喺|在|系|从|由|经)(?:个|你哋|你们)?(?:app|网上|网页|网站|web|whatsapp|wechat|微信|电话|门市|fb"
    r"|facebook|messenger|ig|email|电邮).{0,4}(?:讲|说|问|报|倾|提|填|留|交)|(?:打嚟|打来|call|email|电邮)[咗左了过].{0,6}"
    r"(?:问|话|讲|说|跟)|(?:而家|依家|现在).{0,8}(?:再问|问返|跟进返)"
)
# 12月15號先啱: this value is the right one, and another was not.
RIGHT_ONE = re.compile(
    r"(?:先|先至|至)[系是]?(?:啱|对|得|真)(?:[呀㗎啦嘅]|$|[,，。])|才对|才是"
    r"|^(?:no,? wait|oops|whoops|my mistake|my bad|弊|哎呀|死火|死喇)"
    # A slip told by what became of the letters: 漏咗條橫線, 多打咗個零, 調轉咗兩個字, missed a dot.
    r"|(?:漏|少|多|欠|缺|差)(?:打|写|入|抄|讲)?(?:咗|了)(?:[个条一半]{0,2})"
    r"(?:[a-z0-9](?= ?(?:字|呀|啊|添|[,，。]|$))|字(?!眼)|点(?!心)|横|划|底线|零(?![件食钱售]))"
    r"|(?:睇|望|看|抄|记|揿|听|读|念)(?:咗|得)?错|(?:[调倒掉](?:返)?转|写漏|抄漏)[咗了]"
    r"|(?<![a-z])(?:lacks?|missed|missing|left out|forgot|dropped|added) (?:a|an|the|one|another|its) (?:extra )?"
    r"(?:dot|hyphen|dash|letter|digit|zero|underscore|number)"
    r"|(?<![a-z])(?:transposed|misspel[a-z]+|mistyped|misread|swapped (?:two|the)|wrong way a?round"
    r"|copied (?:it|that) wrong)"
    r"|(?<![a-z])should(?: have)? (?:be|been|read|say)"
    r"(?! (?:able|fine|ok|possible|[a-z]+(?:ed|ing)|here|there|no|in|on|at)(?![a-z]))"
    r"|(?<![a-z])(?:scratch that|strike that|correction|my error|i gave you (?:my|the) (?:wrong|old|work))"
)
# A slip, told as one: what it names stood for something else all along.
SLIP = re.compile(
    r"(?:打|写|讲|说|抄|入|输|睇|听|读|念|报|记|畀|给|填)(?:咗|左|了)?[错漏]|[错漏](?:打|写|抄)|更正|改正|应(?:该)?[为系是]"
    r"|(?<![a-z])(?:typo|wrong|mistyped|misread|correction|my mistake|my bad|oops|whoops"
    r"|should (?:be|read|have been))(?![a-z])"
)
# A deed that is taken back in passing: 唔換喇, 唔好取消住.
DROPPED = re.compile(
    r"(?:唔|不|别|冇谂住|未(?!买|订|收))(?:好|使|想|要|再|用|系)?(?:再)?(?:帮我)?(?:换|退|取消|改|郁|动|查|跟|买|加|续|借|转|搞|整|寄|送|订"
    r"|退货|退款|cancel|claim)(?:货|款|保|单|佢|成[张单])?(?:住|先|喇|啦|了|咗|嘞|算)"
    r"|(?:唔|不)(?:好|使|用|想|要)?(?:再)?(?:改|换|郁|动)(?:个)?(?:地址|日子|日期|时间|收件人|名|电话|资料|码|色)(?:住|先|喇|啦|了|嘞)"
    r"|(?:唔(?:使|用|好|想)|不(?:用|想|要))(?:再)?(?:改|换|退|取消|寄|送)(?=[,，。!])"
    r"|(?<=[\u4e00-\u9fff])(?<![要买续订])(?:唔|不)(?:再)?(?:买|要|续|订)(?=[。!！]|[,， ][\u4e00-\u9fff]{3})"
    r"|都系(?:唔|不)(?:好|使|想|要)?(?:再)?(?:换|退|取消|改|买|加|续|借|转|寄|送|订|cancel)"
    r"|forget the |never mind the |scratch the "
    r"|(?:如果|若果|要是|假如)(?:我)?(?:唔|不)(?:退|取消|换|续|改|cancel)"
    r"|on second thoughts?|changed my mind|(?:leave|keep) (?:the|my|it)[a-z ]{0,20}(?:running|as it is|going|in force)"
    r"|(?:don't|no need to|rather not) (?:cancel|return|refund|exchange|change) "
)
# What a message that stands by itself opens with or holds: who wants what.
OPENING = re.compile(
    r"我(?!张|份|单)|你哋|你们|想|请|唔该|有冇|有没有|点样|怎么|可唔可以|可不可以|能不能|可以|能(?!唔)|帮|要(?!唔要"
    r"|不要)|边度|哪里|"
    r"\b(?:i|you|my|can|could|do|does|where|how|please|is there)\b"
)
# How somebody was treated; that nobody answers the telephone is said of many a matter.
ABOUT_SERVICE = re.compile(
    r"态度|职员|员工|客服|同事|店员|收银|司机|经理|无礼|粗|黑面|挂断|收(?:我)?线|黑口黑面|串我|staff|rude|attitude|service"
    r"|manager|投诉"
)
# Who asks for a person names one, or somebody who is to do something.
PERSON = re.compile(
    r"真人|人工|活人|(?:揾|找|叫|派|换|要)(?:返|番|个|一个|位|一位|你哋)*(?:人|同事|职员|客服|经理|主管)|转(?:接|驳)|驳|客服"
    r"|主管|经理|上司|(?:打|覆|复|call|联络|联系)(?:返|番|个|电话|俾|畀|给)*我|supervisor|manager|agent|human|person"
    r"|someone|somebody|colleague|call me|speak|talk"
)
# Who tells the bot to get somebody: 叫你哋經理覆我.
ASKS_PERSON = re.compile(
    r"(?:叫|揾|找|换|派)(?:返|番|个|位|一个|一位|你哋|你们)*(?:经理|主管|上司|真人|负责人|人)(?:嚟|来|出嚟)?"
    r"(?:打|覆|复|听|同我|跟我|call|倾|讲|处理|跟进)|真人[!！。]"
    r"|(?:get|let) (?:me )?(?:a |your |the )?(?:manager|supervisor|human)"
)
# A contact that is itself the matter: changed, wrong, or not to be got into.
CONTACT_TROUBLE = re.compile(
    r"登入|登录|login|log ?in|log唔|密码|password|otp|验证码|更新|更改|转咗|换咗|改咗"
    r"|(?:换|改)(?:埋|返)?(?:成|做|为|作)"
    r"|update|chang|收唔到|收不到"
    r"|locked|锁"
)
THANKS = re.compile(r"唔该|多谢|谢谢|谢了|thank|thx|cheers")
POLITE = re.compile(r"(?<![a-z])(?:please|kindly|pls|just)(?![a-z])|唔该|麻烦(?:你)?")
# What stands before a contact that somebody gives to be reached or known by.
TO_REACH = re.compile(
    r"(?:[係系是:：]|(?<![a-z])is|(?:call|reach|ring|text|contact|whatsapp|message|email)(?: or \w+)?"
    r" me(?: back)? (?:on|at)"
    r"|打[返俾畀比我]*(?:傾|倾|講|讲)?[啦呀吓下吧]*|[搵揾找]我|[聯联][絡络]我?|留[低底返]?(?:你哋|你)?(?:個|个)?(?:電話|电话|號碼|号码)?"
    r"|whatsapp我?|電話|电话|手機|手机)[ ,，]*$"
)
# 加埋, as well: a further person or thing, and not another in its place.
ADDING = re.compile(
    r"加埋|加多|加上|再加|仲有|同埋|连埋|还有|另外加|as well|(?<![a-z])(?:and )?(?:also )?add(?![a-z])"
    r"|(?<![a-z])too(?![a-z])"
)
FILLER = re.compile(
    r"[\s\W_]+|(?:讲错|打错|写错|说错|我|系|是|张|单|号|码|嘅|呀|啦|喇|应该|咗|了|错|咁|呢|唔|不|先啱|啱|就|即|份"
    r"|个|保单|订单|电话|email|电邮|order|no|number|is|it's|its|the|sorry|actually|呢个|嗰个|改做|改返|先至|等等"
    r"|等阵)"
)
FILLER_WORDS = re.compile(
    r"(?<![a-z'])(?:a|an|the|is|are|it|it's|its|i|i'm|me|my|to|of|for|on|at|in|and|so|then|ok|okay|well|please|pls|sorry"
    r"|actually|just|that|this)(?![a-z'])"
)
CONTACTED = re.compile(
    r"[^,，。;；]{0,8}(?:报|讲过|讲咗|说过|打过|打嚟|打来|打电话|问过|问咗|联络|投诉|email|whatsapp|搵过|揾过|called|emailed|wrote|spoke|reported)"
)
TAIL = re.compile(
    r"(?:尾|最后|后面|last)(?:[嗰果那呢这] ?)?(?: ?(?:[三四五六3-6]|three|four|five|six))?(?:个|位|几)?(?:字|数字|数"
    r"|号码|号)?[^0-9]{0,8}(?P<long>\d{3,6})(?!\d)"
    # Two digits only where two are spoken of, for days have as many: 尾二係五二, last two digits are 52.
    r"|(?:(?:尾|最后|后面|last)(?:[嗰果那呢这])? ?(?:[二两2]|two)(?:个|位)*(?:字|数字|数|号码|号| digits)?|尾[数号])"
    r"(?:应该|先|系|是|为|are|is|should|be|[:： ,]){1,4}(?P<two>\d{2})(?!\d)"
    r"|(?:尾|最后|后面|last)(?:[嗰果那呢这])? ?(?:[一1]|one)?(?:个|位)*(?:字|数字|数|号码|号| digit)"
    r"(?:唔系|不是)?\d?[,， ]*"
    r"(?:应该|先|系|是|is|should|be|[:： ,]){1,4}(?P<one>\d)(?!\d)"
)
# The house of an e-mail address put right by itself: 唔係gmail，係yahoo.com.hk.
MAIL_HOUSE = re.compile(
    r"(?:(?<![唔不])[系是]|应该|改|用|it's|is|use)\s*(?P<house>gmail|yahoo|hotmail|outlook|icloud|netvigator|live|qq|163)"
    r"(?P<end>\.com(?:\.hk)?|\.com\.tw)?(?![a-z@.])"
)
MAIL_DOMAIN = re.compile(
    r"(?:(?<![唔不])[系是]|应该|改|用|it's|is|use|at)\s*@?(?P<house>[a-z0-9-]{2,40})"
    r"(?P<end>(?:\.(?:com|net|org|edu|gov|hk|cn|tw|co|io|uk))+)(?![a-z0-9.@/])"
)
BARE_DAY = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})号")
OF_PHONE_ALONE = re.compile(r"电话|手机|(?<![a-z])(?:phone|mobile|tel)(?![a-z])")
OF_NUMBER = re.compile(rf"{OF_PHONE_ALONE.pattern}|单|号码|编号|索偿|理赔|赔案|order|policy|claim")
OF_PHONE = re.compile(r"电话|手机|phone|mobile|号码")
# What is asked about the money of a numbered thing needs the number and nothing else: 使唔使補運費, $899全數退?
MONEY_ASKED = re.compile(
    r"运费|手续费|补(?:返|几|差)(?:几|多|钱|价|运)|全[数额]退|退(?:几多|多少)"
    r"|(?:delivery|shipping|handling) (?:fee|charge)|full refund"
)
PRICE = re.compile(
    r"^(?:咁|那|请问|想问|[, ，])*(?:[一每](?:个|支|瓶|樽|件|对|盒|包|部|套|张|条))?(?:要|卖|系|是)?"
    r"(?:几钱|几多钱|多少钱|咩价|什么价|点卖|怎么卖)"
    r"|(?:how much|what(?:'s| is) the price)(?: is it| are they| for (?:one|it))?[?!. ]*$"
)
FOR_WANT_OF = re.compile(
    r"(?:冇|没有|唔记得|不记得|唔见|揾唔到|找不到|无|don't have|lost|no).{0,6}"
    r"(?:单号|号码|编号|保单|order|number|单|no\.?)"
    r"|(?:单号|号码|编号|保单号)(?:码)?我?(?:都|已经)?(?:唔记得|不记得|唔见|揾唔到|找不到|冇|忘)"
)
# A day by which somebody tells what has been: 琴日, 上個禮拜, 三日前; and one that is no day yet: 月尾.
PAST_DAY = re.compile(
    r"(?:大?前[日天晚]|[寻琴噚昨尋][日天晚朝晏早夜]|对?上个?(?:星期|礼拜|周|月)|yesterday|last )|(?:之?前|ago)$"
)
OPEN_DAY = re.compile(r"(?:月|年)(?:尾|底|初|头|中)旬?$")
THIS_DAY = re.compile(r"今(?:日|天|朝|晚|早|晏|晨|午|下昼)$|^(?:today|tonight|gam yat)$")
# What is to happen on a day: 今日到唔到, 今晚送.
TO_HAPPEN = re.compile(
    r"[^,，。]{0,5}(?:送|到|会|派|寄|出货|出发|攞|取|拎|嚟|过嚟|得唔得|可唔可以)|[^,.]{0,12}(?:deliver|arriv|come|ship|get)"
)
# What came to somebody on a day: 琴日收到, came today.
CAME = re.compile(
    r"(?![^,，。;；]{0,4}(?:会|唔|未|得|几时|可|冇))[^,，。;；]{0,6}"
    r"(?:收到|收件|收货|签收|送到|送咗|送嚟|送达|到货|到手|寄到|买(?:咗|左|了|嘅|返)|话|讲)"
)
CAME_BEFORE = re.compile(r"(?:came|arrived|received|delivered|got (?:it|them)|收到|送到|签收)(?: on| in)? ?$")
HOURS = re.compile(
    r"[^,，。]{0,6}(?:开到|几点|收工|关门|闩门|收铺|营业|仲开|开唔开|open|close)|[^,.]{0,10}(?:open|clos)"
)
