"""Owns understanding one message: folds it, reads language, act, entities and mood, classifies it, names the band."""

from kaitak.nlu import acts, clauses, entities, language, mood, normalising, rereading, views
from kaitak.nlu.encoder import Encoded
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Act, Band, Context, Evidence, Mood, RankedIntent, Understanding

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


def understand(model: Model, text: str, context: Context) -> Understanding:
    """Read one message in its context. Never raises on any text; nothing is cached by text."""
    folded = normalising.fold(text)
    act = acts.find_act(folded.text, context)
    found = entities.find_entities(folded, text, model.settings.entity_rules, context)
    kept = views.counted_part(folded.text)
    both = views.views_of(kept)
    encoded = model.encode(both[1])
    whole = both[0] if kept == folded.text else normalising.features_view(folded.text)
    heard = mood.Heard(folded=folded.text, view=whole, act=act, views=both, encoded=encoded)
    intents, evidence = _rank(model, act, both, encoded)
    unsure = _is_unsure(model, act, intents) or rereading.is_settled(folded.text)
    bare = rereading.bare_part(folded, kept, found) if unsure else None
    if bare is not None:
        both = views.views_of(bare)
        again, _ = _rank(model, act, both, model.encode(both[1]))
        intents = rereading.middle(intents, again)[:TOP]
    return Understanding(
        text=text,
        language=language.detect(folded.text, normalising.script_counts(folded.text), context.language),
        act=act,
        intents=intents,
        band=_band(model, act, intents),
        entities=clauses.mark_withdrawn(found, text),
        mood=_mood(model, heard, context, intents),
        evidence=evidence,
        model_version=model.version,
        is_correction=act == "correct" or acts.is_correction(folded.text),
        kept_text=kept,
        requests=_requests(model, act, kept),
    )


def _requests(model: Model, act: Act, kept: str) -> tuple[str, ...]:
    """What each piece of a message surely asks, when they ask for different things; in order."""
    if act != "request":
        return ()
    asked: dict[str, None] = {}
    for piece in rereading.parts(kept):
        both = views.views_of(views.counted_part(piece))
        ranked, _ = _rank(model, "request", both, model.encode(both[1]))
        if ranked and ranked[0].confidence >= model.answer_from:
            asked[ranked[0].name] = None
    return tuple(asked) if len(asked) > 1 else ()


def _is_unsure(model: Model, act: Act, intents: tuple[RankedIntent, ...]) -> bool:
    return act in ("request", "correct") and bool(intents) and intents[0].confidence < model.answer_from


def _mood(model: Model, heard: mood.Heard, context: Context, intents: tuple[RankedIntent, ...]) -> Mood:
    if model.mood is None:
        return mood.read_by_cues(heard.folded, heard.act)
    repeats = context.earlier_intents.count(intents[0].name) if intents else 0
    return mood.read_mood(heard, model.mood, context, repeats)


def _rank(model: Model, act: Act, both: tuple[str, str], encoded: Encoded) -> tuple[tuple[RankedIntent, ...], Evidence]:
    if act == "empty":
        return (), Evidence(source="none")
    prediction = model.predict(both, encoded)
    order = prediction.probabilities.argsort()[::-1][:TOP]
    ranked = tuple(RankedIntent(model.labels[i], round(float(prediction.probabilities[i]), 4)) for i in order)
    nearest = f"{model.texts[prediction.nearest]} ({prediction.similarity:.2f})"
    said = _ACT_INTENTS.get(act)
    if said is None or said not in model.labels:
        return ranked, Evidence(source="model", detail=(nearest,))
    rest = tuple(RankedIntent(r.name, round(r.confidence * (1 - _SURE), 4)) for r in ranked if r.name != said)
    return (RankedIntent(said, _SURE), *rest[: TOP - 1]), Evidence(source="lexicon", detail=(f"act {act}",))


def _band(model: Model, act: Act, intents: tuple[RankedIntent, ...]) -> Band:
    if not intents:
        return "answer" if act in ("cancel", "no_value") else "handover"
    confidence = intents[0].confidence
    if confidence >= model.answer_from:
        return "answer"
    return "clarify" if confidence >= model.clarify_from else "handover"
