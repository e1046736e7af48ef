"""The unit that a cell of its own says: units and packs as lists write them, in many languages.

In a column of units a word needs no number beside it, so more words count here than in a sentence.
"""

from functools import lru_cache
from typing import Final

from muster.core.intake.headings import plain
from muster.core.intake.unit_words import find_unit
from muster.core.quantities.units import find_measure
from muster.core.refusals import UnitUnknown


@lru_cache(maxsize=4096)
def unit_of(text: str) -> str:
    """Give the code of Recommendation 20, or the pack's word in English; "" where unknown."""
    word = " ".join(text.split()).strip(".,;:()").strip()
    if not word or len(word) > _LONGEST:
        return ""
    found = find_unit(word) or find_unit(word.replace(" ", "_"))
    if found is not None and found.code:
        return found.code
    try:
        return find_measure(word).code
    except UnitUnknown:
        pass
    simple = plain(word)
    return _SAID.get(simple) or _SAID.get(simple.removesuffix("s")) or ""


@lru_cache(maxsize=4096)
def is_counted(unit: str) -> bool:
    """Say whether a unit, as `unit_of` gives it, comes only whole: pieces, pairs, boxes."""
    if not unit:
        return False
    try:
        return not find_measure(unit).divisible
    except UnitUnknown:
        return True


_LONGEST = 40

_WORDS = {
    "H87": "pce|pieza|piezas|ud|uds|unidad|unidades|pezzo|pezzi|pz|szt|sztuk|sztuki|kus|kusu|ks|buc"
    "|bucata|bucati|db|darab|единиц|единицы|ед|no|num|number|ad|stucke|stucks|peca|pecas|kom|komad"
    "|komada|gab|vnt|tk|stk|st|stuks|قطعة|عدد|حبة|pcs шт|шт pcs|pcs ea|test|tests|article|articles"
    "|artikel|kpl|item s|piece s",
    "C62": "unit s|units pcs|وحدة",
    "PR": "par|pares|cift|coppia|coppie|para|pary|pereche|زوج",
    "SET": "juego|juegos|komplet|komplety|kompletow|комплекта|комплектов|компл|zestaw|zestawy|sada"
    "|garnitur|set s|sets kits|طقم",
    "E27": "dosi|dawka|dawki|dosis|جرعة",
    "DZN": "dutzend|douzaine|docena|дюжина|duzine|dozen s|dz",
    "IE": "person|persons|people|personen|personnes|personas|осіб|люди|kisi|pax",
    "GRM": "grammes|gramme|gramo|gramos|грам|غرام",
    "KGM": "kilogramo|kilogramos|кілограм|кілограмів|килограмм|kilogramy|كغ|كيلو|كيلوغرام|kgm",
    "TNE": "tonelada|toneladas|тонны|tona|tony|ton s|metric ton s|طن|tne",
    "LTR": "litro|litros|литр|литров|litri|litry|litrow|لتر|ltr|litre s",
    "MTR": "mtr|mtrs|metro|metros|метр|metri|metry|متر|running meter|linear metre|linear metres",
    "MTK": "sq m|m carre|m2|sqm|sq mtr|кв м",
    "MTQ": "cu m|m cube|m3|куб м",
    "LBR": "lbs|pounds|pound|livres",
    "HUR": "hr|hrs",
    "KMT": "kms|kilometre|kilometer",
    "box": "bx|schachtel|schachteln|boite|boites|caja|cajas|scatola|scatole|pudelko|pudelek|krabice"
    "|cutie|cutii|ящик|ящиків|ящиков|صندوق|box es|boxe",
    "carton": "crtn|cartone|cartoni|karton|كرتون|كرتونة",
    "pack": "pk|pck|упаковка|уп|упак|пачка|пачок|pakiet|pakiety|opakowanie|opakowan|confezione"
    "|confezioni|balicek|paquete|paquetes|pacchi|pack s|علبة",
    "parcel": "colis|посилка|pacco",
    "bag": "beutel|saco|sacos|bolsa|bolsas|мешок|мешков|torba|worek|sacchi|sacco|كيس|bag s",
    "pallet": "plt|plts|palets|pales|pallet s|палета|paleta|palety|pal|pedane",
    "roll": "rollo|rollos|рулон|рулонов|rola|rotolo|rotoli",
    "sachet": "sachet|sachets|sasz|saszetka|bustina|bustine|sobre|sobres",
    "strip": "strip|strips|blister|blisters",
    "bottle": "btl|btls|botella|botellas|пляшка|sise|bottiglia|bottiglie|butelka|زجاجة",
    "vial": "ampul|flacon|flacons|флакон|ампула|amp|vial s|flakon",
    "can": "bidon|bidones|каністра|dosen|lata|latas",
    "drum": "bbl|fut|futs|бочка|бочок|varil|beczka",
    "kit": "набір|наборів|набор|наборов|kit s|طقم كامل",
    "ration": "rationen|racion|raciones|razione|razioni",
    "container": "conteneur|conteneurs|contenedor|contenedores|контейнер|контейнера",
    "truck": "truck|trucks|lorry|lorries|camion|camions|lkw",
    "tablet": "tab|tabs|tabl|tabletten|comprime|comprimes|таблетка",
    "tube": "tube|tubes|tuben|тюбик",
    "jar": "jar|jars",
    "case": "cs|caisse|caisses",
    "vehicle": "vehicle|vehicles|fahrzeug|fahrzeuge|vehicule|vehicules|vehiculo|vehiculos",
    "boat": "boat|boats",
    "camp": "camp|camps",
    "team": "team|teams|equipe|equipes|equipo|equipos",
    "bale": "ballen|balle|balles|тюк",
    "sheet": "bache|baches",
}


def _said() -> dict[str, str]:
    """Turn the lists around: from the word, written plainly, to its unit."""
    said: dict[str, str] = {}
    for unit, words in _WORDS.items():
        for word in words.split("|"):
            said.setdefault(plain(word), unit)
    return said


_SAID: Final = _said()
