package scopes

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheRegistryIsWellFormed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for line := range strings.Lines(file) {
		if !strings.HasPrefix(line, "#") {
			require.Len(t, strings.Split(line, "\t"), 4, line)
		}
	}
	require.NotEmpty(t, all())
	for _, s := range all() {
		require.Regexp(t, `^[A-Za-z0-9_-]+$`, s.Name)
		require.False(t, seen[s.Name], s.Name)
		seen[s.Name] = true
		require.NotEmpty(t, s.Platforms, s.Name)
		for _, p := range s.Platforms {
			require.Contains(t, []string{"v2", "plus", "v1"}, p, s.Name)
		}
		require.NotRegexp(t, regexp.MustCompile(`[ \x{202f}][:»]|« |[\pL][;!?»]|\pL:\s|['"]`), s.Label+s.Provider)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, provider, label, platforms string
		known                            bool
	}{
		{"family_name", "", "Nom de naissance", "v2 plus v1", true},
		{"cnaf_quotient_familial", "CNAF et MSA", "Quotient familial", "v2", true},
		{"dgfip_rfr", "Impôts (DGFiP)", "Revenu fiscal de référence", "v2 plus", true},
		{"rnipp_birthdate", "", "", "plus", true},
		{"address", "", "Adresse postale", "v1", true},
		{"dgfip_of_next_year", "Impôts (DGFiP)", "", "", false},
		{"prime_of_next_year", "", "", "", false},
		{"amr", "", "", "", false}, // announced, and refused: it is asked for by claims
		{"", "", "", "", false},
		{"dgfip", "", "", "", false},
	} {
		s, known := Find(test.name)
		require.Equal(t, Scope{test.name, s.Platforms, test.provider, test.label}, s)
		require.Equal(t, test.platforms, strings.Join(s.Platforms, " "), test.name)
		require.Equal(t, test.known, known, test.name)
	}
}

func TestOnIsWhatAPlatformHas(t *testing.T) {
	t.Parallel()
	has := func(platform, name string) bool {
		return slices.ContainsFunc(On(platform), func(s Scope) bool { return s.Name == name })
	}
	require.True(t, has("v2", "idp_id"))
	require.False(t, has("plus", "idp_id"))
	require.True(t, has("plus", "rnipp_gender"))
	require.False(t, has("v2", "rnipp_gender"))
	require.False(t, has("v2", "address"))
	require.Empty(t, On(""))
}

func TestExpandNamesEachOnce(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"openid", "family_name", "given_name", "birthdate", "birthplace", "birthcountry", "gender", "email"},
		Expand([]string{"openid", "identite_pivot", "birth", "email", "gender"}))
	require.Equal(t, []string{"openid"}, Expand(nil))
	for name, parts := range groups {
		require.NotEmpty(t, Group(name))
		for _, part := range parts {
			_, known := Find(part)
			require.True(t, known, part)
		}
	}
	require.Empty(t, Group("email"))
}
