"""Owns the goods of the demo department store: what the shop page shows and the demo ERP sells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """One article; `art` names its drawing in the shop's page."""

    sku: str
    name: str
    english: str
    category: str
    price: Decimal
    art: str
    note: str = ""


def _product(line: str) -> Product:
    sku, name, english, category, price, art, note = (part.strip() for part in line.split("|"))
    return Product(sku, name, english, category, Decimal(price), art, note)


PRODUCTS = tuple(
    _product(line)
    for line in (
        "KT-AU-2101|聽濤 無線降噪耳機|Wireless noise-cancelling headphones|影音數碼|1299.00|headphones|四十小時續航",
        "KT-AU-2117|聽濤 真無線耳機|True wireless earbuds|影音數碼|699.00|earbuds|",
        "KT-AU-2130|浪琴灣 藍牙音箱|Bluetooth speaker|影音數碼|488.00|speaker|IPX7 防水",
        "KT-DG-2204|輕雲 便攜充電器 20000mAh|Power bank 20000mAh|影音數碼|328.00|powerbank|",
        "KT-DG-2219|智行 運動手錶|Sports watch|影音數碼|1688.00|watch|心率及血氧監測",
        "KT-HA-3102|米家軒 智能電飯煲 1.5L|Smart rice cooker|家電|899.00|ricecooker|煲仔飯模式",
        "KT-HA-3110|清風 空氣淨化機|Air purifier|家電|2380.00|purifier|適用 400 平方呎",
        "KT-HA-3121|晨光 意式咖啡機|Espresso machine|家電|2980.00|coffee|十五巴壓力",
        "KT-HA-3135|乾爽 抽濕機 12L|Dehumidifier 12L|家電|1980.00|purifier|回南天必備",
        "KT-HA-3148|蒸鮮 電蒸鍋|Electric steamer|家電|568.00|ricecooker|",
        "KT-KT-4101|鐵匠 鑄鐵鍋 24cm|Cast-iron pot|廚房用品|780.00|pot|",
        "KT-KT-4115|青花 茶具套裝|Blue-and-white tea set|廚房用品|428.00|teaset|一壺六杯",
        "KT-KT-4122|三德 廚師刀|Santoku knife|廚房用品|520.00|knife|",
        "KT-KT-4138|保溫 食物壺 500ml|Food flask|廚房用品|198.00|flask|",
        "KT-HM-5103|雲棉 四件套床品|Cotton bedding set|家居|890.00|bedding|六十支長絨棉",
        "KT-HM-5117|竹韻 涼蓆|Bamboo mat|家居|298.00|bedding|",
        "KT-HM-5124|暖光 座檯燈|Desk lamp|家居|368.00|lamp|無頻閃",
        "KT-HM-5139|沉香 香薰擴香機|Aroma diffuser|家居|258.00|diffuser|",
        "KT-BT-6102|荷露 保濕精華 30ml|Hydrating serum|美容|468.00|serum|",
        "KT-BT-6118|茉莉 護手霜套裝|Hand cream set|美容|168.00|cream|",
        "KT-BT-6125|珍珠 面膜 10 片裝|Pearl mask, 10 sheets|美容|228.00|serum|",
        "KT-FS-7101|維港 長款風褸|Trench coat|時裝|1480.00|coat|",
        "KT-FS-7116|獅子山 純棉 T 恤|Cotton T-shirt|時裝|199.00|tshirt|",
        "KT-FS-7123|彩虹邨 帆布袋|Canvas tote|時裝|158.00|bag|",
        "KT-FS-7137|行山 輕便背囊 22L|Hiking pack 22L|時裝|599.00|bag|",
        "KT-FD-8101|啟德 蝴蝶酥禮盒|Palmier gift box|食品|138.00|giftbox|",
        "KT-FD-8112|陳皮 普洱茶餅|Tangerine pu-erh|食品|328.00|teaset|",
        "KT-FD-8125|花膠 海味禮盒|Dried seafood box|食品|1280.00|giftbox|",
        "KT-KD-9102|小飛機 積木套裝|Airport blocks|親子|399.00|blocks|六歲以上",
        "KT-KD-9118|舊機場 拼圖 1000 塊|Old airport jigsaw|親子|228.00|blocks|",
    )
)
SHOPS = ("旺角店", "銅鑼灣店", "沙田店", "啟德總店")
