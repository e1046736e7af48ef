"""Words of units as lists write them, and what each may mean beside a number."""

from enum import Enum
from typing import Final, NamedTuple


class Sort(Enum):
    """What a unit says of the number before it."""

    COUNT = "count"
    """It counts: pieces, pairs, sets, doses."""
    PACK = "pack"
    """It counts packs of something."""
    MEASURE = "measure"
    """Mass, volume, length or area: an amount of a stuff, or the size of a thing."""
    SIZE = "size"
    """Only ever the size of a thing: 155 mm, 30 kW."""
    PEOPLE = "people"
    """Persons or beds: what is sent, or what a thing is made for."""


class UnitWord(NamedTuple):
    """A unit as found by its word."""

    code: str
    """Of UN/ECE Recommendation 20, or the pack's word; empty for sizes and people."""
    sort: Sort


def find_unit(word: str) -> UnitWord | None:
    """Find a unit by its word or symbol, None where it is none."""
    return _EXACT.get(word) or _UNITS.get(word.casefold())


def _table(sort: Sort, rows: dict[str, str]) -> dict[str, UnitWord]:
    return {word: UnitWord(code, sort) for code, words in rows.items() for word in words.split("|")}


_COUNTS = {
    "H87": "pc|pcs|pcs.|pc.|piece|pieces|nos|nos.|stk|stk.|stck|stück|st.|pièce|pièces|pce|pces"
    "|шт|шт.|штук|штуки|штука|adet|ad.|item|items|units.|pzas|pezzi"
    "|szt|szt.|sztuk|sztuki|sztuka|ks|ks.|kusů|kusy|kusov|pza|pza.|pieza|piezas|pz|pz.|pezzo|peças|peça"
    "|stuk|stuks|buc|buc.|bucăți|bucati|bucată",
    "C62": "unit|units|unité|unités|einheit|einheiten|одиниць|одиниці|одиниця|од.|од|birim|ünite"
    "|unidad|unidades|unidade|uds|uds.|ud.|unità|unitati|unități|jednotek|jednotky|eenheden",
    "EA": "ea|ea.|each",
    "PR": "pair|pairs|prs|paar|paare|paire|paires|пар|пари|пара|çift"
    "|pary|párů|páry|párov|pares|paia|paio|perechi|paren",
    "SET": "set|sets|satz|sätze|jeu|jeux|комплект|комплекти|комплектів|takım|takim"
    "|zestaw|zestawów|zestawy|sad|sady|sada|juegos|conjuntos|kompletów|komplety|seturi",
    "E27": "dose|doses|dosen|dosis|доз|дози|доза|dawek|dawki|dávek|dávky|doses|dosi|doze",
    "DZN": "dozen|dozens|dz",
}
_PACKS = {
    "box": "box|boxes|kiste|kisten|karton|kartons|boîte|boîtes|коробок|коробки|kutu"
    "|caja|cajas|caixa|caixas|scatola|scatole|doos|cutie|cutii|krabic|krabice|pudełek|pudełka",
    "carton": "carton|cartons|ctn|ctns|kartonów|kartony|kartonů|cartoni|cajones|cartones",
    "pallet": "pallet|pallets|palette|paletten|palettes|палет|палети|піддонів|palet"
    "|palety|palé|palés|pallets|bancali|palets|paletes|paleți|paletů",
    "pack": "pack|packs|packet|packets|pkt|pkts|packung|packungen|paket|pakete|paquet|paquets"
    "|упаковок|упаковки|paket|parcel|parcels"
    "|op.|opakowań|opakowania|opakowanie|balení|paquetes|pacotes|pacote|confezioni|pacchi|pachete"
    "|paczek|paczki|pakken",
    "package": "package|packages|pkg|pkgs",
    "bag": "bag|bags|sack|sacks|sac|sacs|poche|poches|säcke|мішків|мішки|çuval"
    "|worków|worki|sacos|sacchi|saci|zakken|bolsas|bolsa",
    "bottle": "bottle|bottles|flasche|flaschen|bouteille|bouteilles|пляшок|şişe"
    "|butelek|butelki|lahví|lahve|botellas|garrafas|bottiglie|sticle|flessen|пляшки",
    "vial": "vial|vials|ampoule|ampoules|ampulle|ampullen|флаконів|флакон|ампул"
    "|fiolek|fiolki|ampułek|ampułki|viales|ampollas|ampolas|fiale|fiole|lahviček|флакони|ампули",
    "cylinder": "cylinder|cylinders",
    "roll": "roll|rolls|rolle|rollen|rouleau|rouleaux|рулонів|rulo"
    "|rolek|rolki|rolí|rollos|rotoli|rollen|рулони",
    "ream": "ream|reams",
    "sheet": "листів|листи|аркушів|arkuszy",
    "case": "case|cases",
    "crate": "crate|crates",
    "drum": "drum|drums|barrel|barrels|fass|fässer",
    "can": "can|cans|tin|tins|jerrycan|jerrycans",
    "container": "container|containers|контейнерів|konteyner"
    "|kontenerów|kontenery|kontejnerů|kontejnery|contenedores|contentores|containere|контейнери",
    "kit": "kit|kits",
    "truckload": "truckload|truckloads|lorryload|lorryloads|truck-load|truck-loads",
    "bundle": "bundle|bundles|bale|bales",
    "tablet": "tablet|tablets|capsule|capsules|таблеток"
    "|tabletek|tabletki|comprimidos|tabletas|compresse|tablete|таблетки",
}
_MEASURES = {
    "GRM": "g|gr|gram|grams|gramme|grammes|gramm|г|gramos|gramów|gramů|grammi",
    "KGM": "kg|kgs|kg.|kilo|kilos|kilogram|kilograms|kilogramm|kilogramme|kilogrammes|кг"
    "|كغ|كيلوغرام"
    "|kilogramos|kilogramów|kilogramů|quilos|chili|chilogrammi|kilogramme",
    "TNE": "t|mt|ton|tons|tonne|tonnes|tonnen|tonn|т|тонн|тонни|тонна|metric_ton|metric_tons"
    "|metric_tonne|metric_tonnes|m/t|طن"
    "|tonelada|toneladas|tonnellata|tonnellate|ton.|tony|tun|tuny|tone",
    "MLT": "ml|millilitre|millilitres|milliliter|milliliters|мл|mililitros|mililitrów",
    "LTR": "l|lt|ltr|ltrs|lit|lit.|litre|litres|liter|liters|litern|л|літрів|літри|літр|litr|لتر"
    "|litro|litros|litrów|litry|litri|litrů|litru|л.",
    "HLT": "hl|hectolitre|hectolitres",
    "MTQ": "m3|m³|cbm|куб.м|кубометрів|куб"
    "|cu.m|cubic_metre|cubic_metres|cubic_meter|cubic_meters|м3|м³|kubikmeter",
    "MTR": "m|metre|metres|meter|meters|lm|rm|running_metre|running_metres|running_meters|mètre"
    "|mètres|метрів|метри"
    "|metro|metros|metri|metrów|metry|metrů",
    "KMT": "km|kilometre|kilometres|kilometer|kilometers|км|кілометрів",
    "MTK": "m2|m²|sqm|sq.m|square_metre|square_metres|square_meter|square_meters|м2|м²|qm"
    "|quadratmeter",
}
_SIZES = (
    "mm|cm|dm|мм|см|inch|inches|ft|ft.|foot|feet|yd|kw|kwh|kva|mw|mwh|gw|mva|w|watt|watts|va"
    "|кв|ква|квт|v|volt|volts|kv|vac|vdc|amp|amps|ah|mah|hz|khz|mhz|ghz|hp|ps|bhp|bar|mbar|psi"
    "|pa|kpa|mpa|db|lm|lux|gb|mb|tb|km/h|kph|mph|knots|kn|l/h|l/s|l/min|lph|lpm|m3/h|m³/h|m3/hr"
    "|litres/hour|litres/min|mp|dpi|ppm|degrees|degree|centigrade|celsius|°c|°|ha|hectare"
    "|hectares|acre|acres|га|sqkm|km2|km²|miles|mile|nm|kcal|cal|mg|mcg|iu|ply|lagig|ml/min|rpm|cc"
    "|mil|mils|day|days|week|weeks|month|months|year|years|yr|yrs|hour|hours|hr|hrs|h|min|mins|minute"
    "|minutes|second|seconds|sec|tag|tage|tagen|woche|wochen|monat|monate|monaten|jahr|jahre"
    "|jahren|jour|jours|semaine|semaines|mois|ans|heure|heures|днів|дні|тижнів|місяців|годин"
    "|років|gün|hafta|ay|yıl|saat|percent|%|‰|times"
)
_PEOPLE = (
    "person|persons|people|pers|pers.|pax|persones|personen|personnes|осіб|людей|kişi|kişilik"
    "|man|men|women|child|children|families|family|households|hh|bed|beds|seat|seats|sitz|betten"
    "|lits|osób|osoby|osob|persona|personas|pessoas|persone|persoane|personas"
    "|passengers|patients|patient|inhabitants|refugees|victims|residents|users|beneficiaries"
)
_EXACT: Final = {
    # A capital tells these from smaller ones that mean something else.
    "M": UnitWord("", Sort.SIZE),
    "MW": UnitWord("", Sort.SIZE),
    "A": UnitWord("", Sort.SIZE),
}
_UNITS: Final = {
    **_table(Sort.PEOPLE, {"": _PEOPLE}),
    **_table(Sort.SIZE, {"": _SIZES}),
    **_table(Sort.MEASURE, _MEASURES),
    **_table(Sort.PACK, _PACKS),
    **_table(Sort.COUNT, _COUNTS),
}
