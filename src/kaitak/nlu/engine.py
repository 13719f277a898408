"""Owns understanding one message: folds it, reads language, act, entities and mood, classifies it, names the band."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kaitak.nlu import acts, clauses, entities, language, mood, normalising, rereading, views
from kaitak.nlu.model import Floats, Model, TextRead
from kaitak.nlu.understanding import Act, Band, Context, Entity, Evidence, Mood, RankedIntent, Understanding

TOP = 5
_SURE = 0.98
# The common intents (data taxonomy) that an act says outright, when the model knows them.
_ACT_INTENTS: dict[Act, str] = {
    "greet": "greeting",
    "thank": "goodbye_thanks",
    "affirm": "affirm",
    "deny": "deny",
    "human": "agent_request",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a text asks, and how sure that is: what `understand` says, without values and mood."""

    act: Act
    intents: tuple[RankedIntent, ...]
    band: Band
    evidence: Evidence

    @property
    def intent(self) -> str | None:
        return self.intents[0].name if self.intents else None

    @property
    def confidence(self) -> float:
        return self.intents[0].confidence if self.intents else 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A message before its context is known: folded, with the part that counts and what the models read of it."""

    text: str
    folded: normalising.Folded
    kept: str
    view: str
    read: TextRead


@dataclass(frozen=True, slots=True)
class _Message:
    """A message on its way, with what it does at this point of a talk."""

    opened: Opened
    act: Act


def open_all(model: Model, texts: Sequence[str]) -> list[Opened]:
    """Several messages opened together, which costs less than one by one; `understand` takes each of them."""
    folded = [normalising.fold(text) for text in texts]
    kept = [views.counted_part(each.text) for each in folded]
    both = [views.views_of(each) for each in kept]
    return [
        Opened(text, fold, part, view[0] if part == fold.text else normalising.features_view(fold.text), read)
        for text, fold, part, view, read in zip(texts, folded, kept, both, model.read_all(both), strict=True)
    ]


def understand(model: Model, text: str, context: Context, *, opened: Opened | None = None) -> Understanding:
    """Read one message in its context. Never raises on any text; nothing is cached by text.

    `opened` is the same message, where it was opened together with others.
    """
    message = _begun(model, text, context, opened)
    folded, kept = message.opened.folded, message.opened.kept
    found = entities.find_entities(folded, text, model.settings.entity_rules, context)
    asked = _asked(model, message, lambda: found)
    return Understanding(
        text=text,
        language=language.detect(folded.text, normalising.script_counts(folded.text), context.language),
        act=asked.act,
        intents=asked.intents,
        band=asked.band,
        entities=clauses.mark_withdrawn(found, text),
        mood=_mood(model, message, context, asked.intents),
        evidence=asked.evidence,
        model_version=model.version,
        is_correction=asked.act == "correct" or acts.is_correction(folded.text),
        kept_text=kept,
        requests=_requests(model, asked.act, kept),
    )


def ask(model: Model, text: str, context: Context) -> Wish:
    """What a text asks, as `understand` would say, and nothing else: for a second look at a part of a message."""
    message = _begun(model, text, context)
    rules = model.settings.entity_rules
    return _asked(model, message, lambda: entities.find_entities(message.opened.folded, text, rules, context))


def feel(model: Model, text: str, context: Context) -> Mood:
    """The mood of a text, as `understand` would say, and nothing else."""
    message = _begun(model, text, context)
    rules = model.settings.entity_rules
    asked = _asked(model, message, lambda: entities.find_entities(message.opened.folded, text, rules, context))
    return _mood(model, message, context, asked.intents)


def _begun(model: Model, text: str, context: Context, opened: Opened | None = None) -> _Message:
    if opened is None or opened.text != text:
        opened = open_all(model, [text])[0]
    return _Message(opened, acts.find_act(opened.folded.text, context))


def _asked(model: Model, message: _Message, found: Callable[[], list[Entity]]) -> Wish:
    """What a message asks; where that is unsure, also by its words beside the values that were `found`."""
    act, folded = message.act, message.opened.folded
    intents, evidence = _rank(model, act, message.opened.read)
    unsure = _is_unsure(model, act, intents) or rereading.is_settled(folded.text)
    bare = rereading.bare_part(folded, message.opened.kept, found()) if unsure else None
    if bare is not None:
        again, _ = _rank(model, act, model.read(views.views_of(bare)))
        intents = rereading.middle(intents, again)[:TOP]
    return Wish(act, intents, _band(model, act, intents), evidence)


def _requests(model: Model, act: Act, kept: str) -> tuple[str, ...]:
    """What each piece of a message surely asks, when they ask for different things; in order."""
    if act != "request":
        return ()
    asked: dict[str, None] = {}
    for piece in rereading.parts(kept):
        ranked, _ = _rank(model, "request", model.read(views.views_of(views.counted_part(piece))))
        if ranked and ranked[0].confidence >= model.answer_from:
            asked[ranked[0].name] = None
    return tuple(asked) if len(asked) > 1 else ()


def _is_unsure(model: Model, act: Act, intents: tuple[RankedIntent, ...]) -> bool:
    return act in ("request", "correct") and bool(intents) and intents[0].confidence < model.answer_from


def _mood(model: Model, message: _Message, context: Context, intents: tuple[RankedIntent, ...]) -> Mood:
    opened = message.opened
    heard = mood.Heard(folded=opened.folded.text, view=opened.view, act=message.act, read=opened.read)
    if model.mood is None:
        return mood.read_by_cues(heard.folded, heard.act)
    repeats = context.earlier_intents.count(intents[0].name) if intents else 0
    return mood.read_mood(heard, model.mood, context, repeats)


def _rank(model: Model, act: Act, read: TextRead) -> tuple[tuple[RankedIntent, ...], Evidence]:
    if act == "empty":
        return (), Evidence(source="none")
    said = _ACT_INTENTS.get(act)
    if said is not None and said in model.labels:
        rest = (r for r in _best(model, model.guess(read)) if r.name != said)
        behind = tuple(RankedIntent(r.name, round(r.confidence * (1 - _SURE), 4)) for r in rest)
        return (RankedIntent(said, _SURE), *behind[: TOP - 1]), Evidence(source="lexicon", detail=(f"act {act}",))
    prediction = model.predict(read)
    nearest = f"{model.texts[prediction.nearest]} ({prediction.similarity:.2f})"
    return _best(model, prediction.probabilities), Evidence(source="model", detail=(nearest,))


def _best(model: Model, probabilities: Floats) -> tuple[RankedIntent, ...]:
    """The likeliest intents, the likeliest first."""
    order = probabilities.argsort()[::-1][:TOP]
    return tuple(RankedIntent(model.labels[i], round(float(probabilities[i]), 4)) for i in order)


def _band(model: Model, act: Act, intents: tuple[RankedIntent, ...]) -> Band:
    if not intents:
        return "answer" if act in ("cancel", "no_value") else "handover"
    confidence = intents[0].confidence
    if confidence >= model.answer_from:
        return "answer"
    return "clarify" if confidence >= model.clarify_from else "handover"
