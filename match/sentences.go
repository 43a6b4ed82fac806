package match

import (
	"slices"
	"strings"
)

// Message returns the reason for an agent's screen, in French and in English: one
// sentence, without a personal value.
func (r Reason) Message() (french, english string) {
	var fr, en []string
	for _, f := range r.Found {
		fr, en = append(fr, findingTexts[f][0]), append(en, findingTexts[f][1])
	}
	if slices.Contains(folded[:], r.Found[0]) {
		fr, en = []string{"la même valeur, " + list(fr, " et ") + " près"}, []string{"the same but for " + list(en, " and ")}
	}
	field := fieldTexts[r.Field]
	return field[0] + "\u00a0: " + list(fr, ", ") + ".", field[1] + ": " + list(en, ", ") + "."
}

// list puts commas between words, and something else before the last.
func list(words []string, last string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], ", ") + last + words[n]
}

var fieldTexts = map[Field][2]string{
	GivenNames:   {"Prénoms", "Given names"},
	FamilyName:   {"Nom de naissance", "Birth name"},
	Gender:       {"Sexe", "Gender"},
	BirthDate:    {"Date de naissance", "Date of birth"},
	BirthPlace:   {"Commune de naissance", "Place of birth"},
	BirthCountry: {"Pays de naissance", "Country of birth"},
	UsageName:    {"Nom d’usage", "Usage name"},
}

var findingTexts = map[Finding][2]string{
	Same:      {"la même valeur", "the same"},
	NotNeeded: {"sans objet, le pays de naissance suffit", "not needed, the country of birth is enough"},

	// After « la même valeur, » and before « près »; after "the same but for".
	Accents:     {"aux accents", "accents"},
	Ligatures:   {"aux lettres particulières (œ, æ, ß, ø)", "special letters (œ, æ, ß, ø)"},
	Case:        {"aux majuscules", "capitals"},
	Hyphens:     {"aux traits d’union", "hyphens"},
	Apostrophes: {"aux apostrophes", "apostrophes"},
	Dots:        {"aux points", "dots"},
	Spaces:      {"aux espaces", "spaces"},
	Particles:   {"à l’espace après une particule (de, du, le)", "the space after a particle (de, du, le)"},

	OldCode:         {"la même commune, sous un ancien code d’un côté", "the same commune, under an old code on one side"},
	FirstOnly:       {"le premier prénom seulement, d’un côté", "the first given name only, on one side"},
	SomeMissing:     {"une partie des prénoms manque d’un côté", "some given names are missing on one side"},
	Order:           {"les mots communs sont dans un autre ordre", "the words in common are in another order"},
	ParticleMissing: {"une particule (de, du, le) manque d’un côté", "a particle (de, du, le) is missing on one side"},
	UsageForBirth:   {"le nom de naissance d’un côté est le nom d’usage de l’autre", "the birth name on one side is the usage name on the other"},
	UsageOnly:       {"seul le nom d’usage est le même", "only the usage name is the same"},
	OneColumn:       {"deux noms dans une seule zone, dont l’un est un nom de l’autre côté", "two names in one column, of which one is a name on the other side"},
	OtherColumn:     {"un seul nom, le même, dans une autre zone ou dans les deux", "one name only, the same, in another column or in both"},
	MissingOnBoth:   {"aucun nom d’aucun côté, l’autre nom est le même", "no name on either side, the other name is the same"},
	CutOff:          {"la valeur remplit toute la zone de la fiche, la fin peut manquer", "the value fills the record’s column, its end may be missing"},
	PartUnknown:     {"le jour ou le mois est inconnu, ce qui est connu concorde", "the day or the month is unknown, what is known agrees"},
	Presumed:        {"le jour ou le mois est inconnu d’un côté, et peut-être présumé de l’autre (1er du mois ou 1er janvier)", "the day or the month is unknown on one side and perhaps presumed on the other (first of the month or of January)"},

	Typo:      {"une seule lettre fausse, en trop, en moins ou intervertie avec la suivante", "one letter only is wrong, added, left out or exchanged with the next"},
	Shortened: {"l’une des valeurs est le début, le diminutif ou l’abréviation de l’autre", "one value is the beginning of the other, a nickname or an abbreviation for it"},
	Initial:   {"des initiales d’un côté, qui concordent", "initials on one side, which agree"},
	Damaged:   {"des caractères perdus ou mal lus d’un côté, le reste concorde", "characters lost or misread on one side, the rest agrees"},
	Umlauts:   {"la même valeur si ü s’écrit ue", "the same if ü is written ue"},
	DayMonth:  {"le jour et le mois intervertis", "day and month exchanged"},
	OneDigit:  {"un seul chiffre faux, ou deux chiffres voisins intervertis", "one digit only is wrong, or two neighbouring digits exchanged"},

	NotComparable: {"ne se compare pas, un pays d’un côté, de l’autre la France dont il faisait partie ou qui le protégeait", "cannot be compared, a country on one side, on the other France, which it was part of or protected by"},

	Missing: {"manque d’un côté ou des deux", "missing on one side or both"},
	Differs: {"deux valeurs différentes", "two different values"},
}
