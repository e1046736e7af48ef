"""A written document read into lines: an e-mail, a report, a press release, a pasted list.

Headings, labels and sentences say whose a line is and in which state; what is told of the situation
is left out, and so are totals, which would count twice.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from muster.core.exchange import DraftLine, Hints, Issue, Place, Reading, Status
from muster.core.intake.blocks import Block, Shape, cut_blocks, too_long_lines
from muster.core.intake.conventions import convention_at, convention_of
from muster.core.intake.line_labels import take_labels
from muster.core.intake.mentions import Role, find_mentions
from muster.core.intake.nations import find_nation, find_nations
from muster.core.intake.phrases import Phrase, read_phrase
from muster.core.intake.rows import header_roles, read_row
from muster.core.intake.segments import Segment, cut_segments
from muster.core.intake.sentences import Label, Said, read_label, read_said
from muster.core.intake.side_cells import day_or_doubt
from muster.core.intake.text_lines import (
    INTRODUCES,
    NO_NEW_THING,
    Run,
    Section,
    Told,
    accepts,
    as_part,
    covered,
    extra_of,
    given_by,
    maybe_grouped,
    maybe_numbered,
    of_same_gift,
    part_of_block,
    place_in,
    said_day,
    sums_up,
    without_covered,
)
from muster.core.intake.text_patterns import (
    ADDRESS,
    AFTER_COMMA,
    ARROW,
    ASKING,
    CENTRES,
    DATELINE,
    DATES,
    DAY,
    DELIVERIES,
    GIVING,
    LEADS,
    LIST_BRACKET,
    NATION_LABEL,
    NEAR,
    NO_LINES,
    REQUEST_FROM,
    SOURCE_BRACKET,
    TITLES,
    TOTAL,
    TOTALLED,
    blanks,
    day_in,
    is_heading,
    is_weaker,
    lists_things,
    long,
    may_be_total,
    opening_day,
    parted,
    told_at_end,
    total,
    unwrapped,
    without_nations,
)
from muster.core.intake.things import clean_thing, is_thing
from muster.core.intake.titles import title_of
from muster.core.quantities.numbers import Convention


def read_text(text: str, hints: Hints, *, name: str = "text") -> Reading:
    """Read a decoded document; never raises for what is in it.

    Args:
        text: as decoded; places count its characters.
        hints: a convention or a status that a person has said goes before what is found.
        name: of the format that has decoded it.
    """
    walk = _Walk(text, hints)
    blocks = list(cut_blocks(text))
    title = title_of(blocks, hints.status)
    if title is not None:
        walk.title, walk.party, walk.status = title.words, title.party, title.status
        walk.take_day(blocks[0])
    for block in blocks[title is not None :]:
        walk.take(block)
    for number in too_long_lines(text):
        walk.issues.append(long(number))
    if len(walk.told.givers) == 1:
        walk.lines = [given_by(walk.told.giver, line) for line in walk.lines]
    if not walk.lines:
        walk.issues.append(NO_LINES)
    return Reading(
        format=name,
        lines=tuple(walk.lines),
        issues=tuple(walk.issues),
        stated_on=walk.stated_on,
        party_text=walk.party,
        title=walk.title,
    )


@dataclass(slots=True)
class _Walk:
    """The document so far."""

    text: str
    hints: Hints
    lines: list[DraftLine] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    section: Section = field(default_factory=Section)
    stated_on: date | None = None
    party: str = ""
    title: str = ""
    status: Status = Status.UNSTATED
    convention: Convention | None = None
    row_number: int = 0
    told: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        hinted = self.hints.convention
        self.convention = (
            Convention(hinted) if hinted in set(Convention) else convention_of(self.text)
        )

    def take(self, block: Block) -> None:
        """Read one block."""
        block = replace(block, text=ADDRESS.sub(blanks, block.text))
        self.take_day(block)
        if block.shape is Shape.FIELD:
            self._field(block)
        elif TOTAL.match(block.text):
            self.issues.append(total(block))
        elif block.shape is Shape.ROW:
            self._row(block)
        elif is_heading(block):
            self._heading(block)
        elif not self.section.skip or NATION_LABEL.match(block.text):
            self._prose(block)

    def take_day(self, block: Block) -> None:
        """Take the day of the document where a block says it."""
        found = None if self.stated_on else said_day(block.text, at_head=not self.lines)
        if found is not None:
            self.stated_on, doubt = day_or_doubt(found["day"], self.hints.day_first)
            if doubt is not None:
                at = place_in(self.text, block, found.start("day"), found.end("day"))
                self.issues.append(replace(doubt, place=at))

    # Headings and fields

    def _field(self, block: Block) -> None:
        value, name = block.text.strip(), block.name
        label = read_label(value)
        if name in DATES:
            self.stated_on = self.stated_on or day_in(value, self.hints.day_first)
        elif name in TITLES:
            self.title = self.title or " ".join(value.split())
            self._whole(label)
        elif name in ASKING or name in GIVING:
            status = Status.REQUESTED if name in ASKING else Status.OFFERED
            self.section = Section(status=status, party=label.party or value)
            self.party = self.party or label.party or value
            self.status = status if self.status is Status.UNSTATED else self.status
            self.party = label.party or value if self.party in {"", *CENTRES} else self.party
        elif name in {"country", "nation"}:
            self.section.party = label.party or value
        elif name in {"channel", "reference", "references"}:
            said = read_said(value)
            if said.status is Status.REQUESTED:
                self._whole(Label(party=said.party, status=said.status, is_known=True))

    def _whole(self, label: Label) -> None:
        """Keep what a title says of the whole document, unless it was said before."""
        self.status = label.status if self.status is Status.UNSTATED else self.status
        # A title names where it happened, "floods in Moldova", and that is who asks.
        party = label.party or (label.to if self.status is Status.REQUESTED else "")
        if party not in CENTRES:
            self.party = self.party or party

    def _heading(self, block: Block) -> None:
        words = block.text.strip().rstrip(":").strip()
        label = read_label(words)
        if label.is_situation:
            self.section = Section(skip=True)
            return
        if not (self.lines or block.marker or self.section.skip) and words.isupper():
            if label.party not in CENTRES or len(words.split()) > 1:
                self.title = self.title or " ".join(words.split())
            self._whole(label)
            return
        if find_nation(words) is not None and block.marker == "":
            self.section.party, self.section.skip = label.party, False
            return
        top = block.marker.rstrip(".)").isdigit() and len(block.marker) > 1
        kept = Section() if top or label.status is not Status.UNSTATED else self.section
        self.section = Section(
            status=label.status if label.status is not Status.UNSTATED else kept.status,
            party=label.party or kept.party,
            to=label.to or kept.to,
            named="" if label.is_known else words,
            delivers=DELIVERIES.search(words) is not None,
            lists=block.text.rstrip().endswith(":"),
        )

    # Rows

    def _row(self, block: Block) -> None:
        texts = tuple(cell.text for cell in block.cells)
        roles, lead = header_roles(texts)
        if roles:
            label = read_label(lead)
            if label.is_known:
                self.section = Section(
                    status=label.status, party=label.party or self.section.party, to=label.to
                )
            self.section.roles, self.section.skip, self.row_number = roles, False, 0
            return
        if self.section.skip:
            return
        row = read_row(
            texts, self.section.roles, self.row_number, convention_at(block.text, self.convention)
        )
        if row is None:
            if any(c.isdigit() for c in block.text) or self._status() is not Status.UNSTATED:
                self._prose(block)
            return
        self.row_number = row.number or self.row_number
        if TOTAL.match(row.item) or not is_thing(row.phrase.item_text):
            return
        if block.may_be_numbered:
            amount = next(cell.text for cell in block.cells if maybe_grouped(cell.text))
            at = place_in(self.text, block, 0, len(block.text))
            row = replace(row, phrase=maybe_numbered(row.phrase, amount, at))
        run = Run(status=row.status, party=row.party, listed=True)
        self._add(
            row.phrase, block, 0, len(block.text), run, note=row.note, reference=row.reference
        )

    # Running text

    def _prose(self, block: Block) -> None:
        run = Run(
            listed=block.is_listed,
            first=len(self.lines),
            has_arrow=ARROW.search(block.text) is not None,
            day=opening_day(block.text, self.hints.day_first),
        )
        text = DATELINE.sub(blanks, block.text, count=1)
        introduces = not block.marker and INTRODUCES.search(text) is not None
        if introduces and not any(m.role is Role.FREE for m in find_mentions(text)):
            return
        if run.has_arrow:
            said = read_said(text)
            run.status, run.party, run.to = said.status, said.party, said.to
            if self.section.delivers and run.status is Status.UNSTATED and DAY.search(text):
                run.status = Status.DELIVERED
            if not any(m.role is Role.FREE for m in find_mentions(text)) or not LEADS.search(text):
                # "Donor Germany -> Ukraine, winter package" speaks for the lines below it.
                self.section = Section(status=run.status, party=run.party, to=run.to)
                return
        asked = REQUEST_FROM.search(text)
        if asked is not None and not self.party:
            found = find_nations(text[asked.end() : asked.end() + 60])
            self.party = found[0].nation.name if found and found[0].start <= NEAR else ""
        text = LIST_BRACKET.sub(parted, SOURCE_BRACKET.sub(unwrapped, text))
        block = replace(block, text=text)
        segments = cut_segments(text, listed_things=lists_things(text), by_words=not run.has_arrow)
        for position, segment in enumerate(segments):
            if segment.begins_sentence and segment.start > 0:
                day = opening_day(text[segment.start : segment.end], self.hints.day_first)
                run = Run(party=run.party, status=run.status, to=run.to, day=day)
                run.first = len(self.lines)
            if segment.begins_sentence:
                run.listed = run.listed or told_at_end(text, segments[position:])
            self._segment(block, segment, run)

    def _segment(self, block: Block, segment: Segment, run: Run) -> None:
        text = block.text[segment.start : segment.end]
        start = segment.start
        if segment.after_semicolon:
            run.first = len(self.lines)
        text, start = take_labels(block, text, start, run)
        if not text.strip() or run.skip:
            return
        text, spoken_for = without_covered(text)
        is_total = TOTALLED.search(text) is not None
        text = TOTALLED.sub(blanks, text)
        said = read_said(text)
        party = self._told_by(said, segment, run)
        thing = clean_thing(without_nations(said.thing))
        if run.has_arrow:
            thing = AFTER_COMMA.split(thing)[0]
        at = place_in(self.text, block, start + said.start, start + said.start + len(thing))
        phrase = self._phrase(block, segment, thing, at, said)
        if spoken_for:
            asked = Status.REQUESTED in {self._status(), self.hints.status, run.status}
            phrase = covered(phrase, at, spoken_for, is_asked=asked)
        section = replace(self.section, whole=self.status)
        is_line = accepts(block, phrase, thing, run, section, in_sentence=said.has_verb)
        if is_total and not segment.is_part and phrase.span != (0, 0):
            if not is_line or sums_up(phrase.item_text, self.lines):
                self.issues.append(total(part_of_block(block, segment.start, segment.end)))
                return
            phrase = replace(phrase, issues=(*phrase.issues, may_be_total(at, text)))
        if not is_line:
            return
        here = replace(run, party=party or run.party)
        if said.comes_first and said.status is not Status.UNSTATED:
            here.status = said.status
        self._add(phrase, block, segment.start, segment.end, here, is_part=segment.is_part)

    def _phrase(self, block: Block, segment: Segment, thing: str, at: Place, said: Said) -> Phrase:
        """Read the words that name a thing, with what stands around them."""
        phrase = read_phrase(thing, convention_at(thing, self.convention), at)
        if block.may_be_numbered and segment.start == 0:
            phrase = maybe_numbered(phrase, thing, at)
        if segment.is_part and self.lines and NO_NEW_THING.match(phrase.item_text or "is"):
            phrase = replace(phrase, item_text=self.lines[-1].item_text)
        if not said.has_verb and phrase.status is Status.UNSTATED:
            phrase = replace(phrase, status=said.status)
        return phrase

    def _told_by(self, said: Said, segment: Segment, run: Run) -> str:
        """Keep what a phrase says for those around it, and say whose it is itself."""
        if said.comes_first and said.status is not Status.UNSTATED:
            party = "" if segment.is_part else said.party
            of_same_gift(self.lines, run, (party, said.status), self._status())
        elif said.has_verb:
            self.told.speaks_for(run, said.status)
        is_own = said.has_verb or segment.start > 0
        is_better = bool(said.party) and (is_own or is_weaker(run.party, said.party))
        party = said.party if is_better or not run.party else run.party
        if said.has_verb and said.party and not said.comes_first:
            run.party = said.party
        if said.has_verb:
            self.told.remember(said.party, said.status)
        run.to = said.to or run.to
        return party

    def _party(self, run: Run, status: Status) -> str:
        """Say whose a line is; a centre that passes requests on does not ask itself."""
        party = run.party or self.section.party
        return "" if status is Status.REQUESTED and set(party.split(", ")) <= CENTRES else party

    def _status(self) -> Status:
        return self.section.status if self.section.status is not Status.UNSTATED else self.status

    def _add(
        self,
        phrase: Phrase,
        block: Block,
        start: int,
        end: int,
        run: Run,
        *,
        note: str = "",
        reference: str = "",
        is_part: bool = False,
    ) -> None:
        """Add a line, whose words stand between two places of a block."""
        words = block.text[start:end]
        start += len(words) - len(words.lstrip(" ,;|("))
        end = start + len(block.text[start:end].rstrip(" ,;|"))
        statuses = (phrase.status, run.status, self.section.status, self.status, self.hints.status)
        status = next((each for each in statuses if each is not Status.UNSTATED), Status.UNSTATED)
        asks = status in (Status.REQUESTED, Status.UNSTATED, self.status)
        place = place_in(self.text, block, start, end)
        line = DraftLine(
            number=len(self.lines) + 1,
            place=place,
            text=self.text[place.start : place.end],
            item_text=phrase.item_text,
            quantity=phrase.quantity,
            party_text=self._party(run, status) or self.told.party(self.party, status, asks=asks),
            status=status,
            change=phrase.change,
            reference=reference,
            place_text=run.to or self.section.to,
            stated_on=run.day or self.stated_on,
            value=phrase.value,
            currency=phrase.currency,
            note=note,
            extra=extra_of(phrase, run.named or self.section.named),
            issues=phrase.issues,
        )
        self.lines.append(as_part(line, self.lines[-1]) if is_part and self.lines else line)
