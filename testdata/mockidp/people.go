package mockidp

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// A Person is somebody who can sign in. Its JSON form is an element of the
// array that [ReadPeople] reads. The fields are what the identity provider
// gives; what FranceConnect adds from the civil register follows from them.
type Person struct {
	Login string `json:"login"` // unique; names the person in Scenario and Config
	// What and WhatFrench say on one line what this person is for. What is used
	// if WhatFrench is empty.
	What       string `json:"what"`
	WhatFrench string `json:"what_fr"`

	GivenNames   []string `json:"given_names"` // one element may have a space in it
	FamilyName   string   `json:"family_name"` // at birth
	UsageName    string   `json:"usage_name"`  // preferred_username, or "" for none
	Gender       string   `json:"gender"`      // female, male or unspecified
	Birthdate    string   `json:"birthdate"`   // YYYY-MM-DD, where MM and DD may be 00
	Birthplace   string   `json:"birthplace"`  // COG code of a commune; abroad empty or in plain words
	Birthcountry string   `json:"birthcountry"`
	Email        string   `json:"email"`

	// ACR is the level of the identity provider on FranceConnect+, if it is
	// not the one asked for: higher it is given as it is, lower it is refused.
	ACR string `json:"acr"`
	// European means that the person comes through the eIDAS node, which only
	// FranceConnect+ has: on other platforms the person does not exist.
	European bool `json:"european"`
	// Refuse is the Y code of the page where this person always ends.
	Refuse string `json:"refuse"`
	// Work makes the person a professional, who exists on ProConnect and nowhere
	// else: of the fields above, those of birth are not used.
	Work *Work `json:"work"`
}

// existsOn reports whether the person can sign in on a platform.
func (who Person) existsOn(p Platform) bool {
	return (who.Work != nil) == (p == ProConnect) && (!who.European || p == Plus)
}

//go:embed data/people.json
var peopleJSON []byte

//go:embed data/professionals.json
var professionalsJSON []byte

// The embedded people, read once.
var (
	embeddedPeople        = sync.OnceValue(func() []Person { return mustReadPeople(peopleJSON) })
	embeddedProfessionals = sync.OnceValue(func() []Person { return mustReadPeople(professionalsJSON) })
)

func mustReadPeople(text []byte) []Person {
	people, err := ReadPeople(bytes.NewReader(text))
	if err != nil {
		panic(fmt.Sprintf("mockidp: embedded people: %v", err)) // a test reads them
	}
	return people
}

// People returns the invented people who can sign in by default. The first has
// every claim and was born in France.
func People() []Person { return clonePeople(embeddedPeople()) }

// Professionals returns the invented people who can sign in on ProConnect by
// default. The first is at a town hall and has every claim.
func Professionals() []Person { return clonePeople(embeddedProfessionals()) }

// peopleOf returns those of a platform.
func peopleOf(p Platform) []Person {
	if p == ProConnect {
		return Professionals()
	}
	return People()
}

func clonePeople(people []Person) []Person {
	people = slices.Clone(people)
	for i := range people {
		people[i].GivenNames = slices.Clone(people[i].GivenNames)
		if work := people[i].Work; work != nil {
			own := *work
			people[i].Work = &own
		}
	}
	return people
}

// People returns the people who can sign in at this provider, in their order.
func (p *Provider) People() []Person { return clonePeople(p.people) }

// ReadPeople reads a JSON array of people. It refuses members that it does not
// know, and people without a login; an error names the person by their index.
func ReadPeople(r io.Reader) ([]Person, error) {
	return readList(r, "people", "login", func(who Person) string { return who.Login })
}

// france is the code of France as a country of birth.
const france = "99100"

// claims returns all claims that FranceConnect has of a person, by name. The
// scopes decide which of them are given. A claim without a value is absent.
func (who *Person) claims(platform *platform, idp string) map[string]any {
	given := strings.Join(who.GivenNames, " ")
	c := map[string]any{
		"given_name":  given,
		"family_name": who.FamilyName,
		"gender":      who.Gender,
		"birthdate":   who.Birthdate,
	}
	optional := func(name, value string) {
		if value != "" {
			c[name] = value
		}
	}
	optional("preferred_username", who.UsageName)
	if platform.name == V1 {
		c["preferred_username"] = who.UsageName // "" when there is none
	}
	optional("birthplace", who.Birthplace)
	optional("birthcountry", who.Birthcountry)
	optional("email", who.Email)
	if who.European {
		return c // they are not in the civil register
	}
	register := map[string]any{
		"given_name":       given,
		"given_name_array": who.GivenNames,
		"family_name":      strings.ToUpper(who.FamilyName),
		"gender":           who.Gender,
		"birthdate":        registerDate(who.Birthdate),
		"birthplace":       "",
		"birthcountry":     who.Birthcountry,
	}
	if who.Birthcountry == france {
		register["birthplace"] = who.Birthplace
	}
	for name, v := range register {
		if platform.name == Plus {
			c["rnipp_"+name] = v
		} else {
			c[name] = v
		}
	}
	c["idp_id"], c["idp_birthdate"] = idp, who.Birthdate
	return c
}

// hasRequiredClaims reports whether the identity provider gave the claims that
// FranceConnect requires. From the eIDAS node, names and date of birth suffice.
func (who Person) hasRequiredClaims() bool {
	if who.Work != nil {
		return len(who.GivenNames) > 0 && who.FamilyName != "" && who.Email != "" && who.Work.SIRET != ""
	}
	if len(who.GivenNames) == 0 || who.FamilyName == "" || who.Birthdate == "" {
		return false
	}
	return who.European || who.Gender != "" && who.Email != "" && who.Birthcountry != "" &&
		(who.Birthplace != "" || who.Birthcountry != france)
}

// registerDate returns a date of birth as the register has it, with 01 for an
// unknown day or month.
func registerDate(date string) string { return strings.ReplaceAll(date, "-00", "-01") }
