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
// « aux États-Unis ». Where the name is Uncertain it has all of them: « à Vire
// (aujourd’hui Vire Normandie) », « à Bellegarde ou à Bellegarde-sur-Valserine ».
// A code that is not known follows « à », an empty one gives an empty string.
func (p Place) In() string {
	phrase := p.form.in(p.short())
	if !p.Uncertain {
		return phrase
	}
	var earlierOnes string
	for rest := p.doubt; rest != ""; {
		e := earlier(rest)
		if rest = e.before; earlierOnes != "" {
			earlierOnes = ", " + earlierOnes
		}
		earlierOnes = e.form.in(e.name) + earlierOnes
	}
	if p.isToday() {
		return earlierOnes + " (aujourd’hui " + p.short() + ")"
	}
	return earlierOnes + " ou " + phrase
}

// in returns a name with its preposition.
func (f form) in(name string) string {
	switch f.kind {
	case inAu:
		return "au " + strings.TrimPrefix(name, "Le ")
	case inAux:
		return "aux " + strings.TrimPrefix(strings.TrimPrefix(name, "Les "), "Aux ")
	case inEn:
		return "en " + name
	case inPhrase:
		return f.phrase
	}
	if name == "" {
		return ""
	}
	return "à " + name
}
