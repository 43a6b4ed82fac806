package settings

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// quotes in the pairs that a text is put in.
var quotes = [...]struct{ open, close string }{{`"`, `"`}, {"'", "'"}, {"«", "»"}, {"“", "”"}, {"‘", "’"}}

// InQuotes is what is wrong with a value that is Quoted.
var InQuotes = text.Of("est entre guillemets, qui en font alors partie : retirez-les", "is in quotation marks, which are part of it then: take them out")

// Quoted reports whether a value has kept the quotation marks that it was
// written in, or one of them: docker --env-file leaves them, and so does who
// copies from a page. No value of FranceConnect begins or ends with one.
func Quoted(value string) bool {
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	for _, q := range quotes {
		for _, mark := range q.open + q.close {
			if first == mark || last == mark {
				return true
			}
		}
	}
	return false
}

// quotedSentence returns Quoted for what may well begin with a quotation: all of it
// is in one pair. What is also an apostrophe says nothing inside.
func quotedSentence(text string) bool {
	for _, q := range quotes {
		inner, opened := strings.CutPrefix(text, q.open)
		inner, closed := strings.CutSuffix(inner, q.close)
		if opened && closed && (q.close == "'" || q.close == "’" || !strings.Contains(inner, q.close)) {
			return true
		}
	}
	return false
}

// Quoted returns the values in quotation marks, or with an item in them.
func (v *Values) Quoted() (problems []Problem) {
	for _, s := range v.table {
		value := v.Get(s.Key)
		found := Quoted(value)
		switch s.Key {
		case "text":
			found = quotedSentence(value)
		case "scopes", "assurance", "cookie_keys":
			for item := range strings.FieldsFuncSeq(value, func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) {
				found = found || Quoted(item)
			}
		}
		if found {
			problems = append(problems, Problem{v.name(s.Key), InQuotes})
		}
	}
	return problems
}
