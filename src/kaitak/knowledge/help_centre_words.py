"""Owns the words of the help centre's pages in its three languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kaitak.core import languages

LOCALES = ("zh-HK", "zh-Hans", "en")
PATHS = {"zh-HK": "zh-hk", "zh-Hans": "zh-hans", "en": "en"}  # as an address names them
BY_PATH = {path: locale for locale, path in PATHS.items()}
TAGS = {"zh-HK": "zh-HK", "zh-Hans": "zh-Hans-CN", "en": "en"}  # as HTML names them
NAMES = {"zh-HK": "繁體中文", "zh-Hans": "简体中文", "en": "English"}

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh-HK": {
        "help": "說明中心",
        "hello": "有甚麼可以幫到您？",
        "search": "搜尋",
        "search_hint": "輸入問題或關鍵字",
        "skip": "跳到內容",
        "home": "首頁",
        "language": "語言",
        "others": "其他",
        "more": "全部 {n} 篇",
        "results": "「{q}」的搜尋結果",
        "found": "找到 {n} 篇文章",
        "answer": "最接近的答案",
        "from": "來源：",
        "none": "找不到相關文章",
        "none_hint": "請換一個說法，或用較短的關鍵字再試。",
        "no_question": "請在上面輸入您想找的內容。",
        "empty": "這裡還沒有文章",
        "empty_hint": "請稍後再來，或選擇另一種語言。",
        "updated": "更新於 {day}",
        "valid_to": "有效至 {day}",
        "related": "同類文章",
        "also_in": "也有其他語言的文章：",
        "missing": "找不到這一頁",
        "missing_hint": "文章可能已經移走或過期。您可以回首頁，或搜尋您要找的內容。",
        "closed_hint": "請檢查網址是否正確。",
        "busy": "您的要求太頻密",
        "busy_hint": "請等一會再試。",
        "broken": "暫時未能顯示這一頁",
        "broken_hint": "請稍後再試。",
        "back": "返回首頁",
    },
    "zh-Hans": {
        "help": "帮助中心",
        "hello": "有什么可以帮您？",
        "search": "搜索",
        "search_hint": "输入问题或关键词",
        "skip": "跳到内容",
        "home": "首页",
        "language": "语言",
        "others": "其他",
        "more": "全部 {n} 篇",
        "results": "“{q}”的搜索结果",
        "found": "找到 {n} 篇文章",
        "answer": "最接近的答案",
        "from": "来源：",
        "none": "没有找到相关文章",
        "none_hint": "请换一种说法，或用更短的关键词再试。",
        "no_question": "请在上面输入您要找的内容。",
        "empty": "这里还没有文章",
        "empty_hint": "请稍后再来，或选择其他语言。",
        "updated": "更新于 {day}",
        "valid_to": "有效期至 {day}",
        "related": "同类文章",
        "also_in": "其他语言也有文章：",
        "missing": "没有找到这个页面",
        "missing_hint": "文章可能已经移走或过期。您可以返回首页，或搜索您要找的内容。",
        "closed_hint": "请检查网址是否正确。",
        "busy": "您的请求太频繁",
        "busy_hint": "请稍等再试。",
        "broken": "暂时无法显示这个页面",
        "broken_hint": "请稍后再试。",
        "back": "返回首页",
    },
    "en": {
        "help": "Help centre",
        "hello": "How can we help?",
        "search": "Search",
        "search_hint": "Ask a question or type a keyword",
        "skip": "Skip to content",
        "home": "Home",
        "language": "Language",
        "others": "Other",
        "more": "All {n} articles",
        "results": "Results for “{q}”",
        "found": "{n} articles found",
        "found_one": "1 article found",
        "answer": "Closest answer",
        "from": "From: ",
        "none": "No article fits",
        "none_hint": "Try other words, or a shorter keyword.",
        "no_question": "Type above what you are looking for.",
        "empty": "There are no articles here yet",
        "empty_hint": "Come back later, or choose another language.",
        "updated": "Updated {day}",
        "valid_to": "Valid until {day}",
        "related": "Related articles",
        "also_in": "There are articles in other languages: ",
        "missing": "This page is not here",
        "missing_hint": "The article may have moved or expired. Go back to the start, or search for it.",
        "closed_hint": "Please check the address.",
        "busy": "Too many requests",
        "busy_hint": "Please wait a moment and try again.",
        "broken": "This page cannot be shown now",
        "broken_hint": "Please try again later.",
        "back": "Back to the start",
    },
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August")
MONTHS = (*_MONTHS, "September", "October", "November", "December")


def day(at: date | datetime, locale: str) -> str:
    """A date as readers of a language write it."""
    if locale == "en":
        return f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    return f"{at.year}年{at.month}月{at.day}日"


def preferred(accepted: str, default: str) -> str:
    """The language that a browser asks for first among ours, from its Accept-Language."""
    weighed: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        name, _, rest = part.strip().partition(";")
        found = languages.written_for(name.strip())
        if found is not None:
            weighed.append((_weight(rest), found))
    best = max(weighed, key=lambda each: each[0], default=(0.0, default))
    return best[1] if best[0] > 0 else default


def _weight(rest: str) -> float:
    name, _, value = rest.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
