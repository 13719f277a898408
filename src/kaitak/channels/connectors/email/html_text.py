"""Owns a mail's HTML as lines of text, what is quoted in it marked; what cannot be seen is left out. Pure, linear."""

from __future__ import annotations

import re

from lxml import etree, html

MAX_HTML = 512 * 1024
QUOTE = "\ue000"  # a line that says: from here on another mail is quoted
SIGNATURE = "\ue001"  # a line that says: here begins what the program adds below each mail
_DEPTH = 200
_DROPPED = frozenset(
    re.findall(
        r"\S+",
        """
    script style head title meta template svg math iframe object embed canvas noscript select button
    audio video
    """,
    )
)
_BLOCKS = frozenset(
    re.findall(
        r"\S+",
        """
    address article aside blockquote body caption center dd details div dl dt fieldset figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead
    tr ul
    """,
    )
)
_SPACED = frozenset(
    re.findall(
        r"\S+",
        """
    p h1 h2 h3 h4 h5 h6 ul ol table
    """,
    )
)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|max-height\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_QUOTE_IDS = frozenset(
    re.findall(
        r"\S+",
        """
    appendonsend divrplyfwdmsg mail-editor-reference-message-container isreplycontent ntes-pcmac-quote
    replysplit origbody
    """,
    )
)
_QUOTE_CLASSES = frozenset(
    re.findall(
        r"\S+",
        """
    gmail_quote gmail_quote_container gmail_attr yahoo_quoted moz-cite-prefix ntes-mailmaster-quote
    foxdiv_quote protonmail_quote zmail_extra outlookmessageheader wecom_quote
    xm_mail_oringinal_describe
    """,
    )
)
_SIGNATURE_IDS = frozenset(
    re.findall(
        r"\S+",
        """
    applemailsignature spnenditorsign spneditorsign ntes-pcmac-signature
    mail-editor-reference-message-signature signature ms-outlook-mobile-signature _foxmail_signature
    ydp-signature
    """,
    )
)
_SIGNATURE_CLASSES = frozenset(
    re.findall(
        r"\S+",
        """
    xm_write_card gmail_signature moz-signature xmail_signature foxmail_signature yahoo_signature mobile_signature
    ntes_signature
    """,
    )
)
_OUTLOOK_LINE = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid\s*#(?:b5c4df|e1e1e1)", re.IGNORECASE)
_TAG = re.compile(r"[a-z][a-z0-9]*")


def text_of(markup: str) -> str:
    """The words that a reader of the HTML sees; QUOTE and SIGNATURE stand where its makers marked them."""
    root = _parsed(markup)
    if root is None:
        return ""
    writer = _Writer()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            writer.enter(element)
        else:
            writer.leave(element)
    return writer.text()


def _parsed(markup: str) -> html.HtmlElement | None:
    source = markup[:MAX_HTML].replace("\0", "").encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


class _Writer:
    """Collects lines while the tree is walked."""

    def __init__(self) -> None:
        self._lines: list[str] = [""]
        self._quoted = 0
        self._hidden = 0
        self._kept = 0  # inside <pre>

    def enter(self, element: html.HtmlElement) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if self._hidden or tag in _DROPPED or _UNSEEN.search(element.get("style", "")):
            self._hidden += 1
            return
        if tag == "blockquote" or tag in _BLOCKS:
            self._break(is_spaced=tag in _SPACED)
        self._mark(element, tag)
        if tag == "blockquote" and _is_quote(element):
            self._quoted += 1
        if tag == "pre":
            self._kept += 1
        if tag == "br":
            self._lines.append("")
        elif tag == "li":
            self._write("- ")
        self._write(element.text or "")

    def leave(self, element: html.HtmlElement) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if self._hidden:
            self._hidden -= 1
        else:
            if tag in ("td", "th") and element.getnext() is not None:
                self._write(" ")
            if tag in _BLOCKS:
                self._break(is_spaced=tag in _SPACED)
            if tag == "blockquote" and _is_quote(element):
                self._quoted -= 1
            if tag == "pre":
                self._kept -= 1
        if not self._hidden:
            self._write(element.tail or "")

    def text(self) -> str:
        """The lines, with never more than one empty one together."""
        joined = "\n".join(line.rstrip() for line in self._lines)
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")

    def _mark(self, element: html.HtmlElement, tag: str) -> None:
        id_ = (element.get("id") or "").lower().removeprefix("x_").removeprefix("m_")
        classes = set((element.get("class") or "").lower().replace("x_", "").split())
        if (
            _QUOTE_CLASSES & classes
            or id_ in _QUOTE_IDS
            or _OUTLOOK_LINE.search(element.get("style", ""))
            or tag == "includetail"
            or (tag == "hr" and id_ == "stopspelling")
        ):
            self._alone(QUOTE)
        elif tag == "sign" or _SIGNATURE_CLASSES & classes or id_ in _SIGNATURE_IDS or _is_foxmails_line(element, tag):
            self._alone(SIGNATURE)

    def _alone(self, mark: str) -> None:
        if self._quoted:
            return
        if self._lines[-1]:
            self._lines.append("")
        self._lines[-1] = mark
        self._lines.append("")

    def _break(self, *, is_spaced: bool) -> None:
        if self._lines[-1].strip("> "):
            self._lines.append("")
            if is_spaced:
                self._lines.append("")
        elif is_spaced and len(self._lines) > 1 and self._lines[-2].strip("> "):
            self._lines.append("")

    def _write(self, text: str) -> None:
        if not text or self._hidden:
            return
        if self._kept:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self._add(first)
            for line in others:
                self._lines.append("")
                self._add(line)
            return
        flat = re.sub(r"[ \t\r\n\f]+", " ", text)
        if not self._lines[-1].strip("> ") or self._lines[-1].endswith(" "):
            flat = flat.lstrip(" ")
        self._add(flat)

    def _add(self, text: str) -> None:
        if text and self._quoted and not self._lines[-1]:
            self._lines[-1] = "> "
        self._lines[-1] += text


def _is_foxmails_line(element: html.HtmlElement, tag: str) -> bool:
    """The short line that Foxmail draws above the sender's card."""
    if tag != "hr":
        return False
    style = (element.get("style") or "").lower().replace(" ", "")
    return "width:210px" in style or element.get("width") == "210"


def _is_quote(element: html.HtmlElement) -> bool:
    """A blockquote that a mail program made; one that the writer made to indent has no marks."""
    marks = " ".join(element.get(name, "") for name in ("type", "class", "cite", "id")).lower()
    style = element.get("style", "").lower()
    return "cite" in marks or "quote" in marks or "mid:" in marks or "border-left" in style or "isreplycontent" in marks
