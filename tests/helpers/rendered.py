"""What a spec is rendered to: files in a folder, and documents as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.spec.model import Spec
from generator.targets import MODELS, PLAIN, TARGETS, target

ROOT = Path(__file__).resolve().parents[2]
# Targets whose files can share a folder.
TOGETHER = [name for name in TARGETS if name not in MODELS]
BUNDLED = sorted((ROOT / "spec").glob("*.yaml"))


def render_all(spec: Spec) -> dict[str, str]:
    """Return the text of every artifact of every target but models, by path."""
    made = [each for name in TOGETHER for each in target(name)(spec, PLAIN)]
    texts = {artifact.path: artifact.text for artifact in made}
    assert len(texts) == len(made), "two artifacts have one path"
    return texts


def write_all(folder: Path, texts: dict[str, str]) -> None:
    """Write artifacts below a folder."""
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def documents(texts: dict[str, str]) -> dict[str, Document]:
    """Return the documents among artifacts, by language."""
    return {
        path.split("/")[1]: Document(text)
        for path, text in texts.items()
        if path.startswith("docs/")
    }


class Text(NamedTuple):
    """A paragraph, a bullet, a heading or a cell, as a reader sees it."""

    plain: str
    code: list[str]
    links: list[tuple[str, str, str]]  # address, text, title


class Section(NamedTuple):
    """A heading with what stands under it, up to the next heading."""

    level: int
    title: str
    ids: list[str]
    paragraphs: list[Text]
    bullets: list[Text]
    rows: list[list[Text]]  # of its table, without the column titles
    columns: list[str]

    def row(self, name: str) -> list[Text]:
        """The one row whose first cell is `name`."""
        (row,) = [row for row in self.rows if row[0].plain == name]
        return row


class Document:
    """A Markdown document after a parser of GitHub's dialect.

    Attributes:
        sections: One for each heading; the first heading is the title.
        ids: Every explicit id, as often as it stands.
        links: Every address that a link leads to.
        examples: The code blocks.
        html: Every piece of HTML that isn't escaped.
    """

    def __init__(self, text: str) -> None:
        parser = MarkdownIt("commonmark", {"html": True})
        parser.enable(["table", "strikethrough"])
        self.sections: list[Section] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.examples: list[str] = []
        self.html: list[str] = []
        self._pending_ids: list[str] = []
        self._read(parser.parse(text))

    def section(self, title: str) -> Section:
        """The one section with this title."""
        (section,) = [section for section in self.sections if section.title == title]
        return section

    def _read(self, tokens: Sequence[Token]) -> None:
        open_blocks: list[str] = []
        for token in tokens:
            if token.nesting == 1:
                open_blocks.append(token.type.removesuffix("_open"))
                if token.type == "heading_open":
                    self._start(int(token.tag[1:]))
                elif token.type == "tr_open" and "tbody" in open_blocks:
                    self.sections[-1].rows.append([])
            elif token.nesting == -1:
                open_blocks.pop()
            elif token.type == "html_block":
                self._pending_ids += self._take_html(token.content)
            elif token.type == "fence":
                self.examples.append(token.content)
            else:
                assert token.type == "inline", f"unexpected {token.type}"
                self._place(open_blocks, self._inline(token.children or []))

    def _start(self, level: int) -> None:
        ids, self._pending_ids = self._pending_ids, []
        self.sections.append(Section(level, "", ids, [], [], [], []))

    def _place(self, open_blocks: list[str], text: Text) -> None:
        block = open_blocks[-1]
        if block == "paragraph" and not text.plain:
            return  # an anchor alone; its id waits for the next heading
        section = self.sections[-1]
        if block == "heading":
            section.ids.extend(self._pending_ids)
            self.sections[-1] = section._replace(title=text.plain)
            self._pending_ids = []
        elif block == "th":
            section.columns.append(text.plain)
        elif block == "td":
            section.rows[-1].append(text)
        elif "list_item" in open_blocks:
            section.bullets.append(text)
        else:
            assert open_blocks == ["paragraph"], f"unexpected {open_blocks}"
            section.paragraphs.append(text)

    def _inline(self, tokens: Sequence[Token]) -> Text:
        plain = ""
        code: list[str] = []
        links: list[tuple[str, str, str]] = []
        starts: list[int] = []
        for token in tokens:
            if token.type == "link_open":
                address = str(token.attrs["href"])
                links.append((address, "", str(token.attrs.get("title", ""))))
                self.links.append(address)
                starts.append(len(plain))
            elif token.type == "link_close":
                address, _, title = links[-1]
                links[-1] = (address, plain[starts.pop() :], title)
            elif token.type == "html_inline":
                self._pending_ids += self._take_html(token.content)
            elif token.type == "code_inline":
                code.append(token.content)
                plain += token.content
            elif token.type in ("strong_open", "strong_close"):
                pass
            else:
                assert token.type == "text", f"unexpected {token.type}"
                plain += token.content
        return Text(plain, code, links)

    def _take_html(self, content: str) -> list[str]:
        self.html.append(content.strip())
        ids = re.findall(r'\bid="([^"]*)"', content)
        self.ids += ids
        return ids


def foreign_html(document: Document) -> Iterator[str]:
    """Yield the HTML that isn't an anchor, the header or the mark around a dollar sign."""
    ours = re.compile(
        r'<(?:a|span) id="[a-z0-9_-]+">|</a>|</span>|<span>'
        r"|<!-- Generated by payloom from [A-Za-z0-9._ -]*: do not edit\. -->"
    )
    return (html for html in document.html if not ours.fullmatch(html))
