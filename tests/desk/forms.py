"""Forms as a browser sees and sends them: read from a page, changed by field, sent with a button."""

import re
import warnings
from typing import Any
from xml.etree.ElementTree import Element

import httpx2
from fastapi.testclient import TestClient

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # html5lib 1.1 on newer Pythons: html5lib-python issue 543
    import html5lib

Fields = dict[str, str | list[str]]


def parsed(page: httpx2.Response | str) -> Element:
    tree: Element = html5lib.parse(page if isinstance(page, str) else page.text, namespaceHTMLElements=False)
    return tree


def words_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def fields_of(page: httpx2.Response, action: str = "") -> Fields:
    """Return what the form with this action (the editor's without one) would send, without a button."""
    forms = [form for form in parsed(page).iter("form") if form.get("action") == action or not action]
    [form] = [form for form in forms if action or form.get("id") == "editor"]
    found: Fields = {}
    for field in form.iter():
        name = field.get("name")
        if not name or field.tag == "button":
            continue
        if field.get("type") == "checkbox":
            boxes = found.setdefault(name, [])
            if field.get("checked") is not None and isinstance(boxes, list):
                boxes.append(field.get("value", ""))
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            found[name] = chosen[0].get("value", "") if chosen else ""
        elif field.tag == "textarea":
            found[name] = field.text or ""
        elif name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), field.get("value", "")]
        else:
            found[name] = field.get("value", "")
    return found


def edit_form(browser: TestClient, slug: str) -> Fields:
    page = browser.get(f"/admin/summaries/{slug}/edit")
    assert page.status_code == 200, page.text
    return fields_of(page)


def send(browser: TestClient, path: str, fields: Fields, button: str = "save", **changes: Any) -> httpx2.Response:
    """Send a form as a browser does, line ends included."""
    data = {**fields, **changes, "_action": button}
    broken = {
        name: re.sub(r"\r?\n", "\r\n", value) if isinstance(value, str) else value for name, value in data.items()
    }
    return browser.post(path, data=broken)


def save(browser: TestClient, slug: str, fields: Fields, button: str = "save", **changes: Any) -> httpx2.Response:
    return send(browser, f"/admin/summaries/{slug}/edit", fields, button, **changes)
