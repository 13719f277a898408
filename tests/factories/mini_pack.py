"""Writes a small pack that trains in a moment: five intents, nine lines each, one flow."""

from __future__ import annotations

import json
from pathlib import Path

from kaitak.bot.packs import ENGINE_WORDINGS, LOCALES

_LINES = {
    "order_status": "我張單去咗邊 幾時送到 件貨寄出未 單野到邊度喇 查下張單 追蹤包裹 派送進度點呀 包裹幾時到 貨仲未到",
    "return_request": "我想退貨 可唔可以退返 唔啱想退 點樣退貨 退貨要點做 想退咗佢 我要退回 呢件嘢想退 退返件衫",
    "refund_status": "退款幾時到 仲未收到退款 退款搞成點 筆退款去咗邊 幾時退返錢 退款進度 啲錢退咗未 退款要等幾耐",
    "store_hours": "幾點開門 舖頭幾點收 營業時間 你哋開到幾點 今日開門未 分店幾點關 門市時間 夜晚開到幾多點",
    "out_of_scope": "今日天氣點 講個笑話 邊個係特首 幫我寫詩 世界盃邊隊贏 教我煮飯 股票升未 你食咗飯未 聽日落唔落雨",
}
LINES = {intent: texts.split() for intent, texts in _LINES.items()}
HELD_OUT = {"張單去到邊喇": "order_status", "想退貨點做": "return_request", "退款幾時過數": "refund_status"}


def write(folder: Path, *, name: str = "retail") -> Path:
    """The pack's files under a folder."""
    for path, content in _files(name).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    held = folder / "tests" / "utterances.jsonl"
    held.parent.mkdir(exist_ok=True)
    rows = [json.dumps({"text": text, "intent": intent}) for text, intent in HELD_OUT.items()]
    held.write_text("\n".join(rows), encoding="utf-8")
    return folder


def _files(name: str) -> dict[str, object]:
    """Each file's content; JSON is YAML."""
    titles = dict.fromkeys(LOCALES, name)
    intents = [
        {
            "name": intent,
            "kind": "out_of_scope" if intent == "out_of_scope" else "request",
            "title": titles,
            "examples": texts,
        }
        for intent, texts in LINES.items()
    ]
    intents[0]["flow"] = "order_status"
    flow = {"flow": "order_status", "intent": "order_status", "slots": {}, "start": "give"}
    head = {"name": name, "version": "1", "title": titles, "languages": list(LOCALES), "seed": 7}
    wording = {"wording": dict.fromkeys(sorted(ENGINE_WORDINGS), "text")}
    return {
        "pack.yaml": {**head, "bands": {"answer": 0.5, "clarify": 0.2}},
        "entities.yaml": {"entities": [{"kind": "order_no", "patterns": [r"hk(\d{6})"], "normal": "HK{0}"}]},
        "routing.yaml": {"teams": [], "otherwise": "general"},
        "intents/all.yaml": {"intents": intents},
        "flows/order_status.yaml": {**flow, "steps": {"give": {"hand_over": "flow"}}},
        **{f"wording/{locale}.yaml": wording for locale in LOCALES},
    }
