"""Things for sale that no list names, and what looks like one and is none."""

import pytest

from kaitak.nlu import normalising, things


def found(text: str) -> list[str]:
    simple = normalising.simplify(normalising.fold(text).text)
    return [text[start:end] for start, end in things.find_things(simple, [])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("部足浴盆壞咗", ["足浴盆"]),
        ("買咗部 Sony WH-1000XM5 有聲", ["Sony WH-1000XM5"]),
        ("呢支爽膚水漏咗", ["爽膚水"]),
        ("想退嗰張摺枱", ["摺枱"]),
        ("the Philips air purifier I bought stopped working", ["Philips air purifier"]),
        ("PS5有冇貨", ["PS5"]),
        ("the armchair has scratched my legs", ["armchair"]),
        ("件衫爛咗", ["衫"]),
    ],
)
def test_thing_is_found_by_what_stands_around_it(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我張單去咗邊",
        "件貨未到",
        "改電話號碼",
        "收唔收支付寶",
        "嗰個同事態度差",
        "where is my order",
        "the driver left",
        "優惠碼 SPRING20 話過期",
        "the total is wrong",
        "the left one hurts my ankles",
        "I am taking this to the Consumer Council",
        "next you hear from my solicitor",
        "前一樣幾錢",
        "後嗰樣近排成日停",
        "等緊筆錢交租",
        "邊部慳電啲",
        "呢款容量幾大",
        "我手機係六一二三 四五六七",
        "兩個人",
        "",
    ],
)
def test_what_the_service_is_about_is_no_thing(text: str) -> None:
    assert found(text) == []


def test_a_listed_word_counts_only_where_it_is_meant() -> None:
    def meant(text: str, word: str) -> bool:
        simple = normalising.simplify(text)
        start = simple.index(word)
        return things.is_meant(simple, start, start + len(word))

    assert meant("隻碗崩咗", "碗")
    assert meant("部手機係白色", "手机")
    assert not meant("佢塊面黑過鑊底", "镬")
    assert not meant("放入微波爐得唔得", "微波炉")
    assert not meant("put it in the oven", "oven")


@pytest.mark.parametrize(
    "text", ["我隻手燙親", "條腰扭親", "我隻手指俾佢夾親", "塊面敏感", "隻腳損咗", "拆箱得一樣", "開箱少咗嘢"]
)
def test_a_hurt_part_of_the_body_and_the_opening_of_a_box_are_no_things(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("背囊同電腦袋一齊訂", "电脑", "电脑袋"),
        ("相機套穿咗", "相机", "相机套"),
        ("買咗個電視架", "电视", "电视架"),
        ("電腦包同滑鼠", "电脑", "电脑包"),
        ("電腦包唔包保養", "电脑", "电脑"),
        ("電腦套裝幾錢", "电脑", "电脑"),
        ("部電腦壞咗", "电脑", "电脑"),
    ],
)
def test_listed_word_is_read_with_the_noun_that_it_begins(text: str, word: str, expected: str) -> None:
    simple = normalising.simplify(normalising.fold(text).text)
    start, end = things.whole(simple, simple.index(word), simple.index(word) + len(word))
    assert simple[start:end] == expected
