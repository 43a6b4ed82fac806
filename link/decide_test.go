package link

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

var people = sync.OnceValue(mockidp.People)

// person is a person of the mock who signed in, with the sub that is said.
func personOf(t testing.TB, login, provider, sub string) Person {
	for _, p := range people() {
		if p.Login != login {
			continue
		}
		born, err := person.ParseBirthDate(p.Birthdate)
		require.NoError(t, err)
		return Person{provider, &franceconnect.Session{Subject: sub, Level: franceconnect.Eidas1, Identity: person.Identity{
			UsageName: p.UsageName, Email: p.Email, Pivot: person.Pivot{
				GivenName: strings.Join(p.GivenNames, " "), GivenNames: p.GivenNames, FamilyName: strings.ToUpper(p.FamilyName),
				Gender: person.Gender(p.Gender), BirthDate: born,
				BirthPlace: person.Place(p.Birthplace), BirthCountry: person.Place(p.Birthcountry),
			}}}}
	}
	require.Fail(t, "the mock has no such person", login)
	return Person{}
}

// record is what a portal has on record of a person of the mock.
func record(t testing.TB, login string) match.Record {
	p := personOf(t, login, "", "").Session.Identity
	return match.Record{
		GivenNames: strings.Join(p.GivenNames, ", "), FamilyName: p.FamilyName, UsageName: p.UsageName, Gender: p.Gender,
		BirthDate: p.BirthDate, BirthPlace: p.BirthPlace, BirthCountry: p.BirthCountry,
	}
}

// A row is a line of testdata/decisions.json. Defaults: SignIn, to
// "franceconnect", with the login as the sub.
type row struct {
	Name, Way, Who, Provider, Sub string
	Automatic                     bool
	Accounts                      []rowAccount
	At, Replaces                  string // of StepUp and Prove

	Kind       Kind
	Account    string
	Candidates []string
	EmailUsed  bool `json:"email_used"`
	Link       *struct {
		Account, Replaces string
		Ground            Ground
	}
}

type rowAccount struct {
	ID, Of           string
	Record           map[string]string // what is not as it is of Of
	Verified, Closed bool
	SameEmail        bool `json:"same_email"`
	Subjects         map[string]string
}

func (a rowAccount) account(t testing.TB) Account {
	all := Account{ID: a.ID, Verified: a.Verified, Closed: a.Closed, SameEmail: a.SameEmail}
	if a.Of != "" {
		all.Record = record(t, a.Of)
	}
	for field, value := range a.Record {
		switch field {
		case "given_names":
			all.Record.GivenNames = value
		case "family_name":
			all.Record.FamilyName = value
		case "usage_name":
			all.Record.UsageName = value
		case "gender":
			all.Record.Gender = person.Gender(value)
		case "birth_place":
			all.Record.BirthPlace = person.Place(value)
		case "birth_date":
			require.NoError(t, all.Record.BirthDate.UnmarshalText([]byte(value)))
		default:
			require.Fail(t, "no such field", field)
		}
	}
	for provider, sub := range a.Subjects {
		all.Subjects = append(all.Subjects, Subject{provider, sub})
	}
	return all
}

func rows(t testing.TB) (all []row) {
	f, err := os.Open("testdata/decisions.json")
	require.NoError(t, err)
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&all))
	require.Greater(t, len(all), 50)
	for i, r := range all {
		if r.Provider == "" {
			all[i].Provider = "franceconnect"
		}
		if r.Sub == "" {
			all[i].Sub = r.Who
		}
	}
	return all
}

func TestEveryRowIsDecidedAsItSays(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, r := range rows(t) {
		kinds[r.Way+" "+string(r.Kind)] = true
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			who := personOf(t, r.Who, r.Provider, r.Sub)
			var all []Account
			var holder, at *Account
			for _, a := range r.Accounts {
				all = append(all, a.account(t))
			}
			for i, a := range all {
				if a.sub(r.Provider) == r.Sub {
					holder = &all[i]
				}
				if a.ID == r.At {
					at = &all[i]
				}
			}
			l := Linker{Automatic: r.Automatic}
			decide := func(holder *Account) (Decision, *LinkChange) {
				switch r.Way {
				case "step_up":
					return l.stepUp(who, holder, at)
				case "prove":
					return l.prove(who, holder, at, Candidate{Account: r.At, Replaces: r.Replaces})
				}
				return l.signIn(who, holder, all)
			}
			d, link := decide(holder)
			r.equals(t, d, link)
			if at == holder || r.Way == "" {
				// The link was made after BySubject was asked.
				d, link = decide(nil)
				r.equals(t, d, link)
			}
		})
	}
	for _, kind := range []string{" known", " new", " prove", " ambiguous", " closed", "step_up known", "step_up prove",
		"step_up closed", "step_up conflict", "step_up another", "prove known", "prove closed", "prove conflict", "prove another"} {
		require.True(t, kinds[kind], kind)
	}
}

func (r row) equals(t *testing.T, d Decision, link *LinkChange) {
	t.Helper()
	require.Equal(t, r.Kind, d.Kind)
	require.Equal(t, r.Account, d.Account)
	require.Equal(t, r.EmailUsed, d.EmailUsed)
	require.False(t, d.Linked, "nothing is written yet")
	var candidates []string
	for _, c := range d.Candidates {
		candidates = append(candidates, c.Account+" "+string(c.Reason))
		for _, a := range r.Accounts {
			if a.ID == c.Account {
				require.Equal(t, a.Subjects[r.Provider], c.Replaces)
			}
		}
	}
	require.Equal(t, r.Candidates, candidates)
	if r.Link == nil {
		require.Nil(t, link)
		return
	}
	require.NotNil(t, link)
	require.Equal(t, LinkChange{Subject{r.Provider, r.Sub}, r.Link.Account, r.Link.Replaces, r.Link.Ground}, *link)
}

// The rules again, over all that an account can be, without the code that makes
// them: whatever is linked at once is verified, open, whole, the only one, and
// without another sub.
func TestWhatIsLinkedWithoutAProofIsSure(t *testing.T) {
	t.Parallel()
	whole, poor := record(t, "camille"), match.Record{FamilyName: "Vautrin"}
	partial, other := whole, record(t, "remi")
	partial.GivenNames = "Camille"
	var all []Account
	for _, r := range []match.Record{whole, partial, poor, other} {
		for bits := range 16 {
			a := Account{Record: r, Verified: bits&1 != 0, Closed: bits&2 != 0, SameEmail: bits&4 != 0}
			if bits&8 != 0 {
				a.Subjects = []Subject{{"franceconnect", "another"}}
			}
			all = append(all, a)
		}
	}
	who := personOf(t, "camille", "franceconnect", "hers")
	sure := func(a Account) bool {
		return a.Record == whole && a.Verified && !a.Closed && len(a.Subjects) == 0
	}
	linked := 0
	for _, a := range all {
		for _, b := range all {
			a.ID, b.ID = "a", "b"
			d, link := Linker{}.signIn(who, nil, []Account{a, b})
			require.Nil(t, link, "not without Automatic")
			require.NotEqual(t, Known, d.Kind)
			d, link = Linker{Automatic: true}.signIn(who, nil, []Account{a, b})
			wholes := 0
			for _, x := range []Account{a, b} {
				if x.Record == whole && !x.Closed {
					wholes++
				}
			}
			require.Equal(t, wholes == 1 && (sure(a) || sure(b)), link != nil)
			if link != nil {
				linked++
				require.Equal(t, Known, d.Kind)
				require.Equal(t, link.Account, d.Account)
				require.Equal(t, sure(a), link.Account == "a")
				require.Empty(t, link.Replaces)
			}
			for _, c := range d.Candidates {
				offered := map[string]Account{"a": a, "b": b}[c.Account]
				require.False(t, offered.Closed)
				require.NotEqual(t, other, offered.Record)
			}
			require.Equal(t, d.Kind == ProofNeeded, len(d.Candidates) == 1)
			require.Equal(t, d.Kind == Ambiguous, len(d.Candidates) > 1)
		}
		d, link := Linker{}.stepUp(who, nil, &a)
		require.Equal(t, sure(a), link != nil)
		require.Equal(t, sure(a), d.Kind == Known)
	}
	require.Greater(t, linked, 50)
}

func TestTheMatcherKnowsOfNamesThatWereCutOff(t *testing.T) {
	t.Parallel()
	who, a := personOf(t, "gaspard", "franceconnect", "his"), Account{ID: "a", Record: record(t, "gaspard"), Verified: true}
	l := Linker{Automatic: true}
	_, link := l.signIn(who, nil, []Account{a})
	require.NotNil(t, link)
	l.Matcher.FamilyNameCutAt = len("Nivolet")
	d, link := l.signIn(who, nil, []Account{a})
	require.Nil(t, link)
	require.Equal(t, "prove partial", d.String())
}
