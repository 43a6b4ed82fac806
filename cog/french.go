package cog

import "strings"

// form is how a name stands in a sentence.
type form struct {
	kind   byte   // a letter of the table, or 0 for an unknown code
	phrase string // the whole of it, where kind is inPhrase
}

// The letters of the table.
const (
	inA      = 'a' // à Paris, à La Rochelle, à Cuba
	inAu     = 'u' // au Havre, au Maroc: the name may begin with Le
	inAux    = 'x' // aux Abymes, aux Pays-Bas: with Les, or Aux
	inEn     = 'e' // en Algérie
	inPhrase = 'p' // what no rule says: dans l’archipel des Kerguelen
)

// In returns the place in a French sentence, with its preposition: « à Paris 7e »,
// « au Havre », « aux Abymes », « à L’Haÿ-les-Roses », « en Algérie »,
// « aux États-Unis ». A code that is not known follows « à », an empty one gives
// an empty string.
func (p Place) In() string {
	name := p.short()
	switch p.form.kind {
	case inAu:
		return "au " + strings.TrimPrefix(name, "Le ")
	case inAux:
		return "aux " + strings.TrimPrefix(strings.TrimPrefix(name, "Les "), "Aux ")
	case inEn:
		return "en " + name
	case inPhrase:
		return p.form.phrase
	}
	if name == "" {
		return ""
	}
	return "à " + name
}
