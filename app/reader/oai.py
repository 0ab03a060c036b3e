"""The door for harvesters: OAI-PMH 2.0 by GET and POST. What is asked and answered is in `app/interchange/oai.py`."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.interchange import oai
from app.web.sessions import Reading

router = APIRouter()
LONGEST_FORM = 16 * 1024


@router.get("/oai")
def harvest(request: Request, session: Reading) -> Response:
    """Answer a request whose arguments stand in the address."""
    return _answer(request, session, request.url.query)


@router.post("/oai")
async def harvest_by_form(request: Request, session: Reading) -> Response:
    """Answer a request whose arguments are a form; arguments in the address do not count, as the protocol has it."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return Response("The form is too long.\n", 413, media_type="text/plain")
    is_form = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if is_form != "application/x-www-form-urlencoded":
        return Response("Send a form: application/x-www-form-urlencoded.\n", 415, media_type="text/plain")
    return await run_in_threadpool(_answer, request, session, body.decode("latin-1"))


def _answer(request: Request, session: Reading, query: str) -> Response:
    settings = request.app.state.settings
    pairs = parse_qsl(query, keep_blank_values=True)
    who = oai.Repository(settings.title, settings.base, settings.contact, settings.license_url)
    body = oai.answer(session, who, settings.signing_key(), pairs)
    # Tokens expire and the moment told is that of the answer: neither may be given again from a cache.
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=oai.MEDIA_TYPE)
