package franceconnect

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/bearer"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A Session is a person who has signed in: plain data, for the portal's own
// store. It prints and logs its level alone; JSON and gob carry all of it but
// the access token.
type Session struct {
	// Subject names the person, for this portal alone and for as long as their
	// civil status stays as it is: 64 hexadecimal characters and "v1". It is
	// what an account is found by.
	Subject    string
	Level      Level     // reached: at least what was asked for
	AMR        []string  // how the person proved who they are: "fc" or "eidas" first; empty unless Config.AMR
	Scopes     []string  // granted, of those that the login asked for on top of openid: the person can take some out of the address
	SignedInAt time.Time // by our clock
	Identity   Identity
	ReturnTo   string     // path on the portal to go on to
	LogoutHint LogoutHint // for Logout; keep it on the server

	accessToken Secret
}

// European tells whether the person came through another member state's
// identity, by AMR: with names and birth date alone, without a verified place.
func (s *Session) European() bool { return slices.Contains(s.AMR, "eidas") }

// AccessToken authorises calls to data providers (API FranceConnectées), until
// about 30 seconds after the login: make them in the callback. It is not
// marshalled with the Session.
func (s *Session) AccessToken() Secret { return s.accessToken }

// Transport is for an http.Client that calls one data provider with the access
// token, such as "https://particulier.api.gouv.fr". A request to any other
// origin fails before it leaves, a redirect there too. base may be nil.
//
// The calls belong in the callback, all at once and with a deadline: the token
// is over when the person has read the next page.
func (s *Session) Transport(origin string, base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	to, err := url.Parse(origin)
	if err != nil || secureURL(origin) != "" {
		to = nil // which the first request says
	}
	return bearer.Transport{Token: string(s.accessToken), Origin: to, Base: base}
}

// Format prints the level, for every verb.
func (s Session) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "session(%s)", s.Level) }

// LogValue logs the level.
func (s Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("level", s.Level.String()))
}

// An Identity is what FranceConnect says about a person, as far as the scopes
// asked for it. Any field may be empty: a person born abroad has no
// BirthPlace, a European citizen no Email, no BirthCountry and perhaps no Gender. On v2 the civil
// status comes from the national register, FamilyName in capitals, while
// UsageName and Email are the identity provider's; on FranceConnect+ all of it
// is the identity provider's own, in its own spelling.
//
// It prints and logs as a placeholder. It does marshal to JSON and to gob, so
// that a portal can keep it in its own store.
type Identity struct {
	Pivot

	UsageName string // preferred_username: married or usage name; it is not a login

	// Email was typed in by the person at the identity provider. It is not
	// verified, it changes, and two people may share one: never find an
	// account by it.
	Email string

	// Register is the civil status in the national register, on FranceConnect+
	// with the scope rnipp_identite_pivot, or with some of the rnipp_ scopes in
	// part; nil without, and for European citizens, whom the register does not
	// know. It is what Pivot.Same compares with the Pivot of v2, where everything
	// comes from the register.
	Register *Pivot

	Address     *Address // v1, scope address
	PhoneNumber string   // v1, scope phone

	IDPID        string    // idp_id, for those few who may know the identity provider
	IDPBirthDate BirthDate // idp_birthdate: as the identity provider has it, unknown parts included

	// Other holds every claim that has no field of its own, or that does not
	// have the form which that field needs. The protocol's own are left out.
	Other map[string]json.RawMessage
}

// A Pivot is the identité pivot: what civil status knows a person by. Only all
// of it together says that two people are one.
type Pivot struct {
	// GivenName is all given names as FranceConnect writes them. GivenNames
	// are the same one by one: "Jean Philippe", "Pierre". Where FranceConnect
	// gives no list, as on v1 and, outside Register, on FranceConnect+,
	// GivenName is split at its spaces, which is a guess.
	GivenName  string
	GivenNames []string

	FamilyName string // at birth
	Gender     Gender
	BirthDate  BirthDate // v2 writes 1 for a day or month that the register does not know

	// COG codes of INSEE: a commune ("75107", "2A004"), a country ("99100").
	// BirthPlace is empty for people born abroad, and free text for European
	// citizens.
	BirthPlace   Place
	BirthCountry Place
}

// Same reports whether two Pivots are equal in all six respects, letter by
// letter, none of them empty but the place of those born abroad, and the birth
// date known to the day. It is for what the register says on both sides: the
// Pivot of v2, and Identity.Register of FranceConnect+, which the scope
// rnipp_identite_pivot brings. The Pivot of FranceConnect+ is spelled as the
// identity provider does, and is not Same as that of v2; package match forgives
// an accent.
//
// Two unknown days are not the same day. But the register writes 1 for a day or
// a month that it does not know, and nothing tells that 1 January from a true
// one: on both sides it is the same, as it is for package match, since to refuse
// it would refuse everybody who was born on one. Of who was born abroad, names
// and a year are then all that tells two people apart; a portal that wants more
// asks for idp_birthdate, in which what is unknown is 0.
func (p Pivot) Same(q Pivot) bool {
	_, known := p.BirthDate.Time()
	whole := p.GivenName != "" && p.FamilyName != "" && p.Gender != "" && known && p.BirthCountry != "" &&
		(p.BirthPlace != "" || p.BirthCountry != France)
	return whole && p.GivenName == q.GivenName && p.FamilyName == q.FamilyName && p.Gender == q.Gender &&
		p.BirthDate == q.BirthDate && p.BirthPlace == q.BirthPlace && p.BirthCountry == q.BirthCountry
}

// Format prints a placeholder, for every verb.
func (Pivot) Format(s fmt.State, _ rune) { fmt.Fprint(s, nobody) }

// LogValue logs a placeholder.
func (Pivot) LogValue() slog.Value { return slog.StringValue(nobody) }

// An Address is the one of OpenID Connect Core, section 5.1.1, which v1 gave.
type Address struct {
	Formatted     string `json:"formatted"`
	StreetAddress string `json:"street_address"`
	PostalCode    string `json:"postal_code"`
	Locality      string `json:"locality"`
	Region        string `json:"region"`
	Country       string `json:"country"`
}

// Format prints a placeholder, for every verb.
func (Address) Format(s fmt.State, _ rune) { fmt.Fprint(s, nobody) }

// LogValue logs a placeholder.
func (Address) LogValue() slog.Value { return slog.StringValue(nobody) }

const nobody = "identity"

// Format prints a placeholder, for every verb.
func (Identity) Format(s fmt.State, _ rune) { fmt.Fprint(s, nobody) }

// LogValue logs a placeholder.
func (Identity) LogValue() slog.Value { return slog.StringValue(nobody) }

// A Gender is the one in civil status.
type Gender string

// The genders that FranceConnect knows.
const (
	Female      Gender = "female"
	Male        Gender = "male"
	Unspecified Gender = "unspecified"
)

// A Place is a birth place or country: a code of INSEE's Code officiel
// géographique, nothing, or free text.
type Place string

// France is the country code of people born in France.
const France Place = "99100"

var (
	commune = regexp.MustCompile(`^(2[AB]|[0-9]{2})[0-9]{3}$`)
	country = regexp.MustCompile(`^99[0-9]{3}$`)
)

// Commune tells whether p has the form of a commune's code.
func (p Place) Commune() bool { return commune.MatchString(string(p)) && !p.Country() }

// Country tells whether p has the form of a country's code.
func (p Place) Country() bool { return country.MatchString(string(p)) }

// A BirthDate is a date of which the day, or the month and the day, may be
// unknown, and are then 0. The zero BirthDate is none at all.
type BirthDate struct {
	Year  int
	Month time.Month
	Day   int
}

var errBirthDate = errors.New("franceconnect: birth date is not YYYY-MM-DD, YYYY-MM-00 or YYYY-00-00")

// ParseBirthDate reads the forms that FranceConnect writes: 1962-08-24,
// 1962-08-00 and 1962-00-00. A day that does not exist is an error.
func ParseBirthDate(text string) (BirthDate, error) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return BirthDate{}, errBirthDate
	}
	var n [3]int
	for i, part := range []string{text[:4], text[5:7], text[8:]} {
		for _, digit := range []byte(part) {
			if digit < '0' || digit > '9' {
				return BirthDate{}, errBirthDate
			}
			n[i] = n[i]*10 + int(digit-'0')
		}
	}
	b := BirthDate{n[0], time.Month(n[1]), n[2]}
	if !b.valid() {
		return BirthDate{}, errBirthDate
	}
	return b, nil
}

func (b BirthDate) valid() bool {
	switch {
	case b.Year < 1 || b.Year > 9999:
		return false
	case b.Month == 0:
		return b.Day == 0
	case b.Day == 0:
		return b.Month >= time.January && b.Month <= time.December
	}
	t := b.date()
	return t.Year() == b.Year && t.Month() == b.Month && t.Day() == b.Day
}

func (b BirthDate) date() time.Time {
	return time.Date(b.Year, b.Month, b.Day, 0, 0, 0, 0, time.UTC)
}

// Time is midnight UTC of that day; ok is false if the day or the month is
// unknown. There is no invented 1 January here: who needs one, writes it.
func (b BirthDate) Time() (t time.Time, ok bool) {
	if b.Day == 0 || !b.valid() {
		return time.Time{}, false
	}
	return b.date(), true
}

// IsZero tells whether there is no date at all.
func (b BirthDate) IsZero() bool { return b == BirthDate{} }

// String is the form that ParseBirthDate reads, or "" for none at all.
func (b BirthDate) String() string {
	if b.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", b.Year, int(b.Month), b.Day)
}

// MarshalText is String.
func (b BirthDate) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (b *BirthDate) UnmarshalText(text []byte) (err error) {
	*b = BirthDate{}
	if len(text) > 0 {
		*b, err = ParseBirthDate(string(text))
	}
	return err
}

// newIdentity names the claims of a believed userinfo. It refuses nobody: a
// claim of an unexpected form stays in Other, and the person comes in.
func newIdentity(claims token.Claims) (id Identity) {
	for _, c := range claims {
		if !id.take(c.Name, c) {
			if id.Other == nil {
				id.Other = map[string]json.RawMessage{}
			}
			id.Other[c.Name] = json.RawMessage(c.Value)
		}
	}
	id.Pivot.guessGivenNames()
	if id.Register != nil {
		id.Register.guessGivenNames()
	}
	return id
}

// take puts a claim in the field of a name, if there is one and the claim has
// the form for it.
func (id *Identity) take(name string, c token.Claim) bool {
	switch name {
	case "sub", "iss", "aud", "azp", "iat", "exp", "nbf", "jti":
		return true // the protocol's own
	case "preferred_username":
		return text(c, &id.UsageName)
	case "email":
		return text(c, &id.Email)
	case "address":
		var a Address
		if json.Unmarshal([]byte(c.Value), &a) != nil {
			return false
		}
		id.Address = &a
		return true
	case "phone_number":
		return text(c, &id.PhoneNumber)
	case "idp_id":
		return text(c, &id.IDPID)
	case "idp_birthdate":
		return date(c, &id.IDPBirthDate)
	}
	if name, ok := strings.CutPrefix(name, "rnipp_"); ok {
		if id.Register == nil {
			id.Register = &Pivot{}
		}
		return id.Register.take(name, c)
	}
	return id.Pivot.take(name, c)
}

func (p *Pivot) take(name string, c token.Claim) bool {
	switch name {
	case "given_name":
		return text(c, &p.GivenName)
	case "given_name_array":
		var names []string // not half of them
		if json.Unmarshal([]byte(c.Value), &names) != nil {
			return false
		}
		p.GivenNames = names
		return true
	case "family_name":
		return text(c, &p.FamilyName)
	case "gender":
		return text(c, &p.Gender)
	case "birthdate":
		return date(c, &p.BirthDate)
	case "birthplace":
		return text(c, &p.BirthPlace)
	case "birthcountry":
		return text(c, &p.BirthCountry)
	}
	return false
}

// guessGivenNames splits what came without a list.
func (p *Pivot) guessGivenNames() {
	if len(p.GivenNames) == 0 && p.GivenName != "" {
		p.GivenNames = strings.Fields(p.GivenName)
	}
}

func text[T ~string](c token.Claim, field *T) bool {
	s, ok := c.Text()
	*field = T(s)
	return ok
}

func date(c token.Claim, field *BirthDate) bool {
	s, ok := c.Text()
	return ok && field.UnmarshalText([]byte(s)) == nil
}
