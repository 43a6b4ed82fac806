// Package codes is the one table of the errors that FranceConnect answers with,
// its own Y codes and those of OAuth, and of the reasons of the library: what to tell
// the person, and what an operator does about it. The library, cmd/franceconnect and docs/fr/codes.md read it.
//
//	codes.json  the table
//	codes.go    how it is read
//	shape.go    what is known of a code that is not in it
package codes

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Side is where a code is put right.
type Side string

// The sides.
const (
	Portal        Side = "portal"        // the portal's code, settings or network
	Registration  Side = "registration"  // what FranceConnect has on record for the client
	FranceConnect Side = "franceconnect" // FranceConnect, or an identity provider behind it
	Person        Side = "person"        // nobody's to repair: the person goes another way
)

// A Where is what shows a code.
type Where string

// The places.
const (
	Callback Where = "callback" // comes back to the portal, as error
	Page     Where = "page"     // FranceConnect's own page: the portal may never hear of it
	Token    Where = "token"
	UserInfo Where = "userinfo"
	Logout   Where = "logout" // FranceConnect's own page, at logout
)

// A Code is one of FranceConnect's errors.
type Code struct {
	Name  string // "Y030007", "access_denied"
	Side  Side
	Where Where

	// Citizen is for a page. It never says why: the reason may be about the
	// person. It always offers a way on.
	Citizen text.Text

	Cause, Action text.Text // for the operator
}

// Advice returns what an operator does about the code, with its side and its cause.
func (c Code) Advice() text.Text {
	side := sides[c.Side]
	return text.Of(
		side.French+". "+c.Cause.French+" "+c.Action.French,
		side.English+". "+c.Cause.English+" "+c.Action.English,
	)
}

var sides = map[Side]text.Text{
	Portal:        text.Of("Côté portail", "On the portal’s side"),
	Registration:  text.Of("Côté inscription", "On the registration’s side"),
	FranceConnect: text.Of("Côté FranceConnect", "On FranceConnect’s side"),
	Person:        text.Of("Côté usager", "On the person’s side"),
}

// Find finds a code, in any letter case.
func Find(name string) (Code, bool) {
	c, ok := table().byName[strings.ToLower(strings.TrimSpace(name))]
	return c, ok
}

// A Reason is why the library refused, as its errors and its events say it. What to do
// about it is Advice's, or the decision's.
type Reason struct {
	Name     string // "id_token.nonce"
	Decision string // as of Citizen and Advice
	Quiet    bool   // of an event alone: no person is told
	Cause    text.Text
}

// Reasons returns the reasons, in the order of the table.
func Reasons() []Reason { return slices.Clone(table().reasons) }

// All returns the codes, in the order of the table.
func All() []Code { return append([]Code(nil), table().codes...) }

// Citizen returns what a person is told of a decision of the library, such as
// "denied"; several codes share one.
func Citizen(decision string) text.Text { return table().citizen[decision] }

// Advice returns what an operator does about a decision for which FranceConnect
// gave no code.
func Advice(decision string) text.Text { return table().advice[decision] }

//go:embed codes.json
var file []byte

type index struct {
	codes           []Code
	reasons         []Reason
	byName          map[string]Code
	citizen, advice map[string]text.Text
}

// table is read once, when something went wrong for the first time, and never
// written to.
var table = sync.OnceValue(func() index { return read(file) })

func read(file []byte) index {
	var written struct {
		Citizen, Advice map[string]text.Text
		Codes           []struct {
			Names         []string
			Side          Side
			Where         Where
			Citizen       string
			Cause, Action text.Text
		}
		Reasons []struct {
			Names    []string
			Decision string
			Quiet    bool
			Cause    text.Text
		}
	}
	if err := json.Unmarshal(file, &written); err != nil {
		panic(fmt.Sprintf("codes: the embedded table: %v", err)) // a test reads it
	}
	t := index{byName: map[string]Code{}, citizen: written.Citizen, advice: written.Advice}
	for _, row := range written.Codes {
		for _, name := range row.Names {
			c := Code{name, row.Side, row.Where, written.Citizen[row.Citizen], row.Cause, row.Action}
			t.codes = append(t.codes, c)
			t.byName[strings.ToLower(name)] = c
		}
	}
	for _, row := range written.Reasons {
		for _, name := range row.Names {
			t.reasons = append(t.reasons, Reason{name, row.Decision, row.Quiet, row.Cause})
		}
	}
	return t
}
