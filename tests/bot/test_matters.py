"""Several matters in one message: which comes first, which waits, and when the next one's turn has come."""

from __future__ import annotations

import pytest

from kaitak.bot import arriving, matters
from kaitak.nlu import folding


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("HK25-100111要改地址，呢樣最急；搞掂先再問積分", ["first", "later"]),
        ("兩件事，主要係想退貨，另一件係發票，遲啲講", ["first", "later"]),
        ("先處理重複扣款嗰單。換貨等陣先講", ["first", "later"]),
        ("主要想问理赔批了没，之后再问续保", ["first", "later"]),
        ("我想先把保单地址改了，弄好之后再问加保的事", ["first", "later"]),
        ("Cancel HK25-100111 first. The invoice can wait.", ["first", "later"]),
        ("Two requests. The urgent one: my card was declined. The other, a certificate, can wait.", ["first", "later"]),
        ("Before I forget: do you take PayMe? But first tell me where my order is.", ["later", "first"]),
        ("登入唔到，又想查物流。查物流先啦，登入遲啲搞", ["plain", "first", "later"]),
        ("想問兩樣嘢：一，幾時送到；二，星期日開唔開。先答第一條", ["plain", "plain", "first"]),
        ("加老婆落保單，另外問埋牙科。加人行先", ["plain", "later", "first"]),
        ("HK25-100111去到邊?遲啲仲要張發票,但先答我貨喺邊", ["plain", "later", "first"]),
        ("查物流 稍後仲想改地址 先答我呢樣", ["first", "later"]),
        ("兩件事 一係改電話 二係要保單副本 副本先", ["plain", "plain", "first"]),
        ("想退貨 遲啲要埋發票 退貨先", ["plain", "later", "first"]),
        ("地址一事容後再辦。先談退保：須否親身簽署？", ["later", "first"]),
    ],
)  # fmt: skip
def test_the_order_of_several_matters_is_read(text: str, ranks: list[str]) -> None:
    assert [matter.rank for matter in matters.ordered(text)] == ranks


@pytest.mark.parametrize(
    "text",
    [
        "幾時送到", "琴日先收到，部機開唔到，想退", "我想改遲啲送，下星期三", "你哋送唔送離島？未落單，先問一下",
        "但我今晚先返到屋企，可唔可以轉聽晚", "请问运费多少，先了解一下", "I'd like it delivered later than six", "",
    ],
)  # fmt: skip
def test_one_matter_has_no_order(text: str) -> None:
    assert matters.ordered(text) == ()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("好，輪到登入嗰樣", "登入"),
        ("得喇，跟住講積分", "积分"),
        ("ok, now the certificate", "the certificate"),
        ("Thanks. And the sale?", "the sale?"),
        ("收到。而家到發票", "发票"),
        ("好的，那深圳呢", "深圳呢"),
        ("咁牙科嗰樣呢", "牙科"),
        ("ok，咁第二條呢", None),
        ("好", None),
        ("我想問發票", None),
    ],
)
def test_the_next_matter_is_read_without_what_leads_to_it(text: str, rest: str | None) -> None:
    assert matters.next_matter(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "數量改做150個，其他照舊", "餘者照舊", "其餘資料不變", "啲嘢照我頭先講咁", "其他的按之前说的办", "其他冇嘢改",
        "Make that an XL, everything else as above", "the rest stays", "no other changes", "同上次一樣，剩低嗰啲唔使郁",
        "其它不用动", "keep the rest", "all other details as before",
    ],
)  # fmt: skip
def test_what_was_said_stays(text: str) -> None:
    assert matters.REST_STAYS.search(folding.plain(text)) is not None


@pytest.mark.parametrize(
    "text", ["其他顏色有冇貨", "仲有其他嘢想問", "我想照返個樣訂", "the other one", "same day delivery?"]
)
def test_other_things_are_not_the_rest(text: str) -> None:
    assert matters.REST_STAYS.search(folding.plain(text)) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("喂你好 我係頭先喺微信講冇收到貨嗰個 查到未", None),
        ("我係啱先喺網頁度講要取消張單嗰個，想知取消成功未", "想知取消成功未"),
        ("承上電話，申請表請寄至公司", "申请表请寄至公司"),
        ("如剛才電話所述，請將確認電郵給我", "请将确认电邮给我"),
        ("It's me from the call just now. Send that list please", "send that list please"),
        ("same person who emailed about the receipt. any news on that?", "any news on that?"),
        ("hello i emailed earlier about the claim what papers do you need", "about the claim what papers do you need"),
        ("我是刚打过电话的，麻烦改下联系人", "麻烦改下联系人"),
    ],
)  # fmt: skip
def test_who_comes_from_elsewhere_is_told_from_what_is_asked(text: str, rest: str | None) -> None:
    assert arriving.says_who(folding.plain(text))
    assert arriving.rest(text) == rest


@pytest.mark.parametrize("text", ["我張單去咗邊", "頭先嗰件衫有冇細碼", "send it to my email", "我想打電話俾你哋"])
def test_who_is_here_already_comes_from_nowhere(text: str) -> None:
    assert not arriving.says_who(folding.plain(text))
