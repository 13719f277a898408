"""People without a title: names after a cue, English names beside Chinese, relations."""

import pytest

from kaitak.nlu import normalising, people


def found(text: str) -> list[str]:
    folded = normalising.fold(text)
    spans = people.find_people(normalising.simplify(folded.text), text, folded.offsets, [])
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受益人改做陳美儀", ["陳美儀"]),
        ("佢叫潘國雄", ["潘國雄"]),
        ("由Kelvin代我攞", ["Kelvin"]),
        ("佢嗰日要返工,換李嘉欣去攞", ["李嘉欣"]),
        ("佢唔得閒,換黃志強嚟", ["黃志強"]),
        ("It'll be my flatmate, Owen Mistry.", ["Owen Mistry"]),
        ("連埋我女朋友Chan Hoi Ting", ["Chan Hoi Ting"]),
        ("加我老婆入去", ["我老婆"]),
        ("my youngest daughter", ["youngest daughter"]),
    ],
)
def test_person_is_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "杜牙根?",
        "戴牙套包唔包",
        "植牙呢",
        "白內障手術",
        "高血壓賠唔賠",
        "石膏費用",
        "改做黃色",
        "張單係高級會員",
        "三個細路平均分",
        "your Sha Tin store",
        "I will go to the Consumer Council",
        "換張單得唔得",
        "想換方形嗰個",
        "個女人掉張單",
        "周末得唔得",
        "",
    ],
)
def test_words_that_look_like_a_name_are_none(text: str) -> None:
    assert found(text) == []


def test_relation_is_told_from_a_name() -> None:
    assert people.is_relation("我老婆")
    assert people.is_relation("sister")
    assert not people.is_relation("陳美儀")
