package attack

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestEveryAttackSaysWhatIsDoneWhatRuleItBreaksAndWhatToChange(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range catalogue() {
		require.False(t, seen[a.name], "two attacks are named %s", a.name)
		seen[a.name] = true
		for what, text := range map[string]string{"does": a.does, "rule": a.rule, "source": a.source, "cure": a.cure} {
			require.NotEmpty(t, strings.TrimSpace(text), "%s of %s", what, a.name)
			require.False(t, strings.HasSuffix(text, "."), "report ends the sentence %q", text)
		}
		report := a.report([]string{"somebody is signed in"})
		require.True(t, strings.HasSuffix(report, "\nWhat to change: "+a.cure+"."), report)
	}
}

func TestARequestIsEditedOnlyWhereThePortalAsksForSomething(t *testing.T) {
	t.Parallel()
	other := &url.URL{Scheme: "https", Host: "portal.example", Path: "/strong/callback"}
	for _, c := range []struct {
		name, asked string
		levels      []string
		others      []*url.URL
		want        string // the parameters that are edited; "" if the attack is not played
	}{
		{"request-level-lowered", "acr_values=eidas3", []string{"eidas2", "eidas3"}, nil, "acr_values=eidas2"},
		{"request-level-lowered", "acr_values=eidas2", []string{"eidas2", "eidas3"}, nil, ""},
		{"request-level-lowered", "acr_values=eidas1", []string{"eidas1"}, nil, ""},
		{"request-amr-taken-out", `claims={"id_token":{"amr":null}}`, nil, nil, "claims="},
		{"request-amr-taken-out", "scope=openid", nil, nil, ""},
		{"request-amr-taken-out", `claims={"id_token":{"acr":{"essential":true,"value":"eidas1"}}}`, nil, nil, "claims="},
		{"request-amr-taken-out", `claims={"id_token":{"acr":{"value":"eidas1"}}}`, nil, nil, ""},
		{"request-level-lowered", `claims={"id_token":{"acr":{"essential":true,"values":["eidas0","eidas2"]}}}`, []string{"eidas0", "eidas1", "eidas2"}, nil, `claims={"id_token":{"acr":{"essential":true,"value":"eidas1"}}}`},
		{"request-level-lowered", `claims={"id_token":{"acr":{"values":["eidas2"]}}}`, []string{"eidas0", "eidas1", "eidas2"}, nil, ""},
		{"request-level-lowered", "acr_values=eidas2", []string{"eidas0", "eidas1", "eidas2"}, nil, ""},
		{"request-without-siret", "scope=openid+siret+usual_name", nil, nil, "scope=openid usual_name"},
		{"request-without-scopes", "scope=openid+email", nil, nil, ""},
		{"request-without-scopes", "scope=openid+email+birthdate", nil, nil, "scope=openid"},
		{"request-without-birthdate", "scope=openid+email", nil, nil, ""},
		{"request-without-birthdate", "scope=openid+birthdate+gender", nil, nil, "scope=openid gender"},
		{"request-without-birthdate", "scope=openid+identite_pivot+email", nil, nil, "scope=openid given_name family_name gender birthplace birthcountry email"},
		{"request-without-birthdate", "scope=openid+rnipp_profile", nil, nil, "scope=openid"}, // no part of it is this client's
		{"request-without-gender", "scope=openid+profile+birth", nil, nil, "scope=openid given_name family_name birthdate preferred_username birth"},
		{"request-for-another-callback", "redirect_uri=https://portal.example/callback", nil, nil, ""},
		{"request-for-another-callback", "redirect_uri=https://portal.example/callback", nil, []*url.URL{other}, "redirect_uri=https://portal.example/strong/callback"},
		{"request-nonce-changed", "nonce=a", nil, nil, "nonce=attackattackattackattackattackattack"},
	} {
		asked, err := url.ParseQuery(c.asked)
		require.NoError(t, err)
		f := &arena{parameters: asked, levels: c.levels, urls: portalURLs{otherCallbacks: c.others}}
		f.Client.Scopes = mockidp.DefaultClient(mockidp.V2).Scopes
		for _, a := range editedRequests() {
			if a.name != c.name {
				continue
			}
			require.Equal(t, c.want != "", a.fits(f), "%s of %s", c.name, c.asked)
			if c.levels == nil {
				f.levels = []string{"eidas1"}
			}
			if c.want != "" {
				name, value, _ := strings.Cut(c.want, "=")
				a.edit(f, asked)
				require.Equal(t, value, asked.Get(name), c.asked)
			}
		}
	}
	require.False(t, attack{needsNext: true}.fits(&arena{}))
}
