"""The way to the translator: sealed words pass through here, unopened and unnoted."""

from bot.desk.calls import Answer, Call, Trouble, encode

LARGEST_BLOB = 16 * 1024  # the translator takes no larger one
_NOBODY = {"recipient": "", "engine": "", "directions": ()}


async def tell_pairs(call: Call) -> Answer:
    """To whom the page seals, and what can be translated; nothing, if it is absent."""
    pairs = await call.parts.translator.pairs()
    return _NOBODY if pairs is None else pairs


async def pass_on(call: Call) -> Answer:
    """The translator's sealed answer to a sealed text."""
    blob = call.sealed("sealed", longest=LARGEST_BLOB)
    answer = await call.parts.translator.pass_on(blob)
    return Trouble("no_translation") if answer is None else {"sealed": encode(answer)}


def show_replies(call: Call) -> Answer:
    """The ready-made replies of a person's language beside those of the caller's."""
    mine, theirs = (_language(call, name) for name in ("mine", "theirs"))
    centre = call.parts.centres.get(call.caller.centre_id, "")
    own = {reply.key: reply for reply in call.parts.replies(mine, centre)}
    return {
        "replies": [
            {
                "key": reply.key,
                "mine": own[reply.key].words,
                "theirs": reply.words,
                "checked": reply.is_checked,
            }
            for reply in call.parts.replies(theirs, centre)
            if reply.key in own
        ]
    }


def _language(call: Call, name: str) -> str:
    language = call.query.get(name, "")
    if language not in call.parts.languages:
        raise ValueError(name)
    return language
