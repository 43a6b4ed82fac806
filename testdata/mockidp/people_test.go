package mockidp_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// identity signs a person in and returns the claims of userinfo, without those
// that every JWT has.
func identity(t *testing.T, platform mockidp.Platform, login, scope string) map[string]any {
	w := start(t, mockidp.Config{Platform: platform, Auto: true, Person: login})
	p := w.userinfo(w.tokens("scope", scope).AccessToken)
	claims := map[string]any{}
	if platform == mockidp.V1 {
		require.NoError(t, json.Unmarshal([]byte(p.body), &claims))
	} else {
		_, claims = w.read(p.body)
	}
	for _, name := range []string{"sub", "aud", "exp", "iat", "iss"} {
		delete(claims, name)
	}
	return claims
}

// TestClaimsOfPeople compares whole identities: what a claim is, and that
// nothing else is told.
func TestClaimsOfPeople(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Name, Login, Scope string
		Platform           mockidp.Platform
		Want               map[string]any
	}
	load(t, "identities.json", &rows)
	for _, r := range rows {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, r.Want, identity(t, r.Platform, r.Login, r.Scope))
		})
	}
}

func TestPeopleDiffer(t *testing.T) {
	t.Parallel()
	people := mockidp.People()
	require.GreaterOrEqual(t, len(people), 12)
	logins, emails, names := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, who := range people {
		require.NotEmpty(t, who.What, who.Login)
		logins[who.Login], emails[who.Email], names[who.FamilyName] = true, true, true
	}
	require.Len(t, logins, len(people))
	require.Len(t, names, len(people))
	require.Len(t, emails, len(people)-1, "two people have no e-mail")
	first := people[0]
	require.NotContains(t, []string{first.UsageName, first.Email, first.Gender, first.Birthplace}, "")
	require.Equal(t, "99100", first.Birthcountry)
}
