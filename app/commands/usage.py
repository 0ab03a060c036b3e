"""What is wrong with a command line, in a sentence of ours: Typer tells it in boxes and in Pydantic's words.

NOT here: what goes wrong when a command runs (`app/errors.py`).
"""

import re

import typer
from pydantic import ValidationError

from app.interchange.complaints import sentences

_QUOTED = re.compile(r"'([^']*)'")
# What Typer says, and what is said instead; what is not here is told as it is.
_WORDS = (
    (re.compile(r"No such command (“.*?”)\.? Did you mean (.*)\?"), r"there is no command \1, only \2"),
    (re.compile(r"No such command (“.*?”)\.?"), r"there is no command \1"),
    (re.compile(r"No such option: (.*)"), r"there is no option \1"),
    (re.compile(r"Got unexpected extra argument\S* \((.*)\)"), r"“\1” is too much"),
    (re.compile(r"Option “(.*)” requires an argument\."), r"\1 needs a value"),
    (re.compile(r"Option “(.*)” does not take a value\."), r"\1 takes no value"),
)


def what_is_wrong(error: typer.TyperException) -> str:
    """Return the sentence, with the command whose help says more; empty where the help itself was shown instead."""
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    message = _QUOTED.sub(r"“\1”", str(getattr(error, "message", error))).strip()
    if parameter is not None:
        name = str(parameter.opts[0])
        sentence = _of_value(name if name.startswith("-") else name.upper(), error, message)
    else:
        sentence = next((found.expand(words) for told, words in _WORDS if (found := told.fullmatch(message))), message)
    if not sentence:
        return ""
    return f"{sentence.rstrip('.')}; see “{context.command_path if context else 'cairn'} --help”."


def _of_value(name: str, error: typer.TyperException, message: str) -> str:
    if isinstance(error.__cause__, ValidationError):
        message = _QUOTED.sub(r"“\1”", sentences(error.__cause__)[0][1])
    return f"{name}: {message}" if message else f"{name} is missing"
