package linking_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/linking"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

const (
	fc   = "franceconnect"
	plus = "franceconnect+"
)

var people = sync.OnceValue(mockidp.People)

// arrives returns a person of the mock as FranceConnect v2 tells them, or as
// FranceConnect+ does with the scope rnipp_identite_pivot. The sub changes with
// the provider and with the civil status. The tests of mock_test.go go through
// real callbacks.
func arrives(t testing.TB, login, provider string) link.Person {
	for _, p := range people() {
		if p.Login != login {
			continue
		}
		born, err := person.ParseBirthDate(strings.ReplaceAll(p.Birthdate, "-00", "-01"))
		require.NoError(t, err)
		id := person.Identity{UsageName: p.UsageName, Email: p.Email, Pivot: person.Pivot{
			GivenName: strings.Join(p.GivenNames, " "), GivenNames: p.GivenNames, FamilyName: strings.ToUpper(p.FamilyName),
			Gender: person.Gender(p.Gender), BirthDate: born,
			BirthPlace: person.Place(p.Birthplace), BirthCountry: person.Place(p.Birthcountry),
		}}
		if provider == plus {
			register := id.Pivot
			id.RNIPP, id.FamilyName = &register, p.FamilyName
		}
		sum := sha256.Sum256([]byte(provider + login))
		return link.Person{Provider: provider, Session: &franceconnect.Session{Subject: hex.EncodeToString(sum[:]) + "v1", Identity: id}}
	}
	require.Fail(t, "the mock has no such person", login)
	return link.Person{}
}

// A portal is one machine.
type portal struct {
	link.Linker
	accounts linking.Accounts
}

func newPortal(t *testing.T, db database) portal {
	a := db.open(t)
	return portal{link.Linker{Accounts: a}, a}
}

// atAPortal runs a test on empty tables of each engine.
func atAPortal(t *testing.T, test func(t *testing.T, p portal)) {
	onBothEngines(t, func(t *testing.T, db database) { test(t, newPortal(t, db)) })
}

// old makes an account as the portal's form has made them for years: of what
// somebody typed in.
func (p portal) old(t *testing.T, id, email string, columns map[string]any) {
	t.Helper()
	change(t, p.accounts, `INSERT INTO accounts (id, email, password) VALUES ($1, NULLIF($2, ''), 'a hash')`, id, email)
	for column, value := range columns {
		change(t, p.accounts, `UPDATE accounts SET `+column+` = $2 WHERE id = $1`, id, value)
	}
	_, err := p.accounts.FillKeys(t.Context(), 10)
	require.NoError(t, err)
}

// camille returns what she typed in once.
func camille() map[string]any {
	return map[string]any{"given_names": "Camille Rose Ariane", "family_name": "Vautrin", "gender": "female",
		"birth_year": 1984, "birth_month": 2, "birth_day": 29, "birth_place": "69123", "birth_country": "99100"}
}

// signsUp opens an account for a person who is new.
func (p portal) signsUp(t *testing.T, who link.Person) (id string) {
	t.Helper()
	require.Equal(t, "new", p.signsIn(t, who).String())
	id, err := p.accounts.Create(t.Context(), who, who.Session.Identity.Email)
	require.NoError(t, err)
	return id
}

func (p portal) signsIn(t *testing.T, who link.Person) link.Decision {
	t.Helper()
	d, err := p.SignIn(t.Context(), who)
	require.NoError(t, err)
	return d
}

func (p portal) stepsUp(t *testing.T, who link.Person, account string) link.Decision {
	t.Helper()
	d, err := p.StepUp(t.Context(), who, account)
	require.NoError(t, err)
	return d
}

func (p portal) proves(t *testing.T, who link.Person, c link.Candidate) link.Decision {
	t.Helper()
	d, err := p.Prove(t.Context(), who, c)
	require.NoError(t, err)
	return d
}

// linksByProof signs in, is asked for a proof for a reason, and gives it.
func (p portal) linksByProof(t *testing.T, who link.Person, why, account string) {
	t.Helper()
	d := p.signsIn(t, who)
	require.Equal(t, why, d.String())
	require.Equal(t, linked(account), p.proves(t, who, d.Candidates[0]))
}

func change(t testing.TB, a linking.Accounts, query string, args ...any) {
	t.Helper()
	_, err := a.DB.ExecContext(context.Background(), query, args...)
	require.NoError(t, err)
}

// lines returns what a query finds, one line a row.
func lines(t testing.TB, a linking.Accounts, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := a.DB.QueryContext(t.Context(), query, args...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		all = append(all, line)
	}
	require.NoError(t, rows.Err())
	return all
}

// audited returns the events of an account.
func (p portal) audited(t *testing.T, id string) []string {
	t.Helper()
	return lines(t, p.accounts, `SELECT provider || ' ' || event || ' ' || ground FROM link_audit WHERE account = $1 ORDER BY at`, id)
}

func known(id string) link.Decision { return link.Decision{Kind: link.Known, Account: id} }
func linked(id string) link.Decision {
	return link.Decision{Kind: link.Known, Account: id, Linked: true}
}
