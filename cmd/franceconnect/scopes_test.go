package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// The settings may say nothing of the scopes, and the portal's code more.
func TestTheHabilitationIsComparedWithWhatTheRunningPortalAsksFor(t *testing.T) {
	t.Parallel()
	whatOf := func(f *fixture) (said []string) {
		for _, one := range f.examine().Checks {
			if one.Check == "scopes" {
				said = append(said, string(one.Verdict)+" "+one.What)
			}
		}
		return said
	}
	f := newFixture(t, mockidp.V2, env("FRANCECONNECT_SCOPES", ""))
	f.flags = append(f.flags, "-habilitation", "openid email")
	said := whatOf(f)
	require.Len(t, said, 2, said)
	require.Contains(t, said[0], "ok d’après les réglages, openid seul")
	require.Contains(t, said[1], "failed le portail en marche demande ce que l’habilitation ne comprend pas")
	require.Contains(t, said[1], "family_name")
	require.NotContains(t, said[1], "email")

	f.flags[len(f.flags)-1] = "identite_pivot email"
	said = whatOf(f)
	require.Contains(t, said[1], "ok le portail en marche ne demande que ce que l’habilitation comprend")

	offline := slices.DeleteFunc(slices.Clone(f.flags), func(flag string) bool { return flag == "-reseau" })
	f.flags = offline
	said = whatOf(f)
	require.Len(t, said, 2, said)
	require.Contains(t, said[0], "skipped seuls les réglages sont comparés")
	require.Contains(t, said[1], "d’après les réglages, openid seul")

	f.flags = offline[:len(offline)-2]
	require.Len(t, whatOf(f), 1, "nothing is compared with a habilitation that is not given")

	for name, change := range map[string]func(*fixture){
		"a form": page("/franceconnect/login", status(http.StatusMethodNotAllowed)), "no portal": env("PORTAL_URL", "http://127.0.0.1:1"),
	} {
		f = newFixture(t, mockidp.V2, change)
		f.flags = append(f.flags, "-habilitation", "identite_pivot email")
		require.Contains(t, strings.Join(whatOf(f), "\n"), "skipped la demande du portail en marche n’a pas pu être lue", name)
	}
}
