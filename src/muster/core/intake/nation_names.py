"""Names of countries and territories in English, German, French, Ukrainian, Turkish, and others.

Codes: ISO 3166-1 alpha-3 (https://www.iso.org/iso-3166-country-codes.html); XKX is the code in use
for Kosovo, without prejudice to its status.  Names: Unicode CLDR (https://cldr.unicode.org) and
the usual other ones of English reports.  The first name of each is the one it is called by here.
"""

from typing import Final

NAMES: Final = """\
ABW=Aruba|Аруба; AFG=Afghanistan|Афганістан|Afganistan; AGO=Angola|Ангола; AIA=Anguilla|Ангілья;
ALA=Åland Islands|Ålandinseln|Îles Åland|Аландські Острови|Åland Adaları;
ALB=Albania|Albanien|Albanie|Албанія|Arnavutluk; AND=Andorra|Andorre|Андорра; ARE=United Arab
Emirates|Vereinigte Arabische Emirate|Émirats arabes unis|Об'єднані Арабські Емірати|Birleşik Arap
Emirlikleri|UAE; ARG=Argentina|Argentinien|Argentine|Аргентина|Arjantin;
ARM=Armenia|Armenien|Arménie|Вірменія|Ermenistan; ASM=American Samoa|Amerikanisch-Samoa|Samoa
américaines|Американське Самоа|Amerikan Samoası;
ATA=Antarctica|Antarktis|Antarctique|Антарктика|Antarktika; ATF=French Southern
Territories|Französische Süd- und Antarktisgebiete|Terres australes françaises|Французькі Південні
Території|Fransız Güney Toprakları; ATG=Antigua and Barbuda|Antigua und
Barbuda|Antigua-et-Barbuda|Антигуа і Барбуда|Antigua ve Barbuda;
AUS=Australia|Australien|Australie|Австралія|Avustralya;
AUT=Austria|Österreich|Autriche|Австрія|Avusturya;
AZE=Azerbaijan|Aserbaidschan|Azerbaïdjan|Азербайджан|Azerbaycan; BDI=Burundi|Бурунді;
BEL=Belgium|Belgien|Belgique|Бельгія|Belçika; BEN=Benin|Bénin|Бенін; BES=Caribbean
Netherlands|Karibische Niederlande|Pays-Bas caribéens|Карибські Нідерланди|Karayip Hollandası;
BFA=Burkina Faso|Буркіна-Фасо; BGD=Bangladesh|Bangladesch|Бангладеш|Bangladeş;
BGR=Bulgaria|Bulgarien|Bulgarie|Болгарія|Bulgaristan; BHR=Bahrain|Bahreïn|Бахрейн|Bahreyn;
BHS=Bahamas|Багамські Острови|Bahamalar; BIH=Bosnia and Herzegovina|Bosnien und
Herzegowina|Bosnie-Herzégovine|Боснія і Герцеговина|Bosna-Hersek|Bosnia-Herzegovina|BiH|Bosnia;
BLM=St. Barthélemy|Saint-Barthélemy|Сен-Бартелемі|Saint Barthelemy;
BLR=Belarus|Biélorussie|Білорусь|Weißrussland; BLZ=Belize|Беліз; BMU=Bermuda|Bermudes|Бермудські
Острови; BOL=Bolivia|Bolivien|Bolivie|Болівія|Bolivya;
BRA=Brazil|Brasilien|Brésil|Бразилія|Brezilya; BRB=Barbados|Barbade|Барбадос; BRN=Brunei|Brunei
Darussalam|Бруней; BTN=Bhutan|Bhoutan|Бутан|Butan; BVT=Bouvet Island|Bouvetinsel|Île Bouvet|Острів
Буве|Bouvet Adası; BWA=Botswana|Botsuana|Ботсвана|Botsvana; CAF=Central African
Republic|Zentralafrikanische Republik|République centrafricaine|Центральноафриканська
Республіка|Orta Afrika Cumhuriyeti; CAN=Canada|Kanada|Канада; CCK=Cocos|Kokosinseln|Îles
Cocos|Кокосові; CHE=Switzerland|Schweiz|Suisse|Швейцарія|İsviçre; CHL=Chile|Chili|Чилі|Şili;
CHN=China|Chine|Китай|Çin|People's Republic of China; CIV=Côte d'Ivoire|Кот-д'Івуар|Ivory
Coast|Cote d'Ivoire; CMR=Cameroon|Kamerun|Cameroun|Камерун; COD=Democratic Republic of the
Congo|Congo - Kinshasa|Kongo-Kinshasa|Congo-Kinshasa|Конго - Кіншаса|Kongo - Kinşasa|DR Congo|DRC;
COG=Congo|Congo - Brazzaville|Kongo-Brazzaville|Congo-Brazzaville|Конго - Браззавіль|Kongo -
Brazavil|Republic of the Congo; COK=Cook Islands|Cookinseln|Îles Cook|Острови Кука|Cook Adaları;
COL=Colombia|Kolumbien|Colombie|Колумбія|Kolombiya; COM=Comoros|Komoren|Comores|Комори|Komorlar;
CPV=Cape Verde|Cabo Verde|Cap-Vert|Кабо-Верде; CRI=Costa Rica|Коста-Рика|Kosta Rika;
CUB=Cuba|Kuba|Куба|Küba; CUW=Curaçao|Кюрасао; CXR=Christmas Island|Weihnachtsinsel|Île
Christmas|Острів Різдва|Christmas Adası; CYM=Cayman Islands|Kaimaninseln|Îles Caïmans|Кайманові
Острови|Cayman Adaları; CYP=Cyprus|Zypern|Chypre|Кіпр|Kıbrıs;
CZE=Czechia|Tschechien|Tchéquie|Чехія|Çekya|Czech Republic|Tschechische Republik|République
tchèque|Çek Cumhuriyeti|Чеська Республіка;
DEU=Germany|Deutschland|Allemagne|Німеччина|Almanya|Federal Republic of Germany|BRD;
DJI=Djibouti|Dschibuti|Джибуті|Cibuti; DMA=Dominica|Dominique|Домініка|Dominika;
DNK=Denmark|Dänemark|Danemark|Данія|Danimarka; DOM=Dominican Republic|Dominikanische
Republik|République dominicaine|Домініканська Республіка|Dominik Cumhuriyeti;
DZA=Algeria|Algerien|Algérie|Алжир|Cezayir; ECU=Ecuador|Équateur|Еквадор|Ekvador;
EGY=Egypt|Ägypten|Égypte|Єгипет|Mısır; ERI=Eritrea|Érythrée|Еритрея|Eritre; ESH=Western
Sahara|Westsahara|Sahara occidental|Західна Сахара|Batı Sahra;
ESP=Spain|Spanien|Espagne|Іспанія|İspanya|Kingdom of Spain;
EST=Estonia|Estland|Estonie|Естонія|Estonya; ETH=Ethiopia|Äthiopien|Éthiopie|Ефіопія|Etiyopya;
FIN=Finland|Finnland|Finlande|Фінляндія|Finlandiya; FJI=Fiji|Fidschi|Fidji|Фіджі; FLK=Falkland
Islands|Falklandinseln|Îles Malouines|Фолклендські Острови|Falkland Adaları;
FRA=France|Frankreich|Франція|Fransa; FRO=Faroe Islands|Färöer|Îles Féroé|Фарерські Острови|Faroe
Adaları; FSM=Micronesia|Mikronesien|Micronésie|Мікронезія|Mikronezya; GAB=Gabon|Gabun|Габон;
GBR=United Kingdom|Vereinigtes Königreich|Royaume-Uni|Велика Британія|Birleşik Krallık|UK|Great
Britain|Britain|United Kingdom of Great Britain and Northern
Ireland|Großbritannien|Grande-Bretagne|İngiltere|Британія;
GEO=Georgia|Georgien|Géorgie|Грузія|Gürcistan; GGY=Guernsey|Guernesey|Гернсі; GHA=Ghana|Гана|Gana;
GIB=Gibraltar|Гібралтар|Cebelitarık; GIN=Guinea|Guinée|Гвінея|Gine; GLP=Guadeloupe|Гваделупа;
GMB=Gambia|Gambie|Гамбія|Gambiya; GNB=Guinea-Bissau|Guinée-Bissau|Гвінея-Бісау|Gine-Bissau;
GNQ=Equatorial Guinea|Äquatorialguinea|Guinée équatoriale|Екваторіальна Гвінея|Ekvator Ginesi;
GRC=Greece|Griechenland|Grèce|Греція|Yunanistan|Hellenic Republic; GRD=Grenada|Grenade|Гренада;
GRL=Greenland|Grönland|Groenland|Гренландія; GTM=Guatemala|Гватемала; GUF=French
Guiana|Französisch-Guayana|Guyane française|Французька Гвіана|Fransız Guyanası; GUM=Guam|Гуам;
GUY=Guyana|Гаяна; HKG=Hong Kong|Hong Kong SAR China|Sonderverwaltungsregion Hongkong|R.A.S.
chinoise de Hong Kong|Гонконг, ОАР Китаю|Çin Hong Kong ÖİB; HMD=Heard and McDonald Islands|Heard
und McDonaldinseln|Îles Heard-et-MacDonald|Острови Герд і Макдоналд|Heard Adası ve McDonald
Adaları; HND=Honduras|Гондурас; HRV=Croatia|Kroatien|Croatie|Хорватія|Hırvatistan;
HTI=Haiti|Haïti|Гаїті; HUN=Hungary|Ungarn|Hongrie|Угорщина|Macaristan;
IDN=Indonesia|Indonesien|Indonésie|Індонезія|Endonezya; IMN=Isle of Man|Île de Man|Острів Мен|Man
Adası; IND=India|Indien|Inde|Індія|Hindistan; IOT=British Indian Ocean Territory|Britisches
Territorium im Indischen Ozean|Territoire britannique de l'océan Indien|Британська територія в
Індійському океані|Britanya Hint Okyanusu Toprakları;
IRL=Ireland|Irland|Irlande|Ірландія|İrlanda|Republic of Ireland; IRN=Iran|Іран|İran|Islamic
Republic of Iran; IRQ=Iraq|Irak|Ірак; ISL=Iceland|Island|Islande|Ісландія|İzlanda;
ISR=Israel|Israël|Ізраїль|İsrail; ITA=Italy|Italien|Italie|Італія|İtalya;
JAM=Jamaica|Jamaika|Jamaïque|Ямайка; JEY=Jersey|Джерсі;
JOR=Jordan|Jordanien|Jordanie|Йорданія|Ürdün; JPN=Japan|Japon|Японія|Japonya;
KAZ=Kazakhstan|Kasachstan|Казахстан|Kazakistan; KEN=Kenya|Kenia|Кенія;
KGZ=Kyrgyzstan|Kirgisistan|Kirghizstan|Киргизстан|Kırgızistan;
KHM=Cambodia|Kambodscha|Cambodge|Камбоджа|Kamboçya; KIR=Kiribati|Кірибаті; KNA=St. Kitts and
Nevis|St. Kitts und Nevis|Saint-Christophe-et-Niévès|Сент-Кітс і Невіс|Saint Kitts ve Nevis;
KOR=South Korea|Südkorea|Corée du Sud|Південна Корея|Güney Kore|Republic of Korea|ROK|Korea;
KWT=Kuwait|Koweït|Кувейт|Kuveyt; LAO=Laos|Лаос|Lao PDR; LBN=Lebanon|Libanon|Liban|Ліван|Lübnan;
LBR=Liberia|Ліберія|Liberya; LBY=Libya|Libyen|Libye|Лівія; LCA=St.
Lucia|Sainte-Lucie|Сент-Люсія|Saint Lucia; LIE=Liechtenstein|Ліхтенштейн; LKA=Sri Lanka|Шрі-Ланка;
LSO=Lesotho|Лесото; LTU=Lithuania|Litauen|Lituanie|Литва|Litvanya;
LUX=Luxembourg|Luxemburg|Люксембург|Lüksemburg; LVA=Latvia|Lettland|Lettonie|Латвія|Letonya;
MAC=Macao|Macao SAR China|Sonderverwaltungsregion Macau|R.A.S. chinoise de Macao|Макао, ОАР
Китаю|Çin Makao ÖİB; MAF=St. Martin|Saint-Martin|Сен-Мартен|Saint Martin;
MAR=Morocco|Marokko|Maroc|Марокко|Fas; MCO=Monaco|Монако|Monako; MDA=Moldova|Moldau|Republik
Moldau|Moldavie|Молдова|Republic of Moldova; MDG=Madagascar|Madagaskar|Мадагаскар;
MDV=Maldives|Malediven|Мальдіви|Maldivler; MEX=Mexico|Mexiko|Mexique|Мексика|Meksika; MHL=Marshall
Islands|Marshallinseln|Îles Marshall|Маршаллові Острови|Marshall Adaları; MKD=North
Macedonia|Nordmazedonien|Macédoine du Nord|Північна Македонія|Kuzey Makedonya|FYR Macedonia|the
former Yugoslav Republic of Macedonia|Macedonia|FYROM|former Yugoslav Republic of Macedonia;
MLI=Mali|Малі; MLT=Malta|Malte|Мальта; MMR=Myanmar|М'янма|Burma;
MNE=Montenegro|Monténégro|Чорногорія|Karadağ; MNG=Mongolia|Mongolei|Mongolie|Монголія|Moğolistan;
MNP=Northern Mariana Islands|Nördliche Marianen|Îles Mariannes du Nord|Північні Маріанські
Острови|Kuzey Mariana Adaları; MOZ=Mozambique|Mosambik|Мозамбік|Mozambik;
MRT=Mauritania|Mauretanien|Mauritanie|Мавританія|Moritanya; MSR=Montserrat|Монтсеррат;
MTQ=Martinique|Мартиніка|Martinik; MUS=Mauritius|Maurice|Маврикій; MWI=Malawi|Малаві|Malavi;
MYS=Malaysia|Malaisie|Малайзія|Malezya; MYT=Mayotte|Майотта; NAM=Namibia|Namibie|Намібія|Namibya;
NCL=New Caledonia|Neukaledonien|Nouvelle-Calédonie|Нова Каледонія|Yeni Kaledonya;
NER=Niger|Нігер|Nijer; NFK=Norfolk Island|Norfolkinsel|Île Norfolk|Острів Норфолк|Norfolk Adası;
NGA=Nigeria|Нігерія|Nijerya; NIC=Nicaragua|Нікарагуа|Nikaragua; NIU=Niue|Ніуе;
NLD=Netherlands|Niederlande|Pays-Bas|Нідерланди|Hollanda|The Netherlands|Holland|Niederlanden;
NOR=Norway|Norwegen|Norvège|Норвегія|Norveç; NPL=Nepal|Népal|Непал; NRU=Nauru|Науру; NZL=New
Zealand|Neuseeland|Nouvelle-Zélande|Нова Зеландія|Yeni Zelanda|Aotearoa; OMN=Oman|Оман|Umman;
PAK=Pakistan|Пакистан; PAN=Panama|Панама; PCN=Pitcairn Islands|Pitcairninseln|Îles
Pitcairn|Острови Піткерн|Pitcairn Adaları; PER=Peru|Pérou|Перу;
PHL=Philippines|Philippinen|Філіппіни|Filipinler; PLW=Palau|Palaos|Палау; PNG=Papua New
Guinea|Papua-Neuguinea|Papouasie-Nouvelle-Guinée|Папуа-Нова Гвінея|Papua Yeni Gine;
POL=Poland|Polen|Pologne|Польща|Polonya; PRI=Puerto Rico|Porto Rico|Пуерто-Рико|Porto Riko;
PRK=North Korea|Nordkorea|Corée du Nord|Північна Корея|Kuzey Kore|DPRK|Democratic
People's Republic of Korea;
PRT=Portugal|Португалія|Portekiz; PRY=Paraguay|Парагвай; PSE=Palestine|Palestinian
Territories|Palästinensische Autonomiegebiete|Territoires palestiniens|Палестинські
території|Filistin Bölgeleri|State of Palestine|Gaza; PYF=French
Polynesia|Französisch-Polynesien|Polynésie française|Французька Полінезія|Fransız Polinezyası;
QAT=Qatar|Katar|Катар; REU=Réunion|La Réunion|Реюньйон|Reunion;
ROU=Romania|Rumänien|Roumanie|Румунія|Romanya; RUS=Russia|Russland|Russie|Росія|Rusya|Russian
Federation; RWA=Rwanda|Ruanda|Руанда; SAU=Saudi Arabia|Saudi-Arabien|Arabie saoudite|Саудівська
Аравія|Suudi Arabistan|KSA|Kingdom of Saudi Arabia; SDN=Sudan|Soudan|Судан;
SEN=Senegal|Sénégal|Сенегал; SGP=Singapore|Singapur|Singapour|Сінгапур; SGS=South Georgia and
South Sandwich Islands|Südgeorgien und die Südlichen Sandwichinseln|Géorgie du Sud-et-les Îles
Sandwich du Sud|Південна Джорджія та Південні Сандвічеві Острови|Güney Georgia ve Güney Sandwich
Adaları; SHN=St. Helena|Sainte-Hélène|Острів Святої Єлени|Saint Helena; SJM=Svalbard and Jan
Mayen|Spitzbergen und Jan Mayen|Svalbard et Jan Mayen|Шпіцберген та Ян-Маєн|Svalbard ve Jan Mayen;
SLB=Solomon Islands|Salomonen|Îles Salomon|Соломонові Острови|Solomon Adaları; SLE=Sierra
Leone|Сьєрра-Леоне; SLV=El Salvador|Salvador|Сальвадор; SMR=San Marino|Saint-Marin|Сан-Марино;
SOM=Somalia|Somalie|Сомалі|Somali; SPM=St. Pierre and Miquelon|St. Pierre und
Miquelon|Saint-Pierre-et-Miquelon|Сен-П'єр і Мікелон|Saint Pierre ve Miquelon;
SRB=Serbia|Serbien|Serbie|Сербія|Sırbistan; SSD=South Sudan|Südsudan|Soudan du Sud|Південний
Судан|Güney Sudan; STP=São Tomé and Príncipe|São Tomé und Príncipe|Sao Tomé-et-Principe|Сан-Томе і
Принсіпі|Sao Tome ve Principe; SUR=Suriname|Суринам|Surinam;
SVK=Slovakia|Slowakei|Slovaquie|Словаччина|Slovakya|Slovak Republic;
SVN=Slovenia|Slowenien|Slovénie|Словенія|Slovenya; SWE=Sweden|Schweden|Suède|Швеція|İsveç;
SWZ=Eswatini|Есватіні|Esvatini|Swaziland; SXM=Sint Maarten|Saint-Martin|Сінт-Мартен;
SYC=Seychelles|Seychellen|Сейшельські Острови|Seyşeller;
SYR=Syria|Syrien|Syrie|Сирія|Suriye|Syrian Arab Republic; TCA=Turks and Caicos Islands|Turks- und
Caicosinseln|Îles Turques-et-Caïques|Острови Теркс і Кайкос|Turks ve Caicos Adaları;
TCD=Chad|Tschad|Tchad|Чад|Çad; TGO=Togo|Того; THA=Thailand|Thaïlande|Таїланд|Tayland;
TJK=Tajikistan|Tadschikistan|Tadjikistan|Таджикистан|Tacikistan; TKL=Tokelau|Токелау;
TKM=Turkmenistan|Turkménistan|Туркменістан|Türkmenistan; TLS=Timor-Leste|Timor
oriental|Тимор-Лешті|East Timor; TON=Tonga|Тонга; TTO=Trinidad and Tobago|Trinidad und
Tobago|Trinité-et-Tobago|Тринідад і Тобаго|Trinidad ve Tobago;
TUN=Tunisia|Tunesien|Tunisie|Туніс|Tunus; TUR=Türkiye|Türkei|Turquie|Туреччина|Turkey|Turkiye;
TUV=Tuvalu|Тувалу; TWN=Taiwan|Taïwan|Тайвань|Tayvan|Chinese Taipei;
TZA=Tanzania|Tansania|Tanzanie|Танзанія|Tanzanya|United Republic of Tanzania;
UGA=Uganda|Ouganda|Уганда; UKR=Ukraine|Україна|Ukrayna; UMI=U.S. Outlying Islands|Amerikanische
Überseeinseln|Îles mineures éloignées des États-Unis|Віддалені острови США|ABD Küçük Harici
Adaları; URY=Uruguay|Уругвай; USA=United States|Vereinigte Staaten|États-Unis|Сполучені
Штати|Amerika Birleşik Devletleri|US|U.S.|U.S.A.|United States of
America|America|USA|Etats-Unis|США|ABD|Vereinigten Staaten|Pentagon|Department of
Defense|US Department of Defense|U.S. Department of Defense|DoD|DOD|Biden Administration|Defense
Department;
UZB=Uzbekistan|Usbekistan|Ouzbékistan|Узбекистан|Özbekistan; VAT=Vatican City|Vatikanstadt|État de
la Cité du Vatican|Ватикан|Vatikan|Holy See|Vatican; VCT=St. Vincent and Grenadines|St. Vincent
und die Grenadinen|Saint-Vincent-et-les Grenadines|Сент-Вінсент і Гренадіни|Saint Vincent ve
Grenadinler; VEN=Venezuela|Венесуела; VGB=British Virgin Islands|Britische Jungferninseln|Îles
Vierges britanniques|Британські Віргінські острови|Britanya Virjin Adaları; VIR=U.S. Virgin
Islands|Amerikanische Jungferninseln|Îles Vierges des États-Unis|Віргінські Острови|ABD Virjin
Adaları; VNM=Vietnam|Viêt Nam|В'єтнам|Viet Nam; VUT=Vanuatu|Вануату; WLF=Wallis and Futuna|Wallis
und Futuna|Wallis-et-Futuna|Уолліс і Футуна|Wallis ve Futuna; WSM=Samoa|Самоа;
YEM=Yemen|Jemen|Yémen|Ємен; ZAF=South Africa|Südafrika|Afrique du Sud|Південно-Африканська
Республіка|Güney Afrika; ZMB=Zambia|Sambia|Zambie|Замбія|Zambiya;
ZWE=Zimbabwe|Simbabwe|Зімбабве|Zimbabve; XKX=Kosovo|Kosovo*|Косово|Kosova
"""

ARABIC: Final = """\
AFG=أفغانستان; ARE=الإمارات العربية المتحدة|الإمارات; BHR=البحرين; CHN=الصين;
DEU=ألمانيا; DJI=جيبوتي; DZA=الجزائر; EGY=مصر; ESP=إسبانيا; FRA=فرنسا;
GBR=المملكة المتحدة|بريطانيا; GRC=اليونان; IRN=إيران; IRQ=العراق; ITA=إيطاليا;
JOR=الأردن; JPN=اليابان; KWT=الكويت; LBN=لبنان; LBY=ليبيا; MAR=المغرب;
MRT=موريتانيا; OMN=سلطنة عمان; PAK=باكستان; PSE=فلسطين; QAT=قطر;
SAU=المملكة العربية السعودية|السعودية; SDN=السودان; SOM=الصومال; SYR=سوريا|سورية;
TUN=تونس; TUR=تركيا; UKR=أوكرانيا; USA=الولايات المتحدة; YEM=اليمن
"""

OTHER: Final = """\
AUT=Rakousko|Oostenrijk|Áustria; BEL=Bélgica|Belgia|Belgie|Belgio|België; BGR=Bułgaria|Bulharsko
|Bulgarije|Bulgária; BRA=Brasil; MEX=México|Messico; PER=Perú;
BIH=Bośnia i Hercegowina|Bosna i Hercegovina|Bosna a Hercegovina;
CAN=Kanady|Canadá; CHE=Suiza|Szwajcaria|Švýcarsko|Svizzera|Suíça|Zwitserland|Elveția;
CYP=Chipre|Cypr|Kypr|Cipro; CZE=Česko|Česká republika|República Checa|Czechy|Repubblica Ceca|Cechia
|Tsjechië|Cehia; DEU=Alemania|Niemcy|Německo|Germania|Alemanha|Duitsland|Nemecko|Niemiec;
DNK=Dinamarca|Dania|Dánsko|Danimarca|Denemarken|Danemarca|Danmark; ESP=España|Hiszpania|Španělsko
|Spagna|Espanha|Spanje|Spania; EST=Eesti|Estonsko|Estland; FIN=Finlandia|Finsko|Finlândia|Suomi;
FRA=Francia|Francja|Francie|França|Frankrijk|Franța; GBR=Reino Unido|Wielka Brytania|Velká Británie
|Regno Unito|Verenigd Koninkrijk|Marea Britanie|Gran Bretaña; GRC=Grecia|Grecja|Řecko|Griekenland
|Grécia; HRV=Croacia|Chorwacja|Chorvatsko|Croazia|Kroatië|Croácia|Croația|Hrvatska; HUN=Hungría
|Węgry|Maďarsko|Ungheria|Hongarije|Ungaria|Magyarország; IRL=Irlanda|Irlandia|Irsko|Ierland;
ITA=Italia|Włochy|Itálie|Itália|Italië; JPN=Japón|Japonia|Japonsko|Giappone|Japão;
LTU=Lituania|Litwa|Litva|Lituânia|Litouwen|Lietuva; LUX=Luksemburg|Lucembursko|Lussemburgo;
LVA=Letonia|Łotwa|Lotyšsko|Lettonia|Letland|Latvija; MDA=Moldavia|Mołdawia|Moldavsko|Moldávia;
NLD=Nederland|Países Bajos|Holanda|Holandia|Niderlandy|Nizozemsko|Paesi Bassi|Países Baixos|Olanda;
NOR=Noruega|Norwegia|Norsko|Norvegia|Noorwegen|Norge; POL=Polska|Polski|Polonia|Polsko|Polónia;
PRT=Portugalia|Portugalsko|Portogallo; ROU=România|Rumania|Rumunia|Rumunsko|Roménia|Roemenië;
SRB=Srbsko|Srbija; SVK=Slovensko|Eslovaquia|Słowacja|Slovacchia|Slowakije|Slovacia; SVN=Eslovenia
|Słowenia|Slovinsko|Slovenija|Slovenië; SWE=Suecia|Szwecja|Švédsko|Svezia|Suécia|Zweden|Suedia
|Sverige; SYR=Siria; TUR=Turquía|Turcja|Turecko|Turchia|Turquia|Turkije|Turcia;
UKR=Ucrania|Ukrainy|Ukrainie
|Ukrajina|Ukrajině|Ukrajiny|Ucraina|Ucrânia|Oekraïne; USA=Estados Unidos|Stany Zjednoczone
|Spojené státy|Stati Uniti|Verenigde Staten|Statele Unite
"""
"""Names in Spanish, Polish, Czech, Italian, Portuguese, Dutch, Romanian; what nations call"
" themselves."""
