// Package text holds one thing said in French and in English. It imports
// nothing, and is the one package below internal that the others may import.
package text

// A Text is one thing said in both languages.
type Text struct {
	French  string `json:"fr"`
	English string `json:"en"`
}

// Of returns the Text of two texts.
func Of(french, english string) Text { return Text{french, english} }

// Then returns the Text of t, and what follows it.
func (t Text) Then(next Text) Text { return Text{t.French + next.French, t.English + next.English} }

// In returns the text in a language: English, or else French.
func (t Text) In(english bool) string {
	if english {
		return t.English
	}
	return t.French
}
