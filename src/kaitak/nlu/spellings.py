"""Owns spelling: Hong Kong variants, homophones and recogniser slips brought to one form, where context allows."""

import re

# Read after simplifying. A rule is a pattern whose match has one fixed replacement; context stands in look-arounds.
_PLAIN = """
俾=畀 宜加=而家 依家=而家 依加=而家 而加=而家 以家=而家 衣家=而家 宜㗎=而家 呢d=呢啲 嗰d=嗰啲 果d=嗰啲 有d=有啲
d咩=啲咩 d嘢=啲嘢 d野=啲嘢 d货=啲货 d钱=啲钱 d衫=啲衫 d人=啲人 个d=嗰啲 好d=好啲 快d=快啲 早d=早啲 多d=多啲 平d=平啲
大d=大啲 细d=细啲 近d=近啲 少d=少啲 贵d=贵啲 靓d=靓啲 轻d=轻啲 一d=一啲 买d=买啲 啲野=啲嘢 噉=咁 甘多=咁多 甘耐=咁耐
甘样=咁样 甘贵=咁贵 甘迟=咁迟 甘差=咁差 点甘=点咁 今耐=咁耐 禁耐=咁耐 禁多=咁多 哂=晒 嗮=晒 琴日=寻日 㖊日=寻日
擒日=寻日 寝日=寻日 琴晚=寻晚 㖊晚=寻晚 厅日=听日 挺日=听日 停日=听日 厅朝=听朝 厅晚=听晚 系度=喺度 系边=喺边
系屋企=喺屋企 系公司=喺公司 系门口=喺门口 系楼下=喺楼下 系网上=喺网上 系铺头=喺铺头 系香港=喺香港 系深圳=喺深圳
系大陆=喺大陆 系海外=喺海外 系外地=喺外地 系医院=喺医院 系里面=喺里面 系入面=喺入面 系嗰度=喺嗰度 系呢度=喺呢度
系你哋=喺你哋 系app=喺app 系咪=系咪 姐系=即系 即喺=即系 唔洗=唔使 唔驶=唔使 唔驶使=唔使 吾使=唔使 吾洗=唔使 吾该=唔该
吾系=唔系 吾要=唔要 吾想=唔想 吾得=唔得 吾知=唔知 吾到=唔到 吾识=唔识 吾好=唔好 吾记=唔记 吾见=唔见 吾同=唔同
吾可=唔可 吾明=唔明 吾啱=唔啱 m该=唔该 m系=唔系 m使=唔使 m要=唔要 m想=唔想 m得=唔得 m知=唔知 m到=唔到 m见=唔见
m好=唔好 m识=唔识 m同=唔同 m明=唔明 m啱=唔啱 m记=唔记 5该=唔该 唔倒=唔到 岩岩=啱啱 岩啱=啱啱 啱岩=啱啱 唔岩=唔啱
岩身=啱身 岩晒=啱晒 岩码=啱码 岩买=啱买 岩先=啱先 点介=点解 点改=点解 谂注=谂住 稳唔到=揾唔到 揾翻=揾返 佢地=佢哋
㩒=揿 隔篱=隔离 先致=先至 先之=先至 有无=有冇 无得=冇得 无货=冇货 无人=冇人 无嘢=冇嘢 无收=冇收 无单=冇单
无得退=冇得退 无效果=冇效果 无问题=冇问题 无反应=冇反应 无钱=冇钱 无电=冇电 无回=冇回 无覆=冇覆 无野=冇嘢 无左=冇咗
都无=都冇 又无=又冇 仲无=仲冇 重未=仲未 重有=仲有 重系=仲系 重喺=仲喺 重冇=仲冇 重等=仲等 仲系=仲系 训觉=瞓觉
训咗=瞓咗 嗰阵时=嗰阵 果阵=嗰阵 渠哋=佢哋 冇左=冇咗 嚟既=嚟嘅 咩野=咩嘢 乜野=乜嘢 乜叉=乜嘢 物野=乜嘢 咪住=咪住
宝费=保费 宝单=保单 保担=保单 报单=保单 陪偿=赔偿 赔尝=赔偿 所偿=索偿 索尝=索偿 锁偿=索偿 受一人=受益人 受益仁=受益人
免早数=免找数 免走数=免找数 推保=退保 推款=退款 腿款=退款 退宽=退款 推货=退货 腿货=退货 唤货=换货 焕货=换货 定单=订单
订丹=订单 丹号=单号 单好=单号 验证马=验证码 验证吗=验证码 优惠马=优惠码 优惠吗=优惠码 密马=密码 积份=积分 会圆=会员
顺风=顺丰 发漂=发票 收巨=收据 登陆=登入 户囗=户口 戸口=户口 扣宽=扣款 付宽=付款 送或=送货 收或=收货 补或=补货
保样=保养 医聊=医疗 旅游宝=旅游保 医疗宝=医疗保 续宝=续保 投宝=投保 自动转涨=自动转账 转涨=转账 自动过涨=自动过账
地子=地址 地只=地址 帐户=账户 帐号=账号 帐单=账单 转帐=转账 过帐=过账 入帐=入账 收实=收悉 速第=速递 分其=分期
分旗=分期 运非=运费 运废=运费 门是=门市 尺吗=尺码 大吗=大码 细吗=细码 中吗=中码 预授拳=预授权 咗先=咗先 嘅话=嘅话
嘢黎=嘢嚟 番黎=返嚟 返黎=返嚟 翻黎=返嚟 返泥=返嚟 番嚟=返嚟 翻嚟=返嚟 番去=返去 翻去=返去 番工=返工 番屋企=返屋企
攞翻=攞返 攞番=攞返 俾翻=畀返 俾番=畀返 退翻=退返 退番=退返 换翻=换返 换番=换返 拎番=拎返 拎翻=拎返 寄番=寄返
寄翻=寄返 送番=送返 买番=买返 还番=还返 改番=改返 改翻=改返 转番=转返 收番=收返 收翻=收返 睇番=睇返 睇翻=睇返
揾番=揾返 打番=打返 打翻=打返 整番=整返 整翻=整返 补番=补返 补翻=补返 开番=开返 开翻=开返 攞反=攞返 退反=退返
拎反=拎返 畀反=畀返 覆番=覆返 覆翻=覆返 复番=复返 𠮶=嗰 㖞=喎 囖=啰 嚹=喇 嘞=喇 噶=㗎 嘎=㗎 咖啡=咖啡 咯=啰 噃=喎
咧=呢 哋址=地址 裹面=里面 冇野=冇嘢 乜东东=乜嘢 东东=嘢
"""
_SUBJECTS = "我你佢他她人咗左返番钱埋个错唔到翻啲d现地电张卡多少晒住紧只俾妈爸老朋公女仔细阿啦喇"
_CONTEXTUAL = (
    (rf"(?<![相对百无评好八])比(?=[{_SUBJECTS}])(?!.{{0,5}}(?:更|贵啲|平啲|快啲|好啲))", "畀"),
    (r"(?<=[^\W_a-z向靠偏最隔])左(?![右边手面侧近脚眼耳上下转派轮])", "咗"),
    (r"(?<![巴姓])黎(?![明生小先太国氏巴])", "嚟"),
    (r"既(?![然定往有成要是])", "嘅"),
    (r"(?<![田分视越荒粗郊旷])野(?![生外餐战狗猪人营炊心蛮])", "嘢"),
    (r"(?<![如结效苹水成后因糖生鲜坚芒])果(?=[个張张件部边度阵啲只条次日间份支双对位嚿间])", "嗰"),
    (r"(?<=[你我佢人])地(?![址点区铁下方产板毯图库面震盘头])", "哋"),
    (r"(?<=[呢嗰果])d(?![a-z0-9])", "啲"),
    (r"(?<![货书层衣支上下车铁鞋花相框绑打十二两几部个一])架(?=[啦喇嘛咩吗呢喎可]?(?:[\s,，。.!！?？~～]|$))", "㗎"),
    (r"(?<=[一-鿿])(?:ga|ka)(?=[\s?？!！。]|$)", "㗎"),
    (r"(?<![花攀])岩(?![石板洞层])", "啱"),
    (r"宜家(?!家|[买傢俱私])", "而家"),
    (r"(?<=[唔有咗])尼(?![龙古奥])", "呢"),
    (r"(?<=[一-鿿])姐(?=[\s,，。!！?？]|$)(?<![小家阿大细表姐空学师]姐)", "啫"),
    (r"(?<![a-z])m(?=[系使想该收用识去])", "唔"),
)


def _pairs(block: str) -> dict[str, str]:
    return dict(entry.split("=", 1) for entry in block.split())


def alternation(words: list[str]) -> str:
    """One pattern for many words, the longest first, branched by first character so that most places fail at once."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    branches = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items()]
    starts = "".join(re.escape(first) for first in by_first)
    return f"(?=[{starts}])(?:{'|'.join(branches)})"


VARIANTS = _pairs(_PLAIN)
_PLAIN_PATTERN = re.compile(alternation(list(VARIANTS)))
_CONTEXTUAL_PATTERN = re.compile(
    "(?=[比左黎既野果地d架gk岩宜尼姐m])(?:" + "|".join(f"({pattern})" for pattern, _ in _CONTEXTUAL) + ")"
)
_REPLACEMENTS = tuple(replacement for _, replacement in _CONTEXTUAL)


def unite(text: str) -> str:
    """Variants brought to one form; what the variant is a real word stays (比較, 左右, 黎明, 既然, 野生, 關係)."""
    text = _CONTEXTUAL_PATTERN.sub(_contextual, text)
    return _PLAIN_PATTERN.sub(lambda m: VARIANTS[m.group()], text)


def _contextual(match: re.Match[str]) -> str:
    return _REPLACEMENTS[(match.lastindex or 1) - 1]
