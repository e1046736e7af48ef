"""The words of headings in many languages, by what the columns below them mean.

The words of one meaning are separated by bars, and compared plainly (`headings.plain`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "item_text": "item|items|item name|item description|description of item"
        "|description of items|description of goods|goods description|name of item"
        "|item needed|items needed|item requested|items requested|requested item"
        "|requested items|material|materials|product|products|product name"
        "|product description|commodity|commodities|article|articles|article name"
        "|goods|equipment|type of assistance|type of aid|assistance"
        "|assistance requested|assistance offered|assistance needed|need|needs"
        "|item description en|resource|resource name|resources|supply|supplies"
        "|relief item|relief items|relief item name|nfi|nfi item|nfi type|stock item"
        "|item title|name of the item|name of goods|what is needed|item name en"
        "|requirement|requirements|offered item|offered items|item offered"
        "|items offered|offer|in kind item|designation|libelle|articles demandes"
        "|denomination|description de l article|besoin|besoins|materiel|produit"
        "|produits|nom de l article|intitule|nature|type d article|artikel"
        "|bezeichnung|artikelbezeichnung|gegenstand|bedarf|ware|waren"
        "|produktbezeichnung|artikelname|hilfsgut|hilfsguter|leistung|art der hilfe"
        "|gerat|guter|найменування|назва|назва товару|найменування товару|предмет"
        "|товар|майно|потреба|потреби|найменування майна|опис|позиція|наименование"
        "|название|предмет|описание|имущество|malzeme|malzeme adi|urun|urun adi"
        "|ihtiyac|ihtiyaclar|kalem|malzemenin adi|cinsi|tanim|malzeme cinsi"
        "|aciklamasi|ihtiyac malzemesi|articulo|articulos|producto|productos"
        "|descripcion|bien|bienes|insumo|insumos|material|descripcion del articulo"
        "|necesidad|necesidades|nombre del articulo|denominacion|item solicitado"
        "|articolo|descrizione|descrizione articolo|prodotto|materiale|bene|beni"
        "|fabbisogno|nazwa|nazwa towaru|towar|produkt|opis|asortyment|artykul"
        "|nazwa artykulu|denumire|denumirea|produs|denumire produs|bunuri|articol"
        "|nazev|polozka|nazov|naziv|artikal|item solicitado|descricao|artigo|produto"
        "|necessidade|itens|omschrijving|megnevezes|الصنف|المادة|البند|المواد"
        "|اسم الصنف|الوصف|المادة المطلوبة",
        "quantity": "quantity|qty|qoh|soh|quantity on hand|stock on hand|qty on hand|on hand"
        "|physical qoh|physical count|current stock|qtty|quantities"
        "|quantity requested|requested quantity|qty requested|requested qty"
        "|quantity needed|quantity required|required quantity|qty required|qty needed"
        "|quantity offered|offered quantity|qty offered|amount requested"
        "|amount needed|number of items|number of units|number requested"
        "|number needed|nb|total quantity|total qty|units requested|units needed"
        "|no of items|no of units|how many|count|pieces|pcs|item quantity|item qty"
        "|quantity in pieces|number of pieces|ordered quantity|volume requested|nos"
        "|quant|needed quantity|needed qty|quantity of items|quantity total"
        "|quantity of goods|quantite|quantites|qte|nombre|quantite demandee"
        "|quantite requise|nbre|quantite offerte|effectif|quantite totale|menge"
        "|anzahl|stuckzahl|stuck|bedarfsmenge|mengen|angeforderte menge|anz"
        "|gesamtmenge|кількість|кіл ть|к сть|к ть|кількість шт|потрібна кількість"
        "|необхідна кількість|к кість|количество|кол во|требуемое количество|miktar"
        "|adet|sayi|miktari|adedi|talep edilen miktar|ihtiyac miktari|toplam miktar"
        "|adet sayisi|cantidad|cantidad solicitada|cant|cantidades|cantidad requerida"
        "|cantidad total|quantita|quantita richiesta|qta|numero pezzi|quantidade|qtd"
        "|qtde|quantidade solicitada|ilosc|liczba|ilosc sztuk|cantitate|cantitatea"
        "|mnozstvi|pocet|mnozstvo|kolicina|mennyiseg|aantal|hoeveelheid|antal|maara"
        "|الكمية|العدد|الكمية المطلوبة|كمية",
        "unit": "unit|units|uom|unit of measure|unit of measurement|measure|measurement unit"
        "|unit type|units of measure|measuring unit|unit of issue|u o m|u m|um"
        "|packaging unit|item unit|quantity unit|unite|unite de mesure|um"
        "|conditionnement|einheit|mengeneinheit|me|masseinheit|eh|одиниця"
        "|одиниця виміру|од виміру|од вим|одиниці|одиниці виміру|од"
        "|одиниця вимірювання|единица измерения|ед изм|ед|birim|birimi|olcu birimi"
        "|olcu|unidad|unidad de medida|u medida|ud|unita|unita di misura|jednostka"
        "|jednostka miary|j m|jm|unitate|unitate de masura|u m|jednotka|unidade"
        "|unidade de medida|eenheid|jedinica|jedinica mere|mertekegyseg|الوحدة|وحدة"
        "|وحدة القياس",
        "party_text": "country|nation|donor|donors|donneur|donneurs|donor country|donor nation"
        "|donating country|giver|recipient|recipient country|requesting country"
        "|requesting nation|requester|requestor|beneficiary country|organisation"
        "|organization|org|agency|offered by|requested by|provider"
        "|contributing country|contributor|provided by|donated by|sender|state"
        "|member state|participating state|supplier|requesting organisation"
        "|requesting organization|party|requesting entity|requesting agency"
        "|offering country|offering nation|from country|who|donor name"
        "|donor organisation|donor organization|source|ally|allies|country name"
        "|entity|implementing partner|partner|source organisation|source organization"
        "|funder|assisting country|supporting country|country organisation"
        "|country organization|nation organisation|pays|pays donateur|donateur"
        "|bailleur|organisme|organisation|pays demandeur|demandeur|beneficiaire"
        "|nation|fournisseur|etat|pays beneficiaire|land|staat|geber|spender"
        "|geberland|anforderer|bedarfstrager|herkunftsland|empfanger|antragsteller"
        "|empfangerland|spenderland|країна|донор|країна донор|заявник|замовник"
        "|організація|держава|отримувач|партнер|країна партнер|страна|организация"
        "|получатель|ulke|bagisci|bagiscilar|talep eden|kurum|kurulus|donor ulke"
        "|alici|ulke adi|gonderen|pais|donante|pais donante|organizacion|solicitante"
        "|pais solicitante|entidad|paese|donatore|richiedente|ente|kraj|darczynca"
        "|panstwo|wnioskodawca|tara|donator|zeme|krajina|zemlja|doador|orszag|الدولة"
        "|الجهة|المانح|الجهة المانحة|البلد|المنظمة|الجهة الطالبة",
        "status": "status|state of delivery|delivery status|request status|offer status|stage"
        "|progress|item status|current status|line status|shipment status|statut"
        "|etat de la demande|etat d avancement|stand|lieferstatus|bearbeitungsstand"
        "|статус|стан|состояние|стан виконання|durum|durumu|estado|situacion|estatus"
        "|stato|stan realizacji|stare|stav|situacao|الحالة",
        "change": "change|type of change|update type|change type|additional or updated|anderung",
        "item_code": "item code|code|item no|item number|sku|part number|part no|material number"
        "|nsn|nato stock number|stock number|stock no|catalogue no|catalogue number"
        "|catalog number|ref code|product code|article code|article number|article no"
        "|ifrc code|unhcr code|hs code|nomenclature|item id|catalogue code"
        "|catalog code|ean|gtin|icn|material code|commodity code|code article"
        "|code produit|numero d article|reference article|artikelnummer|artikelnr"
        "|art nr|materialnummer|код|код товару|артикул|шифр|urun kodu|malzeme kodu"
        "|kod|stok no|stok kodu|codigo|codigo del articulo|codice|codice articolo|cod"
        "|cod produs|الرمز|رمز الصنف|كود",
        "reference": "no|nr|number|s no|s n|sn|sr|sr no|sl|sl no|serial|serial no|serial number"
        "|line|line no|line number|line item|pos|position|ref|ref no|reference"
        "|reference no|reference number|id|request id|request no|request number"
        "|offer id|offer no|offer number|row|row no|ser|ser no|index|record id"
        "|line id|priority no|order no|request ref|uid|uuid|objectid|item line|nos no"
        "|numero|n|num|ligne|n d ordre|no d ordre|lfd nr|lfdnr|lfd|laufende nummer"
        "|lfd no|nummer|номер|п п|з п|пп|no з п|no п п|n п п|n з п|номер п п"
        "|порядковий номер|no з п|sira|sira no|s no|num ref|nro|nr crt|l p|lp|rb|r br"
        "|p c|الرقم|م|رقم|ت",
        "place_text": "location|place|destination|delivery place|place of delivery"
        "|delivery location|delivery address|point of entry|poe|hub|city|town|region"
        "|area|district|province|governorate|site|camp|delivery point|where|warehouse"
        "|oblast|county|municipality|adm1|admin1|adm 1|admin 1|consignee address"
        "|port of entry|final destination|place of hand over|handover place|locality"
        "|entry point|destination country|settlement|village|point of delivery|origin"
        "|location name|from|to|dispatched from|lieu|lieu de livraison"
        "|destination finale|ville|localite|departement|site de livraison|ort"
        "|lieferort|zielort|bestimmungsort|standort|stadt|bundesland|empfangsort"
        "|місце|місце доставки|область|місто|адреса|адреса доставки|пункт призначення"
        "|район|громада|место|место доставки|адрес|город|yer|teslim yeri|il|ilce"
        "|sehir|varis yeri|teslimat yeri|konum|adres|lugar|lugar de entrega|destino"
        "|ciudad|provincia|ubicacion|departamento|municipio|luogo|luogo di consegna"
        "|destinazione|citta|miejsce|miejsce dostawy|miasto|loc|locul livrarii|misto"
        "|mesto|المكان|الموقع|مكان التسليم|المحافظة|المدينة|الوجهة",
        "use_text": "intended use|end use|enduse|use|intended for|purpose of use|usage"
        "|utilisation prevue|usage prevu|verwendungszweck|verwendung|vorgesehene verwendung"
        "|призначення|цільове призначення|мета використання|назначение"
        "|kullanim amaci|uso previsto|uso final|destinazione d uso|przeznaczenie",
        "needed_from": "needed from|required from|available from|start date|from date|start"
        "|date from|valid from|availability date|date available|available on"
        "|date of availability|project start date|disponible a partir|disponible des"
        "|date de debut|verfugbar ab|ab|ab wann|startdatum|доступно з|дата початку"
        "|baslangic tarihi|disponible desde|fecha de inicio|disponibile da",
        "needed_by": "needed by|required by|required date|date needed|date required|deadline"
        "|due date|delivery date|date of delivery|needed before|until|end date|due"
        "|needed by date|required by date|expected delivery|expected delivery date"
        "|eta|by when|delivery deadline|latest delivery|timeline|needed date"
        "|required delivery date|expected arrival|estimated arrival"
        "|estimated delivery|planned delivery date|need by|latest date|date due"
        "|delivery by|required delivery|date limite|date de livraison|date requise"
        "|delai|echeance|livraison|date souhaitee|delai de livraison|date de fin"
        "|liefertermin|lieferdatum|termin|frist|bis|bis wann|benotigt bis|enddatum"
        "|falligkeit|термін|термін поставки|строк|дата поставки|дата доставки"
        "|потрібно до|кінцевий термін|срок|срок поставки|teslim tarihi|termin tarihi"
        "|son tarih|teslimat tarihi|ihtiyac tarihi|bitis tarihi|fecha limite"
        "|fecha de entrega|plazo|fecha requerida|fecha de fin|data di consegna"
        "|scadenza|termin dostawy|data dostawy|termen|termin dodani|تاريخ التسليم"
        "|الموعد النهائي",
        "stated_on": "date|created|created on|created at|date created|creation date|request date"
        "|date of request|requested on|date requested|offer date|date of offer"
        "|report date|date reported|reported on|as of|as of date|date of report"
        "|record date|date of announcement|announced on|announcement date|entry date"
        "|date entered|submitted|submitted on|date submitted|submission date"
        "|timestamp|created date|date recorded|reporting date|pledge date"
        "|date of pledge|registered on|date de la demande|date de creation"
        "|date demande|date d offre|date du rapport|datum|anforderungsdatum|erstellt"
        "|erstellt am|angebotsdatum|erstellungsdatum|meldedatum|дата|дата запиту"
        "|дата створення|дата заявки|дата звернення|дата запроса|дата создания|tarih"
        "|talep tarihi|olusturma tarihi|kayit tarihi|fecha|fecha de solicitud"
        "|fecha de creacion|data|data richiesta|data zapotrzebowania|data zgloszenia"
        "|data cererii|التاريخ|تاريخ الطلب",
        "value": "value|total value|total price|total cost|estimated value|amount usd"
        "|amount eur|cost|value usd|value eur|price|est value|estimated cost"
        "|monetary value|total usd|total eur|budget|value in usd|value in eur"
        "|declared value|line value|usd value|amount in usd|amount in eur|usd|eur"
        "|valeur|cout|montant|prix total|valeur totale|cout total|valeur estimee|wert"
        "|gesamtwert|gesamtpreis|kosten|betrag|вартість|сума|загальна вартість"
        "|стоимость|сумма|tutar|deger|toplam tutar|maliyet|toplam deger|valor|importe"
        "|costo|coste|valor total|costo total|valore|importo|costo totale|wartosc"
        "|kwota|valoare|hodnota|القيمة|المبلغ",
        "currency": "currency|currency code|ccy|devise|monnaie|wahrung|валюта|para birimi|moneda"
        "|valuta|waluta|moeda|العملة",
        "note": "note|notes|remark|remarks|comment|comments|specification|specifications"
        "|details|detail|specs|technical specification|technical specifications"
        "|technical details|additional information|additional info"
        "|further information|justification|purpose|special instructions|conditions"
        "|caveats|observations|remarques|commentaire|commentaires|precisions"
        "|caracteristiques|bemerkung|bemerkungen|anmerkung|anmerkungen|spezifikation"
        "|hinweis|hinweise|kommentar|beschreibung|примітка|примітки|коментар"
        "|технічні характеристики|характеристика|характеристики|специфікація"
        "|примечание|примечания|комментарий|not|notlar|aciklama|aciklamalar|ozellik"
        "|ozellikler|teknik ozellikler|observacion|observaciones|nota|notas"
        "|comentarios|especificaciones|detalle|detalles|osservazioni|uwagi"
        "|specyfikacja|observatii|poznamka|poznamky|napomena|megjegyzes|ملاحظات"
        "|المواصفات|ملاحظة",
        "": "pack quantity|pack qty|pack size|package size|packs|packaging|year|month"
        "|week|day|unit value|long|admin level|expiration date|exp date|best before"
        "|lot number|serial number|priority|urgency|category|sector|cluster"
        "|sub category|subcategory|type|contact|contact person|phone|email|e mail|tel"
        "|telephone|weight|weight kg|volume|volume m3|unit price|price per unit"
        "|unit cost|cost per unit|item weight|gross weight|net weight|total weight"
        "|total volume|length|height|width|latitude|longitude|lat|lon|lng"
        "|beneficiaries|people reached|number of beneficiaries|families|hh|households"
        "|individuals|url|link|website|channel|event|crisis|operation|direction"
        "|item type|item category|type of item|group|iso3|iso|iso2|pcode|p code"
        "|adm1 pcode|adm2 pcode|country code|batch|lot|expiry date|expiry|shelf life"
        "|brand|manufacturer|model|size|colour|color|activity|project|modality"
        "|kategorie|prioritat|kontakt|einzelpreis|stuckpreis|gewicht|categorie"
        "|priorite|prix unitaire|poids|категорія|пріоритет|контакт|ціна"
        "|ціна за одиницю|вага|kategori|oncelik|birim fiyat|birim fiyati|agirlik"
        "|categoria|prioridad|precio unitario|peso|file|as of page|transport"
        "|mode of transport|carrier|awb|truck no|flight|last updated|last update"
        "|updated|updated on|updated at|date updated|modified|modified on"
        "|date modified|closed|closed on|date closed|received on|date received"
        "|receipt date|dispatch date|date of dispatch|dispatched on|date dispatched"
        "|shipped on|shipping date|date shipped|arrival date|date of arrival"
        "|arrived on|approved on|approval date|date approved|delivered on"
        "|date delivered|completed on|completion date",
    }
)
"""Whole headings that are sure."""

WEAK_HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "item_text": "equipment type|type of ppe|ppe type|ppe types requested|types requested"
        "|equipment enum|enum code|description|desc|name|title|product type"
        "|resource type|type of resource|type of equipment|content|contents"
        "|details of request|capability|capacity|text|bezeichner|item as reported"
        "|what|type of goods|family|kind",
        "quantity": "zapotrzebowanie|zapotrzebowanie ilosciowe|pozadovane mnozstvi|pozadavek"
        "|pocet ks|pocet kusu|potrebne mnozstvi|cantitate necesara|necesar|richiesta"
        "|quantita necessaria|cantidad necesaria|quantidade necessaria|benodigd|nodig"
        "|amount|total|requested|needed|required|offered|need qty|stock|available"
        "|in stock|total requested|total needed|total required|total units|gesamt"
        "|pledged|planned|target|ordered|demande|benotigt|angefordert|потрібно"
        "|необхідно|talep edilen|solicitado|requerido|всього|balance|gap|shortfall"
        "|delivered|received|distributed|dispatched|sent|shipped|provided"
        "|quantity delivered|quantity received|qty delivered|qty received"
        "|quantity distributed|delivered quantity|received quantity"
        "|quantity dispatched|quantity sent|quantity shipped|quantity pledged"
        "|quantity available|qty available|available quantity|quantity in stock"
        "|remaining|remaining quantity|quantity remaining|outstanding"
        "|outstanding quantity|livre|geliefert|доставлено|отримано|teslim edilen"
        "|entregado|liefermenge|gelieferte menge|quantite livree|cantidad entregada"
        "|quantity accepted|accepted|quantity approved|approved",
        "note": "info|information|other|further details|misc",
        "place_text": "address|country of destination|geo|adm2|admin2|location of need",
        "party_text": "purchases from|purchased from|donations from|vendor|received from|given to"
        "|by|name of donor|name of organisation|consignee",
    }
)
"""Whole headings that may mean something else as well."""

HELD_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (
        "",
        (
            "pack quantity|pack qty|per pack|per box|per carton|per case|per bag"
            "|per pallet|unit price|unit cost|unit value|value per|price per|cost per"
            "|prix unitaire|valeur unitaire|expiration|expires|lot|birth"
            "|facility code|project code|country code|org code|location code"
            "|donor code|warehouse code|site code|post code|postal code|zip code"
            "|partner code|office code|lot code|weight|weights|volume|beneficiaries"
            "|households|phone|email|telephone|latitude|longitude|gewicht|poids|peso"
            "|вага|birim fiyat|einzelpreis|ціна|expiry|updated|modified|dispatch date"
            "|date of dispatch|arrival|date received|received date|closing date"
            "|date closed|approval|contact|category|categorie|kategorie|url|pcode"
            "|code name|per person|per family|percentage|percent|%"
        ),
    ),
    (
        "currency",
        ("currency|devise|wahrung|валюта|moneda|para birimi"),
    ),
    (
        "value",
        (
            "value|price|cost|costs|worth|budget|usd|eur|valeur|cout|montant|wert"
            "|preis|kosten|вартість|сума|tutar|valor|importe|costo|wartosc"
        ),
    ),
    (
        "needed_by",
        (
            "deadline|needed by|required by|due date|delivery date|end date"
            "|date of delivery|date needed|date required|needed date|required date"
            "|liefertermin|lieferdatum|frist|date limite|teslim tarihi|fecha limite"
            "|fecha de entrega|термін|срок|bis|until|avant le|hasta el|fino al|do kdy|do kiedy"
            "|потрібно до|potrzebne do|wymagane do|potrebne do|tarihine kadar"
        ),
    ),
    (
        "needed_from",
        ("start date|available from|date available|availability|verfugbar ab"),
    ),
    (
        "stated_on",
        ("date|datum|fecha|tarih|tarihi|дата|data|timestamp|created"),
    ),
    (
        "item_code",
        ("code|sku|part number|stock number|nsn|item no|item number|artikelnummer|код"),
    ),
    (
        "unit",
        (
            "unit of|uom|unit of measure|einheit|unite de|одиниця|birimi|unidad de"
            "|ед изм|од вим|measurement"
        ),
    ),
    (
        "quantity",
        (
            "quantity|qty|qtty|quantities|quantite|qte|menge|anzahl|stuckzahl"
            "|кількість|количество|miktar|miktari|adet|adedi|cantidad|quantita"
            "|number of|no of|nombre de|ilosc|cantitate|pieces|units|amount|sayisi"
            "|nb de|number needed|number requested|الكمية|العدد"
        ),
    ),
    (
        "status",
        ("status|statut|статус|durumu|estado|stage"),
    ),
    (
        "party_text",
        (
            "country|donor|nation|organisation|organization|agency|requesting"
            "|requested by|provided by|pays|donateur|organisme|land|geber|spender"
            "|країна|донор|організація|ulke|bagisci|kurum|pais|donante|organizacion"
            "|paese|donatore|kraj|recipient|الدولة|الجهة"
        ),
    ),
    (
        "note",
        (
            "remark|remarks|comment|comments|note|notes|specification|specifications"
            "|bemerkung|bemerkungen|anmerkung|remarques|commentaires|observaciones"
            "|примітка|примечание|aciklama|details|justification|ملاحظات"
        ),
    ),
    (
        "item_text",
        (
            "item|items|description|designation|article|articles|product|products"
            "|commodity|material|materials|goods|supplies|equipment|bezeichnung"
            "|artikel|найменування|назва|наименование|malzeme|urun|articulo|articulos"
            "|producto|descripcion|descrizione|articolo|nazwa|produit|assistance"
            "|resource|relief|needs|requirement|denumire|الصنف|المادة|المواد"
        ),
    ),
    (
        "place_text",
        (
            "location|destination|place|address|delivery point|point of entry"
            "|warehouse|lieu|lieferort|ort|місце|адреса|lugar|destino|yeri|luogo"
            "|oblast|region|province|district"
        ),
    ),
    (
        "reference",
        ("id|ref|reference|serial|line no|nr|номер|sira|numero"),
    ),
)
"""Words inside a longer heading; what is tried first wins, so money and dates go before amounts."""
