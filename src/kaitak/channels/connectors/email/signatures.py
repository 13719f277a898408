"""Owns what stands below the words of a mail and says nothing: a card, a polite close, a device, a disclaimer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaitak.channels.connectors.email.html_text import SIGNATURE

_DEVICE = (
    r"iphone|ipad|ios|android|安卓|手机|手機|华为|華為|huawei|小米|xiaomi|redmi|红米|三星|samsung|galaxy|oppo|vivo"
    r"|荣耀|榮耀|honor"
    r"|魅族|pixel|一加|oneplus|盖乐世|蓋樂世|智慧型手機|智能手机|流動裝置|行動裝置|移动设备|yahoo|雅虎|gmail"
    r"|realme|macbook|mac(?![a-z])|outlook|邮箱|郵箱|邮件|郵件|信箱|mail|app|企业微信|企業微信|wecom|钉钉|釘釘|dingtalk|飞书|lark"
    r"|平板|tablet|blackberry|nokia"
)
_SENT_FROM = re.compile(
    rf"^\W{{0,4}}(?:sent (?:from|via|with|using)|get outlook for|download outlook|发自|發自|寄自|来自|來自|從我的"
    rf"|从我的"
    rf"|(?:傳送|发送|發送|寄出)自|自我的|自(?=三星|小米|华为|華為|iphone|samsung)|从|從|由|透過"
    rf"|通过|使用|下载|下載|取得|获取|獲取|攞)"
    rf".{{0,40}}(?:{_DEVICE}).{{0,60}}$",
    re.IGNORECASE,
)
_SENDING = re.compile(
    r"^\W{0,4}(?:sent|get|download|发自|發自|寄自|来自我的|來自我的|来自 ?网易|來自 ?網易)|传送|傳送|发送|發送|寄出"
    r"|寄送|寄件|发出|發出|定制"
    r"|訂製|版|outlook|下载|下載",
    re.IGNORECASE,
)
_TRAILING_DEVICE = re.compile(r"^\W{0,4}(?:签名由|簽名由)?.{0,20}(?:网易邮箱大师|網易郵箱大師|Foxmail|QQ邮箱).{0,20}$")
_CLOSE = re.compile(
    r"^\W{0,2}(?:(?:thank you|thanks?|many thanks)\s*(?:&|and)\s*)?(?:(?:with\s+)?(?:best|kind|kindest|warm|warmest"
    r"|my best)\s+(?:regards|wishes)|regards|rgds|b\.?rgds|br"
    r"|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|faithfully yours|best|cheers|warmly"
    r"|respectfully)\s*[,，.!！]?\s*(?P<name>.{0,30})$",
    re.IGNORECASE,
)
_CLOSE_CHINESE = re.compile(
    r"^\s*(?:此致(?:\s*敬[礼禮])?|敬[礼禮]|祝好|祝安|商祺|敬請?.{0,2}(?:台安|鈞安)|此候.{0,4}"
    r"|(?:顺|順|並|并|即|敬|謹|谨|恭)(?:頌|颂|祝|請|请)\W{0,3}.{2,8}"
    r"|祝\s*(?:[您你]|大家|貴公司|贵公司|各位|閣下)?\W{0,2}(?:工作|生活|生意|身体|身體|一切|商|业务|業務|周末|週末|假期|新年|事事|萬事|万事)?.{0,3}"
    r"(?:愉快|顺利|順利|兴隆|興隆|健康|安好|祺|開心|开心|如意|進步|进步|康健|平安|快樂|快乐)"
    r"(?:[,，、]\s*(?:身体|身體|生意|萬事|万事|事事|生活|工作|一切|闔家|阖家|財源|财源).{2,4})?)[\s,，.。!！~]*$"
)
_BEGUN_WISH = re.compile(r"^\s*(?:祝|敬祝|順頌|顺颂|順祝|顺祝|並頌|并颂|即頌|即颂|敬頌|敬颂|謹祝|谨祝)[\s:：,，]*$")
_THANKS = re.compile(
    r"^\W{0,2}(?:many thanks|thanks(?: a lot| so much| again| in advance)?|thank you(?: very much| so much| again)?"
    r"|thx|cheers"
    r"|(?:非常|十分|萬分|万分|先行|順致)?(?:多謝|謝謝|谢谢|感謝|感谢)(?:晒|哂|您|你|大家|支持|幫忙|帮忙)?|有勞|有劳|麻煩晒|麻烦了|辛苦了)"
    r"\s*[,，.。!！~～]*\s*$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:mr|ms|mrs|miss|dr)\.? )?[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]*\.?){0,3}|[\u4e00-\u9fff·]{2,4}(?: [A-Z][a-z]+)?"
    r"|[A-Z][a-z]+ ?[\u4e00-\u9fff]{1,4}",
)
_SIGNED = re.compile(r"^\s*[\w\u4e00-\u9fff .]{2,20}\s*(?:敬上|謹啟|谨启|謹上|谨上|拜上|啟上|上)\s*$")
_DISCLAIMER = re.compile(
    r"^[\W_]{0,6}(?:(?:confidentiality|disclaimer|confidential|important|legal)\s*(?:notice|note|disclaimer)?\s*[:：]"
    r"|(?:confidentiality|legal|privacy) (?:notice|note|statement|disclaimer)\W*$|(?:disclaimer|confidential)\W*$"
    r"|(?:notice\W{1,3})?this (?:e-?mail|message|communication|transmission)(?: message)?(?:,|\s).{0,120}"
    r"(?:confidential|intended|privileged)"
    r"|(?:the )?(?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message|communication|transmission)"
    r"|if you (?:are not the intended|have received this)|please consider (?:the|our) environment"
    r"|save paper|think before you print"
    r"|(?:重要|特别|特別|溫馨|温馨)?(?:提示|声明|聲明|注意|提醒|通知|備註|备注)\s*[:：].{0,40}(?:邮件|郵件|電郵|电邮|訊息|信息)"
    r".{0,60}"
    r"(?:机密|機密|保密|指定|收件人|收件者|仅供|僅供|只供)"
    r"|[【\[(（<《*]*(?:免责|免責|保密|机密|機密|法律|隐私|私隱|隱私|环保|環保)(?:声明|聲明|条款|條款|通知|提示|告示|提醒|注意事項)|(?:本|此|這封|这封)(?:电子|電子)?(?:邮件|郵件|電郵|电邮|訊息|信息|資訊"
    r"|信件)(?:\(.{0,20}\)|（.{0,20}）)?(?:及|之|和|的|中|所|內|内|可能|含|僅|仅"
    r"|包)?.{0,60}"
    r"(?:机密|機密|保密|收件人|收件者|绝密|隐私)|請(?:考慮|愛護)環境|请考虑环境|virus-free|avast|未受病毒)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:^|[\s|])(?:tel|phone|mobile|mob|fax|e-?mail|direct|office|whatsapp|wechat|web|add(?:ress)?|[tmfdea])\s*[.:：]"
    r"|(?:电话|電話|手机|手機|手提|流動電話|传真|傳真|直线|直線|邮箱|電郵|电邮|网址|網址|地址|微信|总机|總機"
    r"|座机)\s*[:：／/]|www\.|https?://|^\+?\d[\d ()-]{7,}$",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"有限公司|公司|集團|集团|\b(?:limited|ltd|inc|corp|company|manager|director|officer|assistant|executive"
    r"|department|dept)\b"
    r"|经理|經理|主任|总监|總監|主管|专员|專員|助理|部$|部門",
    re.IGNORECASE,
)
_POST = re.compile(
    r"老師|老师|教師|教师|校長|校长|醫生|医生|律師|律师|會計|会计|工程師|工程师|設計師|设计师|店長|店长|組長|组长|院長|院长|處長|处长"
    r"|科長|科长|秘書|秘书|顧問|顾问|代表|文員|文员|採購|采购|營業|营业|市場|市场|客服|學校|学校|中學|中学|小學|小学|大學|大学|書院|书院"
    r"|酒店|餐廳|餐厅|診所|诊所|工作室|管理處|管理处|協會|协会|中心$|銀行|银行|[店行]$"
    r"|\b(?:teacher|engineer|designer|accountant|secretary|nurse|head of|school|university|college|hotel|restaurant"
    r"|studio|group|founder|ceo|cto|cfo|consultant|coordinator|administrator|analyst|specialist|representative|purchasing"
    r"|procurement|sales|marketing|finance|operations|logistics|supervisor|partner|solicitor|editor|buyer|clerk)\b",
    re.IGNORECASE,
)
_FIRM = re.compile(r"有限公司|集團|集团|公司$|\b(?:limited|ltd|inc|corp|clinic|company)\b", re.IGNORECASE)
_DATA = re.compile(
    r"^\s*(?:姓名|名稱|名字|订单|訂單|单号|單號|收货|收貨|收件|送货|送貨|联络人|聯絡人|联系人|聯繫人|型号|型號|數量|数量|name|order|recipient|ref)\w*\s*(?:no\.?|number|編號"
    r"|编号|人|地址)?\s*[:：]",
    re.IGNORECASE,
)
_BARE_ADDRESS = re.compile(r"(?:(?:邮箱|電郵|e-?mail)[:：]\s*)?<?[\w.+-]+@[\w.-]+>?", re.IGNORECASE)
_SENTENCE = re.compile(r"[?？。！!;；]|，.*，")
_LOOKED_AT = 80  # lines from the end
_FRAME = re.compile(r"^[\s|]*$")


def without(lines: Sequence[str], *, name: str = "", address: str = "") -> list[str]:
    """The lines without what stands below the words; all of them where nothing would be left."""
    whole = _trimmed(_until_mark(lines))
    above, kept = whole[:-_LOOKED_AT], whole[-_LOOKED_AT:]
    for _ in range(6):
        shorter = _trimmed(_shorter(kept, name, address))
        if len(shorter) == len(kept):
            break
        kept = shorter
    return _trimmed([*above, *kept])


def _until_mark(lines: Sequence[str]) -> list[str]:
    """What stands above the place where the program itself put its signature."""
    kept = list(lines)
    while SIGNATURE in kept:
        place = kept.index(SIGNATURE)
        if any(line.strip() for line in kept[:place]):
            return kept[:place]
        del kept[place]
    return kept


def _shorter(lines: list[str], name: str, address: str) -> list[str]:
    for rule in (_at_dashes, _at_disclaimer, _at_close, _at_card):
        place = rule(lines)
        if place is not None:
            return lines[:place]
    for place in (_at_own_name(lines, name), _at_named_card(lines)):
        if place is not None:
            return lines[:place]
    kept = [line for line in lines if not is_device_line(line)]
    return _without_own_card(kept, name, address)


def is_device_line(line: str) -> bool:
    """A line that a program adds to tell what it is."""
    bare = line.strip().strip("|").strip()
    if not bare or len(bare) > 110:
        return False
    if re.match(r"Yahoo Mail\s*[:：]\s*Search", bare):
        return True
    if _TRAILING_DEVICE.match(bare) and len(bare) <= 40 and not _SENTENCE.search(bare):
        return bool(re.search(r"签名|簽名|定制|发自|發自|來自|来自|由", bare))
    found = _SENT_FROM.match(bare)
    return bool(found and _SENDING.search(bare) and not re.search(r"[?？。！]|，", bare.rstrip("。.")))


def _at_dashes(lines: list[str]) -> int | None:
    for place, line in enumerate(lines):
        below = [each for each in lines[place + 1 :] if each.strip()]
        if line.strip() in ("--", "—", "——", "-- ") and len(below) <= 20:
            return place
        if (
            re.fullmatch(r"\s*[-_=—–*]{3,}\s*", line)
            and 0 < len(below) <= 14
            and _is_card(below)
            and line not in lines[place + 1 :]
        ):
            return place
    return None


def _is_card(lines: list[str]) -> bool:
    """Ways to reach somebody, or a firm or a post, and no sentence at the top."""
    says_who = any(_CONTACT.search(each) for each in lines) or bool(_TRADE.search(" ".join(lines)))
    return says_who and not any(_SENTENCE.search(each) or _DATA.match(each) for each in lines[:6])


def _at_disclaimer(lines: list[str]) -> int | None:
    place = next((place for place, line in enumerate(lines) if place and _DISCLAIMER.match(line)), None)
    while place and (not lines[place - 1].strip() or re.fullmatch(r"[\s*_\-—–=~]{3,}", lines[place - 1])):
        place -= 1
    return place or None


def _at_close(lines: list[str]) -> int | None:
    """A polite close with a name and what belongs to it below: short lines, none of them a sentence."""
    for place, line in enumerate(lines):
        below = [each for each in lines[place + 1 :] if each.strip()]
        is_begun = bool(below) and bool(_BEGUN_WISH.match(line)) and len(below[0].strip()) <= 8
        wish = "祝好" if is_begun else line
        if not (_is_close(wish) or (_SIGNED.match(line) and place) or (place and _is_thanks_above_name(line, below))):
            continue
        if len(below) <= 14 and not any(_is_words(each) for each in below):
            return place
    return None


def _is_thanks_above_name(line: str, below: Sequence[str]) -> bool:
    """Thanks as a formula, with a name right below; thanks alone are words."""
    if not _THANKS.match(line) or not below or len(below) > 10:
        return False
    first = below[0].strip().strip("*_ ,，")
    return bool(_NAME.fullmatch(first)) and not _THANKS.match(first) and not _is_close(below[0])


def _is_close(line: str) -> bool:
    if _CLOSE_CHINESE.match(line):
        return True
    found = _CLOSE.match(line)
    return bool(
        found
        and not re.search(
            r"[?？]|\b(?:is|are|was|can|will|the|to|for|of|way|option|price)\b", found.group("name"), re.IGNORECASE
        )
    )


def _is_words(line: str) -> bool:
    if _CONTACT.search(line) or _TRADE.search(line):
        return False
    return len(line.strip()) > 60 or bool(re.search(r"[?？。！]|p\.?s\b|ps[:：]|又及", line, re.IGNORECASE))


def _at_card(lines: list[str]) -> int | None:
    """A card without a close: at the end, with a firm or a post in it and two ways to reach somebody."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    block = lines[start:]
    if not block or start == 0 or _DATA.match(block[0]) or len(block) > 12:
        return None
    if len(block) <= 4 and re.fullmatch(r"[^|]{1,30}\s[|｜]\s[^|]{1,40}", block[0]) and _is_card(block):
        return start
    ways = sum(len(_CONTACT.findall(line)) for line in block)
    is_firm = any(_FIRM.search(line) for line in block) and 3 <= len(block) <= 8
    if ways < (1 if is_firm and all(len(line) <= 50 and not _SENTENCE.search(line) for line in block) else 2):
        return None
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    top = above
    while top and lines[top - 1].strip():
        top -= 1
    names = lines[top:above]
    is_named = (
        0 < len(names) <= 3
        and top > 0
        and all(len(each) <= 40 and not _SENTENCE.search(each) and ":" not in each for each in names)
    )
    is_trade = any(_TRADE.search(each) for each in [*block, *(names if is_named else [])])
    if not is_trade or any(_DATA.match(each) for each in block):
        return None
    return top if is_named else start


def _at_own_name(lines: list[str], name: str) -> int | None:
    """The sender's own name alone in a line, and below it only what belongs to a card: the page shows who wrote."""
    names = _names_of(name)
    for place in range(len(lines) - 1, max(0, len(lines) - 16), -1):
        bare = _bare(lines[place])
        if not bare or (
            lines[place - 1].strip() and place < len(lines) - 1 and not _may_stand_above_card(lines[place - 1])
        ):
            continue
        first = re.split(r"\s*[|｜/(（,，]\s*|\s+(?=先生|小姐|女士|太太)", bare, maxsplit=1)[0].strip().lower()
        if first not in names and bare.lower() not in names:
            continue
        below = [each for each in lines[place + 1 :] if each.strip()]
        above = next((each for each in reversed(lines[:place]) if each.strip()), "")
        if re.search(r"[:：,，]\s*$", above) and not _THANKS.match(above):  # what was asked for: a name, an address
            continue
        is_apart = not lines[place - 1].strip()
        if (below or is_apart) and len(below) <= 12 and not any(_is_words(each) or _DATA.match(each) for each in below):
            return place
    return None


def _at_named_card(lines: list[str]) -> int | None:
    """A last block of short lines that begins with a name and holds a post, a firm or a way to reach somebody."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    block = lines[start:]
    above = next((each for each in reversed(lines[:start]) if each.strip()), "")
    if not above or not 2 <= len(block) <= 8 or re.search(r"[:：,，]\s*$", above):
        return None
    first = re.split(r"\s*[|｜/(（,，]\s*|\s+(?=先生|小姐|女士|太太)", _bare(block[0]), maxsplit=1)[0]
    if not _NAME.fullmatch(first) or _DATA.match(block[0]):
        return None
    says_who = any(_TRADE.search(each) or _POST.search(each) for each in block)
    is_reached = _may_stand_above_card(above) and any(_CONTACT.search(each) for each in block)
    is_short = all(len(each) <= 70 and not re.search(r"[?？。！!]\s*$", each) for each in block)
    return start if (says_who or is_reached) and is_short and not any(_DATA.match(each) for each in block) else None


def _may_stand_above_card(line: str) -> bool:
    """The end of a sentence, as the words above a card have it."""
    return bool(re.search(r"[。.!！?？~～]\s*$", line))


def _bare(line: str) -> str:
    return line.strip().strip("*_|-—– ").strip()


def _names_of(name: str) -> frozenset[str]:
    """How somebody of this name may sign: the whole, and its parts where it has several."""
    whole = name.strip().lower()
    if len(whole) < 2:
        return frozenset()
    parts = [each for each in re.split(r"[\s,，]+", whole) if len(each) >= 2]
    return frozenset({whole, *parts, " ".join(reversed(parts))})


def _without_own_card(lines: list[str], name: str, address: str) -> list[str]:
    """QQ, Foxmail and NetEase end a mail with the sender's own name and address."""
    kept = _trimmed(lines)
    place = len(kept)
    has_address = False
    while place > 0 and len(kept) - place < 8:
        bare = kept[place - 1].strip().strip("|").strip()
        is_apart = not any(each.strip() for each in kept[max(0, place - 3) : place - 1])
        is_address = bool(_BARE_ADDRESS.fullmatch(bare)) and (is_apart or address in bare.lower())
        is_name = bare == name or (has_address and _is_framed(kept, place - 1))
        if not (_FRAME.match(kept[place - 1]) or is_address or (bare and is_name)):
            break
        has_address = has_address or is_address
        place -= 1
    return kept[:place] if has_address and place > 0 else kept


def _is_framed(lines: list[str], place: int) -> bool:
    """A short line below the frame that NetEase draws around a name."""
    return place > 0 and "|" in lines[place - 1] and bool(_FRAME.match(lines[place - 1])) and len(lines[place]) <= 24


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and _FRAME.match(kept[-1]):
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return kept
