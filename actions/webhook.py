"""Answers Rasa's action webhook, on loopback, inside the chat process."""

import logging
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.intake.dialogue import Dialogue

if TYPE_CHECKING:
    from rasa_sdk.executor import ActionExecutor

_log = logging.getLogger(__name__)


def build_webhook(dialogue: Dialogue) -> Starlette:
    """The application that Rasa's action_endpoint points to."""
    # Imported here: it takes half a second, and a person must not wait for it.
    from rasa_sdk.executor import ActionExecutor

    from actions.crossing import CROSSING_ACTIONS

    executor = ActionExecutor()
    for action in CROSSING_ACTIONS:
        executor.register_action(action(dialogue))
    return Starlette(
        routes=[Route("/webhook", partial(_run_action, executor), methods=["POST"])]
    )


async def _run_action(executor: "ActionExecutor", request: Request) -> Response:
    # No action of ours looks at the domain, so Rasa need not send it along.
    call = {"domain": {}, **await request.json()}
    try:
        result = await executor.run(call)
    except Exception as error:  # noqa: BLE001 (a process edge: types, never contents)
        _log.error("%s failed: %s", call.get("next_action"), type(error).__name__)
        return Response(status_code=500)
    if result is None:
        return Response(status_code=404)
    return JSONResponse(result.model_dump())
