"""Labels before colons in a line: "Offers: Estonia: 10 generators"."""

import re

from muster.core.exchange import Status
from muster.core.intake.blocks import Block
from muster.core.intake.sentences import read_label
from muster.core.intake.text_lines import Run
from muster.core.intake.text_patterns import (
    DATE_ONLY,
    INCLUDES,
    LABEL,
    MOST_BEFORE,
    dash_label,
    is_section_label,
)


def take_labels(block: Block, text: str, start: int, run: Run) -> tuple[str, int]:
    """Take labels before colons off a phrase, and keep what they say for those that follow."""
    for _ in range(3):
        match = LABEL.match(text) or dash_label(text)
        if match is None:
            return text, start
        words = match["label"]
        label = read_label(re.sub(r"\(?https?://\S+", " ", words))
        rest = text[match.end() :]
        beyond = block.text[start + match.end() : start + match.end() + 400]
        if label.is_situation or label.is_total:
            run.skip = True
            return "", start
        is_word_list = run.listed and not block.is_listed and len(words.split()) <= MOST_BEFORE
        if (
            not label.is_known
            and not INCLUDES.search(words)
            and not is_section_label(words, beyond)
            and not (is_word_list and not any(c.isdigit() for c in rest))
        ):
            return text, start
        run.skip = False
        if label.is_known:
            run.status = label.status if label.status is not Status.UNSTATED else run.status
            run.party, run.to = label.party or run.party, label.to or run.to
        else:
            is_day = DATE_ONLY.fullmatch(words.strip()) is not None
            run.named = "" if is_day or INCLUDES.search(words) else " ".join(words.split())
            run.holds = run.holds or INCLUDES.search(words) is not None
            run.status = Status.UNSTATED if is_day else run.status
        run.listed = True
        start, text = start + match.end(), rest
    return text, start
