package mockidp

import "strings"

// matches reports whether a person has all the words of a query, in any case
// and without regard to accents.
func (who Person) matches(query string) bool {
	known := foldText(strings.Join([]string{strings.Join(who.GivenNames, " "), who.FamilyName, who.UsageName, who.Login,
		who.What, who.WhatFrench, who.Birthdate, who.Birthplace, who.Birthcountry, who.Email, who.Refuse}, " ") + who.Work.searchText())
	for word := range strings.FieldsSeq(foldText(query)) {
		if !strings.Contains(known, word) {
			return false
		}
	}
	return true
}

var accents = strings.NewReplacer("à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "ç", "c", "è", "e", "é", "e", "ê", "e",
	"ë", "e", "ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ù", "u",
	"ú", "u", "û", "u", "ü", "u", "ÿ", "y", "œ", "oe", "æ", "ae", "’", "'")

// foldText returns a text in lower case and without accents.
func foldText(text string) string { return accents.Replace(strings.ToLower(text)) }
