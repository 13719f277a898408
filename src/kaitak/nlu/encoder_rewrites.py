"""Owns the rewrites of characters that the encoder's vocabulary lacks into ones that it has, of the same meaning."""

from typing import Final

_PAIRS: Final = (
    # Cantonese function words and verbs
    "𠮶那 嗰那 㖞喔 喎喔 哋们 嚟来 畀给 喺在 㗎的 嘢事 啱对 攞拿 撳按 揿按 㩒按 拣选 揀选 噉这 瞓睡 揸开 掂好 "
    "佬人 驳接 嗱看 啫而 嘈吵 唞休 闩关 掟扔 悭省 叻强 氹劝 嬲气 嗌叫 癫疯 黐粘 揽抱 扑打 嘥浪 揼丢 噏说 揾找 "
    "谂想 啩吧 啖口 拗争 砌拼 偈话 冚盖 攰累 孖双 掰分 唥了 抌丢 跣滑 吠叫 笃刺 喽了 嘞了 咦哎 哗哇 诶哎 咇逼 "
    # goods, places, body and matters
    "煲锅 掣按钮 枱桌 咭卡 篱笼 褥垫 衬配 焗烤 樽瓶 闸门 辘轮 䢂轮 𩠌菜 餸菜 蚀亏 祸事故 恳请求 㓥割 劏割 "
    "厕洗手间 铲挖 劵券 镬锅 凳椅 櫈椅 嫲奶奶 毋不 拦挡 呕吐 磡坎 恤衣 窿洞 兜绕 凑带 瞒隐 呔胎 軚胎 恕原谅 "
    "屡多次 姪孙 侄孙 粽米糕 糭米糕 屿岛 槛门 绒毛 帘窗 壶瓶 埗步 诈骗 嚿块 缆线 喼箱 毡被 毯毛 铰合页 矫正 "
    "窦窝 赌博 墟市 瘜息肉 袜鞋 斋素 婶阿姨 桔橘 卅三十 犀厉害 泻拉肚子 甥外孙 柠果 敝本 摊档 疮伤 栋座 嘱叫 "
    "锚船 盏灯 罅缝 撬打开 伞雨具 冧倒 膊肩 熨烫 曱蟑螂 甴蟑螂 钉针 聋听不到 箕斗 筲吊 "
    # what people put for words
    "🙏谢谢 👋你好 👍好 👌好 🆗好 🙅不 ❌错 👎不好 😡生气 😤生气 😠生气 😭伤心 😢伤心 🥺求 😅汗 🙄无语 😊开心 "
    "😆开心 "
)
_REWRITES: Final = str.maketrans({pair[0]: pair[1:] for pair in _PAIRS.split()})


def rewrite(text: str) -> str:
    """The text with each missing character replaced."""
    return text.translate(_REWRITES)
