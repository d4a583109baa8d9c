"""Reading what is sent to us, no further than it may be long."""

from starlette.requests import Request


async def read_body(request: Request, *, largest: int) -> bytes | None:
    """The body, or None as soon as it is larger than so many bytes."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
    return b"".join(parts)
