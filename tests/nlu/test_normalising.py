"""Normalising: offsets, spellings in their context, romanised words, noise, and the gloss as data."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.nlu import gloss, normalising, romanised, spellings


def view(text: str) -> str:
    return normalising.features_view(normalising.fold(text).text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("比返錢我", "畀返钱我"),
        ("比較貴", "比较贵"),
        ("A比B好", "a比b好"),
        ("收左貨", "收咗货"),
        ("左右兩邊", "左右两边"),
        ("幾時黎", "几时嚟"),
        ("黎明時分", "黎明时分"),
        ("我既單", "我嘅单"),
        ("既然係咁", "既然系咁"),
        ("買野", "买嘢"),
        ("野生三文魚", "野生三文鱼"),
        ("呢D嘢", "呢啲嘢"),
        ("你地幾時", "你哋几时"),
        ("改你地址", "改你地址"),
        ("果張單", "嗰张单"),
        ("如果張單", "如果张单"),
        ("嗰張單", "嗰张单"),
        ("得唔得架", "得唔得㗎"),
        ("個書架", "个书架"),
        ("唔洗送", "唔使送"),
        ("攞番啲嘢", "攞返啲嘢"),
        ("仲無左張單", "仲冇咗张单"),
        ("寶費幾多", "保费几多"),
        ("m見咗", "唔见咗"),
    ],
)
def test_spelling_is_united_where_context_allows(written: str, meant: str) -> None:
    assert view(written) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("m goi", "唔该"),
        ("ng goi gei si sung dou", "唔该几时送到"),
        ("gei dim hoi mun", "几点开门"),
        ("bin dou yau fo", "边度有货"),
        ("tui fan jo mei", "退返咗未"),
        ("nei dei 個電話", "你哋个电话"),
        ("sau m dou fo ga", "收唔到货㗎"),
        ("I want to go to the mall", "i want to go to the mall"),
        ("can you tell me if it is done", "can you tell me if it is done"),
        ("my m size dress", "my m size dress"),
    ],
)
def test_romanised_cantonese_becomes_characters_and_english_stays(typed: str, meant: str) -> None:
    assert view(typed) == meant


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("er 嗰啲分呢", "嗰啲分呢"),
        ("呃我想我想問下", "我想问下"),
        ("幾時到 幾時到呀", "几时到呀"),
        ("點點點點解呀", "点点解呀"),
        ("er", "er"),
        ("喂", "喂"),
    ],
)
def test_recogniser_noise_is_taken_out(printed: str, meant: str) -> None:
    assert view(printed) == meant


@pytest.mark.parametrize(
    ("colloquial", "written"),
    [
        ("張單去咗邊度", "订单去了哪里"),
        ("包裹寄出未", "包裹寄出了没有"),
        ("我未收到電話", "我还没收到电话"),
        ("系統幾時修好", "系统什么时候修好"),
        ("一定要同埋同事講", "一定要和同事说"),
        ("唔該晒", "谢谢"),
        ("幾點開門", "几点开门"),
        ("點退貨", "怎样退货"),
        ("咁我聽日嚟攞", "那我明天来拿"),
        ("呀", "呀"),
    ],
)
def test_gloss_writes_the_meaning(colloquial: str, written: str) -> None:
    assert normalising.written_view(view(colloquial)) == written


def test_gloss_has_several_hundred_words_all_reachable() -> None:
    assert len(gloss.WORDS) >= 600
    assert [word for word in gloss.WORDS if normalising.simplify(word) != word] == []
    assert len(spellings.VARIANTS) + len(romanised.WORDS) >= 700


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_views_of_any_text_are_stable(text: str) -> None:
    folded = normalising.fold(text).text
    assert normalising.features_view(folded) == normalising.features_view(folded)
    assert isinstance(normalising.written_view(normalising.features_view(folded)), str)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_every_folded_character_knows_its_place(text: str) -> None:
    folded = normalising.fold(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    assert folded.offsets[-1] <= len(text)
