"""The time that a rate is counted over: per week, täglich, haftada."""

import re
from typing import Final

from muster.core.quantities.amounts import Per


def per_of(match: re.Match[str]) -> Per:
    """Say which time a match of PER_WORDS names."""
    word = next(found for found in match.groups() if found).casefold()
    return _PERS[word]


_PERS: Final = {
    **dict.fromkeys(
        [
            "day",
            "tag",
            "jour",
            "день",
            "добу",
            "daily",
            "täglich",
            "щодня",
            "щодоби",
            "günde",
            "gün",
            "günlük",
            "día",
            "dia",
            "diario",
            "diaria",
            "diarios",
            "diarias",
            "giorno",
            "dzień",
            "dobę",
            "dziennie",
            "den",
            "denně",
            "dag",
            "dagelijks",
            "zi",
            "zilnic",
        ],
        Per.DAY,
    ),
    **dict.fromkeys(
        [
            "week",
            "тиж",
            "tyg",
            "wk",
            "sem",
            "woche",
            "semaine",
            "тиждень",
            "weekly",
            "wöchentlich",
            "щотижня",
            "haftada",
            "haftalık",
            "semana",
            "semanal",
            "semanales",
            "settimana",
            "tydzień",
            "tydz",
            "hafta",
            "tygodniowo",
            "týden",
            "týdně",
            "wekelijks",
            "săptămână",
        ],
        Per.WEEK,
    ),
    **dict.fromkeys(
        [
            "month",
            "міс",
            "мес",
            "mies",
            "mth",
            "mo",
            "monat",
            "mois",
            "місяць",
            "monthly",
            "monatlich",
            "щомісяця",
            "ayda",
            "ay",
            "aylık",
            "mes",
            "mês",
            "mensual",
            "mensuales",
            "mese",
            "miesiąc",
            "miesięcznie",
            "měsíc",
            "měsíčně",
            "maand",
            "maandelijks",
            "lună",
        ],
        Per.MONTH,
    ),
}
