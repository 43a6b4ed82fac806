package show

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// de returns « de » before the name of a person: « de Rose », « d’Ariane », « d’Yves »
// but « de Yann », « d’Hélène » but « de Hassan », and no elision before an
// initial, which is read as a letter: « de A. Tremblay ».
func de(name string) string {
	word := strings.ToLower(name)
	if i := strings.IndexAny(word, " -"); i >= 0 {
		word = word[:i]
	}
	first, size := utf8.DecodeRuneInString(word)
	second, _ := utf8.DecodeRuneInString(word[size:])
	elided := false
	switch {
	case utf8.RuneCountInString(strings.TrimSuffix(word, ".")) < 2:
	case first == 'y':
		elided = !vowel(second) // Yves, Yvonne; Yann and Yasmine begin with a consonant
	case first == 'h':
		elided = slices.Contains(muteH, word)
	default:
		elided = vowel(first)
	}
	if elided {
		return "d’" + name
	}
	return "de " + name
}

// vowel reports whether a small letter is one, with any accent.
func vowel(r rune) bool {
	return strings.ContainsRune("aàáâãäåāăąæeèéêëēĕėęěiìíîïĩīĭįıoòóôõöøōŏőœuùúûüũūŭůűų", r)
}

// muteH are the given names whose H is not there for the ear. In all others it
// may be, and not to elide is then never wrong: Hugo has both.
var muteH = []string{
	"hadrien", "hadrienne", "hector", "hedwige", "hélène", "helene", "héléna", "hélie", "hélier", "héliodore",
	"hélios", "héloïse", "heloise", "henri", "henriette", "henry", "hercule", "hermance", "hermeline", "hermès",
	"hermine", "hermione", "hervé", "herve", "hervée", "hilaire", "hilarion", "hildegarde", "hippolyte", "homère",
	"honoré", "honore", "honorin", "honorine", "horace", "hortense", "hubert", "huberte", "hugues", "huguette",
	"huguet", "hyacinthe",
}
