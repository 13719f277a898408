"""Owns the feeling of a message: a trained model's sentiment, emotion and urgency, and why a person must step in."""

import re
from dataclasses import dataclass
from typing import Final

from kaitak.nlu import mood_features
from kaitak.nlu.model import TextRead
from kaitak.nlu.mood_features import Cues
from kaitak.nlu.mood_model import MoodModel, Scores
from kaitak.nlu.understanding import Act, Context, Emotion, EscalationReason, Mood, Sentiment, Urgency

# So many misunderstandings in a row, or earlier turns about the same thing, make a complaint grave.
FAILED_OFTEN: Final = 2
_SHOWN_CUES: Final = 8
_GRAVE: Final = 0.9

_QUESTION_ABOUT = re.compile(
    r"會唔會|会不会|係咪|是不是|可唔可以|可不可以|點樣|怎样|怎麼|怎么|有冇|有没有|what|how|does|can i|"
    r"is it|政策|條款|条款|規定|规定|一般"
)

_SWEARING = re.compile(
    r"屌|仆街|撲街|戇鳩|柒頭|痴線|黐線|on9|fuck|shit|bullshit|wtf|你老味|你老母|冚家|死全家|垃圾(?:公司|"
    r"服務|服务|客服)|他妈|妈的|神经病|傻逼|食屎|廢柴|混帳|混账|idiot|useless"
)
_ANGER = re.compile(
    r"離譜|离谱|嬲|好嬲|火都嚟|谷氣|激氣|激死|忍無可忍|忍无可忍|玩我|玩嘢|耍我|當我(?:係)?(?:傻|戇|水魚|"
    r"白痴|死)|呃(?:人|錢|我)|欺騙|欺骗|騙子|骗子|不負責任|不负责任|冇責任|太過分|太过分|過分|过分|荒謬|"
    r"荒谬"
    r"|無恥|无耻|搞乜鬼|搞咩鬼|搞乜嘢鬼|搞什么鬼|頂你|頂唔順|受夠|受够|豈有此理|岂有此理|冇人理|無人理|"
    r"没人理|冇人覆|冇人聽|推來推去|踢皮球|敷衍|ridiculous|unacceptable|outrageous|furious|disgusting|"
    r"fed up|had enough|joke of a|terrible service|worst|pathetic|scam(?:mers)?|angry|生气|憤怒|愤怒|發火|"
    r"发火|垃圾|態度(?:極|好|非常|咁|超)?差|[!！]{3,}"
)
_REPEATED = re.compile(
    r"(?:第|講咗|講左|問咗|問左|打咗|打左|說了|说了|问了|打了|等咗|催咗|投訴咗)\s*(?:[三四五六七八九十]|"
    r"[3-9]|1\d|n|無數|好多|幾十)\s*(?:次|遍|勻|回|封)|(?:次次|每次|成日)(?:都)?(?:係)?(?:咁|等|叫我|話|推|"
    r"敷衍|冇人)|又(?:係)?(?:叫我等|咁)|講極都|再三|一而再|屢次|屡次|"
    r"third time|fourth time|fifth time|again and again|how many times|over and over|keeps? (?:telling|"
    r"asking)|幾個(?:禮拜|星期|月)都|等咗(?:成)?(?:個|一個|兩個|幾個)(?:幾)?(?:禮拜|星期|月)|"
    r"已经(?:等了)?(?:两|三|几)个(?:星期|月)|冇人(?:覆|聽|理)|無人接聽|没人(?:回复|接|理)|"
    r"nobody (?:answers|replies|responds)|no one (?:answers|replies|responds)"
)
_LEGAL = re.compile(
    r"律師|律师|法庭|法院|小額錢債|小额钱债|告(?:你|你哋|上)|起訴|起诉|消委會|消委会|消費者委員會|"
    r"消费者协会|消协|12315|海關|海关(?:投诉|举报)|監管局|監局|申訴|報警|报警|警察局|差館|投訴科|議員|傳媒|"
    r"传媒|記者|记者|放上網|擺上網|公開(?:佢|件事|呢件)|爆料|曝光|上載到連登|連登|小红书曝光|"
    r"\blawyer|solicitor|\bsue\b|legal action|small claims|consumer council|customs (?:department|"
    r"and excise)|ombudsman|press|journalist|go(?:ing)? public|post (?:this|it) (?:online|everywhere)|"
    r"police report"
)
_SAFETY = re.compile(
    r"着火|著火|起火|火燭|冒煙|冒烟|出煙|出烟|爆炸|爆咗|漏電|漏电|觸電|触电|電親|电到|燒傷|烧伤|灼傷|割傷|"
    r"割伤|整損|流血|受傷|受伤|中毒|食物中毒|嘔|呕吐|過敏(?:反應)?(?:紅|腫|痕|入院|喇|咗)|敏感(?:到|腫|紅)|"
    r"紅腫|红肿|呼吸困難|呼吸困难|暈咗|暈低|入(?:咗)?(?:急症|醫院|院)|送院|急症|救命|"
    r"caught fire|on fire|smoke|smoking|burn(?:t|ed) (?:my|me|her|his)|electric shock|injur|bleeding|"
    r"poison|allergic reaction|hospital|choking"
)
_SELF_HARM = re.compile(
    r"唔想(?:再)?做人|唔想生存|想死(?!心)|自殺|自杀|尋死|跳樓|跳楼|生無可戀|活唔落|不想活|活不下去|"
    r"kill myself|suicid|end my life|end it all|今晚之後就唔會"
)
_FRAUD = re.compile(
    r"盜用|盗用|被盜|被盗|有人入咗我|戶口(?:俾|被)人|帐号被(?:盗|人)|账号被(?:盗|人)|碌咗我張卡|盜刷|盗刷|"
    r"唔係我(?:碌|買|做|落)|詐騙|诈骗|受騙|hacked|unauthori[sz]ed|stolen card|fraud(?:ulent)?"
)
_DISTRESS = re.compile(
    r"求(?:下|吓)?(?:你|你哋)|跪求|拜託|拜托(?:你|您)|幫幫(?:我|手)|冇(?:其他)?辦法|走投無路|唔知點算好|"
    r"好徬徨|好擔心|好担心|好驚|好惊|好焦急|好急|十萬火急|急死|急到|心急如焚|很着急|很急|非常着急|urgent|"
    r"desperate|please help|begging|到底(?:要)?(?:等|幾時|去|得|几时|什么时候)|究竟(?:要)?(?:等|幾時|去|"
    r"喺)|仲要等幾耐|等到幾時"
)
_DISAPPOINTED = re.compile(
    r"失望|伏|中伏|唔似|貨不對辦|货不对板|差好遠|質素差|质量差|好差|好曳|後悔|后悔|唔值|不值|浪費|浪费|"
    r"可惜|心淡|disappoint|poor quality|not worth|let down|waste of|not as described"
)
_WORRY = re.compile(
    r"擔心|担心|驚(?!喜)|怕|緊張|紧张|急住|急用|趕住|赶(?:着|住)|點算|怎么办|怎麼辦|點搞|worried|anxious|"
    r"afraid|nervous|what (?:should|do) i do|大鑊|唔知點"
)
_SARCASM = re.compile(
    r"真係(?:好)?(?:專業|叻|勁|犀利|有效率|貼心|「)|(?:好|真係|十分)(?:有誠意|高效率?|準時|專業|貼心|叻|"
    r"犀利).{0,12}(?:錯|冇|唔|未|遲|等|得\d|先)|恭喜你哋|服咗你|多謝晒你哋.{0,8}(?:等|錯|唔)|"
    r"great job.{0,6}(?:los|break|ruin)|well done.{0,10}(?:los|wrong)|thanks for nothing|厲害.{0,6}(?:錯|"
    r"搞|等)|真(?:是)?(?:专业|厉害|棒).{0,14}(?:错|不|没|等)"
)
_PRAISE = re.compile(
    r"好(?:好用|鍾意|满意|滿意|靚|正|開心|開心|細心|有禮|溫柔|親切|抵|食)|好用|滿意|满意|讚|赞(?!成)|好評|"
    r"好评|多謝(?:晒)?(?:你|你哋|阿|個)|正到|一流|推介|推薦|推荐|回購|回购|超正|鍾意|喜歡|喜欢|excellent|"
    r"love (?:it|this|the)|amazing|great service|perfect|wonderful|very happy|awesome|贊成|順咗好多|"
    r"快過我想像|好有心"
)
_NEGATIVE = re.compile(
    r"投訴|投诉|唔滿意|不满意|唔開心|唔得掂|爛|烂|壞|坏|遲|迟到|仲未|還沒|还没|收唔到|未收到|冇收到|没收到|"
    r"唔見咗|不见了|寄錯|漏咗|扣(?:咗|多)|多扣|重複扣|入唔到|用唔到|失敗|失败|唔work|broken|late|missing|"
    r"wrong|failed|not working|doesn'?t work|charged twice|problem|still (?:not|no|waiting)|"
    r"never (?:arrived|received)|complain|delay"
)
_URGENT_TIME = re.compile(
    r"即刻|馬上|马上|立刻|立即|asap|immediately|right now|(?:今日|今晚|聽日|今天|明天|tonight|today|"
    r"tomorrow)(?:之前|就|一定|要|朝|must|before)|趕住|赶着|急(?:用|需|住|死|到|好)|好急|很急|urgent"
)
_MONEY_LOST = re.compile(r"扣(?:咗|了)?(?:我)?(?:兩|多|重|两)(?:次|筆|笔)?|盜|盗|charged twice|double charged|碌咗我")
_LOW = re.compile(
    r"請問|请问|想問下|想知|有冇(?:得)?|幾多錢|幾點|營業|开门|開門|邊度有|which|what time|do you (?:have|"
    r"sell|take|accept)|得閒|唔急|不急|no rush|whenever|一般"
)


# Somebody in danger at this moment, said in so many words; not a tale of last month, nor a question what is insured.
_DANGER_NOW = re.compile(
    r"[暈晕](?:咗|低|倒|緊|紧|過去|过去)|昏迷|(?:冇|無|无|沒有|没有)(?:咗|晒)?(?:呼吸|心跳|知覺|知觉)|呼吸困難|呼吸困难"
    r"|[抖透唞喘][唔不]到[氣气]|流(?:緊|紧|咗|了)?(?:好多|很多|唔停)血|血流不止|止唔到血|[中][咗緊紧]毒|觸電|触电"
    r"|[俾畀比被]電[到親]|鯁親|鲠亲|unconscious|passed out|(?<![a-z])faint(?:ed|ing)|not breathing|can'?t breathe"
    r"|bleeding (?:badly|a lot|heavily)|(?<![a-z])choking|electric shock|electrocuted"
)
_NOT_NOW = re.compile(
    r"上(?:個|个|年|星期|禮拜|礼拜|月|次|周|週)|舊年|旧年|之前|以前|尋日|寻日|琴日|昨|前日|前天|當時|当时|那次|嗰次"
    r"|last (?:week|month|year|time)|yesterday|(?<![a-z])ago|索償|索偿|理賠|理赔|claim|賠|赔|保唔保|受唔受保|包唔包"
    r"|如果|萬一|万一|假如|(?<![a-z])if(?![a-z])|cover|會唔會|会不会"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message as the mood is read from it; `read` is the part that counts for the intent."""

    folded: str
    view: str
    act: Act
    read: TextRead


def read_mood(heard: Heard, model: MoodModel, context: Context, repeats: int = 0) -> Mood:
    """The mood of a message; `repeats` counts the earlier turns of the conversation about the same thing."""
    cues = mood_features.read(heard.folded, heard.view, heard.act)
    scores = model.score(heard.read, cues)
    failed = scores.sentiment == "negative" and max(repeats, context.misunderstandings) >= FAILED_OFTEN
    reasons: list[EscalationReason] = ["human_requested"] if heard.act == "human" else []
    is_in_danger = _DANGER_NOW.search(heard.folded) is not None and _NOT_NOW.search(heard.folded) is None
    is_grave = is_in_danger or _is_grave(heard.folded, cues, scores)
    if is_in_danger:
        reasons.append("safety")
    if scores.escalate >= model.escalate_from or is_grave:
        found = [reason for reason in _reasons(heard.folded, cues, scores) if reason not in reasons]
        reasons.extend(found or ([] if reasons else [_BY_EMOTION[scores.emotion]]))
    if failed and "repeated_failure" not in reasons:
        reasons.append("repeated_failure")
    felt = (f"escalate {scores.escalate:.2f}", f"{scores.emotion} {scores.sureness:.2f}")
    words = tuple(f"{kind}: {found[0]}" for kind, found in cues.words.items() if kind in _TELLING)
    return Mood(
        sentiment=scores.sentiment,
        emotion=scores.emotion,
        urgency="high" if is_in_danger else scores.urgency,
        reasons=tuple(reasons),
        evidence=(*felt, *words)[:_SHOWN_CUES],
        escalation=max(scores.escalate, _GRAVE) if is_grave else scores.escalate,
    )


# What a person who takes over should be told first, by the kinds of cue and patterns that say so.
_REASON_CUES: Final[tuple[tuple[EscalationReason, frozenset[str]], ...]] = (
    ("safety", frozenset({"self_harm", "fire", "injury", "allergy"})),
    ("legal_or_media", frozenset({"legal", "regulator", "media", "police"})),
    ("fraud", frozenset({"fraud"})),
    ("repeated_failure", frozenset({"repeated", "unheard", "long_wait"})),
)
_BY_EMOTION: Final[dict[Emotion, EscalationReason]] = {
    "angry": "anger",
    "anxious": "distress",
    "disappointed": "repeated_failure",
    "sarcastic": "repeated_failure",
    "satisfied": "distress",
    "calm": "repeated_failure",
}
_NEVER_OVERRULED: Final = frozenset({"self_harm", "legal", "regulator", "media", "police"})
# Kinds that a reader wants to see; the others (negation, particles, pronouns) say nothing by themselves.
_TELLING: Final = frozenset(
    {
        "swearing", "cheated", "slighted", "anger", "threat", "legal", "regulator", "media", "police", "fire", "injury",
        "allergy", "medical", "self_harm", "fraud", "money_leak", "deadline", "quick", "repeated", "long_wait",
        "unheard", "person", "worry", "pleading", "impatience", "hardship", "let_down", "giving_up",
        "mock_praise", "mock_thanks", "good", "thanks", "relief", "commend",
    }
)  # fmt: skip


def _is_grave(folded: str, cues: Cues, scores: Scores) -> bool:
    """What no score may overrule: a hint of self-harm, a complaint that names law or media, anger said twice over."""
    if _SELF_HARM.search(folded) is not None:
        return True
    if scores.sentiment != "negative":
        return False
    angry = scores.emotion == "angry" and len(cues.words.get("anger", ())) > 1 and "trifle" not in cues.words
    return angry or not _NEVER_OVERRULED.isdisjoint(cues.words)


def _reasons(folded: str, cues: Cues, scores: Scores) -> list[EscalationReason]:
    found: list[EscalationReason] = [reason for reason, kinds in _REASON_CUES if kinds & cues.words.keys()]
    if "safety" in found and scores.urgency != "high" and _SELF_HARM.search(folded) is None:
        found.remove("safety")  # a rash last year, a fire in another flat: no danger now
    if scores.emotion == "angry":
        found.append("anger")
    elif scores.emotion == "anxious":
        found.append("distress")
    return found


def read_by_cues(folded: str, act: Act) -> Mood:
    """The mood of a folded message without a trained model: safety, law, fraud and anger first, tone after."""
    evidence: list[str] = []
    reasons: list[EscalationReason] = []

    def hit(name: str, pattern: re.Pattern[str]) -> bool:
        match = pattern.search(folded)
        if match is not None:
            evidence.append(f"{name}: {match.group()}")
        return match is not None

    calm_question = _QUESTION_ABOUT.search(folded) is not None
    swearing, anger = hit("swearing", _SWEARING), hit("anger", _ANGER)
    repeated = hit("repeated", _REPEATED)
    sarcasm = hit("sarcasm", _SARCASM)
    distress = hit("distress", _DISTRESS)
    if act == "human":
        reasons.append("human_requested")
    if hit("self-harm", _SELF_HARM) or (not calm_question and hit("safety", _SAFETY)):
        reasons.append("safety")
    if hit("legal", _LEGAL):
        reasons.append("legal_or_media")
    if hit("fraud", _FRAUD):
        reasons.append("fraud")
    if swearing or (anger and not calm_question):
        reasons.append("anger")
    if repeated:
        reasons.append("repeated_failure")
    if distress and not reasons:
        reasons.append("distress")
    serious = tuple(r for r in reasons if r != "human_requested")
    emotion = _emotion(
        folded,
        serious,
        sarcasm=sarcasm,
        angry=swearing or anger or repeated,
        distress=distress,
        calm_question=calm_question,
    )
    return Mood(
        sentiment=_sentiment(folded, emotion, calm_question=calm_question),
        emotion=emotion,
        urgency=_urgency(folded, serious),
        reasons=tuple(reasons),
        evidence=tuple(evidence[:8]),
    )


def _emotion(
    folded: str,
    serious: tuple[EscalationReason, ...],
    *,
    sarcasm: bool,
    angry: bool,
    distress: bool,
    calm_question: bool,
) -> Emotion:
    if sarcasm:
        return "sarcastic"
    if angry or "legal_or_media" in serious:
        return "angry"
    if distress or serious:
        return "anxious"
    if _DISAPPOINTED.search(folded) and not calm_question:
        return "disappointed"
    return _mild_emotion(folded)


def _mild_emotion(folded: str) -> Emotion:
    if _PRAISE.search(folded) and not _NEGATIVE.search(folded):
        return "satisfied"
    return "anxious" if _WORRY.search(folded) else "calm"


def _sentiment(folded: str, emotion: Emotion, *, calm_question: bool) -> Sentiment:
    if emotion == "satisfied":
        return "positive"
    if emotion != "calm":
        return "negative"
    return "negative" if _NEGATIVE.search(folded) and not calm_question else "neutral"


def _urgency(folded: str, serious: tuple[EscalationReason, ...]) -> Urgency:
    if {"safety", "fraud"} & set(serious) or _URGENT_TIME.search(folded) or _MONEY_LOST.search(folded):
        return "high"
    return "low" if _LOW.search(folded) and not serious and not _NEGATIVE.search(folded) else "normal"
