"""Words before a number that bound it, in the languages of lists, as alternatives of patterns."""

from typing import Final

UPPER: Final = (
    r"\bup to|\bat most|\bnot? more than|\bmaximum(?: of)?|\bmax\.?|\bas many as|\bnearly|\balmost"
    r"|\bclose to|\bunder|\bless than|\bfewer than|\bbelow|<=?|≤|\bbis zu|\bmaximal|\bknapp"
    r"|\bhöchstens|\bjusqu'à|\bau plus|\bau maximum|\bprès de|\bдо|\bмайже|\bне більше|\ben fazla"
    r"|\bhasta|\bcomo máximo|\bcasi|\bdo|\bmaksymalnie|\bnie więcej niż|\bprawie|\baž|\bnejvýše"
    r"|\bmaximálně|\btéměř|\bfino a|\bal massimo|\bquasi|\baté|\bno máximo|\bquase|\btot|\bmaximaal"
    r"|\bhoogstens|\bbijna|\bpână la|\bcel mult|\baproape|\bdo maksymalnie"
)
LOWER: Final = (
    r"\bat least|\b(?:well |far |slightly )?(?:more than|over)|\bover|\babove"
    r"|\bminimum(?: of)?|\bmin\.?|\bno fewer than"
    r"|\bnot less than|\bno less than|\bin excess of|>=?|≥|\bmindestens|\bmehr als|\büber"
    r"|\bau moins|\bplus d[e']|\bпонад|\bбільше ніж|\bбільше|\bщонайменше|\bне менше|\ben az"
    r"|\bal menos|\bpor lo menos|\bmás de|\bmínimo|\bco najmniej|\bprzynajmniej|\bponad|\bpowyżej"
    r"|\bminimalnie|\balespoň|\bnejméně|\bvíce než|\bpřes|\bminimálně|\balmeno|\boltre|\bpiù di"
    r"|\bpelo menos|\bmais de|\bno mínimo|\bminstens|\bten minste|\bmeer dan|\bminimaal"
    r"|\bcel puțin|\bpeste"
)
ABOUT: Final = (
    r"\bapproximately|\bapprox\.?|\babout|\baround|\broughly|\bcirca|\bca\.?|\bc\.|\bsome"
    r"|\ban estimated|\bestimated|~|≈|\betwa|\brund|\bungefähr|\benviron|\bquelque|\bблизько"
    r"|\bприблизно|\bорієнтовно|\byaklaşık|±|\bunos|\bunas|\baproximadamente|\balrededor de"
    r"|\bcerca de|\bokoło|\bok\.?|\bmniej więcej|\basi|\bpřibližně|\bzhruba|\bkolem|\bcca\.?"
    r"|\ball'incirca|\bintorno a|\bpor volta de|\bumas|\buns|\bongeveer|\bzo'n|\baproximativ"
    r"|\bîn jur de|\bvreo|\bcirka|\bomkring|\bungefär|\botprilike|\boko|\bkb\.?"
)
BETWEEN: Final = r"\bbetween|\bfrom|\bzwischen|\bvon|\bentre|\bmiędzy|\bmezi|\btra|\btussen|\bîntre"
