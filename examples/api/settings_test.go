package main

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// environ returns an environment of these variables, on a free port.
func environ(pairs ...string) func(string) string {
	all := map[string]string{"PORTAL_ADDR": "127.0.0.1:0"}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

// sandbox returns what a service provider says, with what is added.
func sandbox(pairs ...string) func(string) string {
	return environ(append([]string{
		"FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", strings.Repeat("a", 64), "FRANCECONNECT_CLIENT_SECRET", strings.Repeat("b", 64),
		"API_PARTICULIER_URL", "https://staging.particulier.api.gouv.fr", "API_PARTICULIER_RECIPIENT", mockRecipient,
	}, pairs...)...)
}

func TestTheProgramBringsItsOwnMocks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var said, log portaltest.Log
	status := make(chan int, 1)
	go func() {
		defer cancel() // so that nobody awaits more
		status <- run(ctx, environ("API_PARTICULIER_BAD_DAY", "panne-du-fournisseur"), &said, &log)
	}()
	base := said.Await(ctx, "Ouvrez / Open: ")
	require.Regexp(t, `^http://localhost:\d+/$`, base, log.String())
	require.True(t, strings.HasPrefix(said.String(), "Ni FranceConnect ni API Particulier\u00a0: des simulateurs"), said.String())

	// Somebody chooses who signs in, and the API has its bad day.
	v := newVisitor(t, &town{url: strings.TrimSuffix(base, "/")})
	p := v.Get(v.Link(v.Get(quotientPage), "S’identifier avec FranceConnect"))
	p = v.Submit(p, "idp", "8dfc4080-c90d-4234-969b-f6c961de3e90")
	p = v.Submit(v.Submit(p, "login", "sacha"))
	require.Equal(t, quotientPage, p.At.Path, p.Text())
	require.Contains(t, p.Text(), "Sacha MERLANGE")
	require.Contains(t, p.Text(), "Votre quotient familial n’a pas pu être récupéré")
	require.Contains(t, log.String(), "HTTP 502, MOCK-502")
	v.Client.CloseIdleConnections()
	cancel()
	require.Equal(t, succeeded, <-status, log.String())
}

func TestSettings(t *testing.T) {
	t.Parallel()
	s, err := readSettings(sandbox("API_PARTICULIER_SCOPES", "cnaf_quotient_familial dgfip_rfr_suivant"), slog.New(slog.DiscardHandler))
	defer s.close()
	require.NoError(t, err)
	require.Nil(t, s.mocks)
	require.Empty(t, s.mocks.sites())
	require.Equal(t, "https://staging.particulier.api.gouv.fr", s.api.origin)
	require.Equal(t, mockRecipient, s.api.recipient)
	require.Equal(t, patience, s.api.patience)
	require.Equal(t, []string{"cnaf_quotient_familial", "dgfip_rfr_suivant"}, s.api.scopes, "not a closed list")
	require.Len(t, s.notices, 2)
	require.Contains(t, s.notices[1], "dgfip_rfr_suivant n’est pas connu de ce portail")
	require.Equal(t, []string{"identite_pivot", "preferred_username"}, s.config.Scopes, "by which data providers know a person")
	p, err := newPortal(s.url, s.config, s.api, s.api.log)
	require.NoError(t, err)
	require.Contains(t, p.policy, "form-action 'self' https://")
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		getenv func(string) string
		want   []string
	}{
		"recipient": {sandbox("API_PARTICULIER_RECIPIENT", "21999001700011"), []string{"API_PARTICULIER_RECIPIENT n’est pas un SIRET\u00a0: 14 chiffres, ceux de la collectivité qui reçoit les données / API_PARTICULIER_RECIPIENT is not a SIRET"}},
		"no api":    {sandbox("API_PARTICULIER_URL", "", "API_PARTICULIER_RECIPIENT", ""), []string{"API_PARTICULIER_URL n’est pas de la forme", "API_PARTICULIER_RECIPIENT"}},
		"http":      {sandbox("API_PARTICULIER_URL", "http://particulier.api.gouv.fr"), []string{"API_PARTICULIER_URL"}},
		"a path":    {sandbox("API_PARTICULIER_URL", "https://particulier.api.gouv.fr/"), []string{"API_PARTICULIER_URL"}},
		"api alone": {environ("API_PARTICULIER_URL", "https://particulier.api.gouv.fr"), []string{"API_PARTICULIER_URL demande FRANCECONNECT_ENVIRONMENT aussi"}},
		"bad day":   {environ("API_PARTICULIER_BAD_DAY", "hier"), []string{"API_PARTICULIER_BAD_DAY n’est pas un nom"}},
		"elsewhere": {environ("PORTAL_URL", "https://aides.example.fr"), []string{"FRANCECONNECT_ENVIRONMENT est absent"}},
		"address":   {sandbox("PORTAL_URL", "https://aides.example.fr/aides", "PORTAL_ADDR", "nowhere"), []string{"PORTAL_URL n’est pas de la forme", "PORTAL_ADDR n’est pas une adresse libre"}},
		"client":    {sandbox("FRANCECONNECT_ENVIRONMENT", "nulle-part"), []string{"FRANCECONNECT_ENVIRONMENT"}},
		"redirect":  {sandbox("FRANCECONNECT_CLIENT_ID", "a b"), []string{"ClientID"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs strings.Builder
			over, cancel := context.WithCancel(t.Context())
			cancel()
			require.Equal(t, misconfigured, run(over, test.getenv, &out, &errs))
			for _, line := range test.want {
				require.Contains(t, errs.String(), line)
			}
			require.Equal(t, len(test.want), strings.Count(errs.String(), "\n"), errs.String())
			require.Empty(t, out.String())
			require.NotContains(t, errs.String(), strings.Repeat("b", 64))
		})
	}
}

// A portal whose FranceConnect is switched off wants nothing else.
func TestSwitchedOff(t *testing.T) {
	t.Parallel()
	s, err := readSettings(environ("FRANCECONNECT_ENABLED", "false"), slog.New(slog.DiscardHandler))
	defer s.close()
	require.NoError(t, err)
	p, err := newPortal(s.url, s.config, s.api, s.api.log)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, s.api.log, site{s.listener, p.handler()}) }()
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	v := newVisitor(t, &town{url: "http://localhost:" + port})
	for _, path := range []string{"/", quotientPage} {
		page := v.Get(path)
		require.Equal(t, 200, page.Status)
		require.NotContains(t, page.Body, "/franceconnect/")
		require.NotContains(t, page.Text(), "Ce qui sera demandé")
		require.Contains(t, page.Text(), "mairie")
	}
	require.Equal(t, 404, v.Get("/franceconnect/login").Status)
	require.Equal(t, 404, v.Get(callbackPath).Status)
	require.Equal(t, 404, v.Get(dataCallbackPath).Status)
	v.Client.CloseIdleConnections()
	cancel()
	require.NoError(t, <-ended)
}

func TestLabels(t *testing.T) {
	t.Parallel()
	require.Equal(t, []wanted{
		{"Quotient familial", "CNAF et MSA"},
		{"dgfip_de_demain", "Impôts (DGFiP)"},
		{"donnee_de_demain", ""},
	}, labels([]string{"cnaf_quotient_familial", "dgfip_de_demain", "donnee_de_demain"}))
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	require.Empty(t, scopeWarnings(defaultDataScopes, "v2"))
	for _, test := range []struct{ scope, platform, want string }{
		{"cnaf_quotient_famillial", "v2", "n’est pas connu de ce portail"},
		{"cnaf_quotient_familial", "plus", "n’est pas connu de cette plateforme (v2)"},
		{"email", "v2", "est une donnée de FranceConnect"},
	} {
		said := scopeWarnings([]string{test.scope, "cnous_statut_boursier"}, test.platform)
		require.Len(t, said, 1, test.scope)
		require.Contains(t, said[0], test.want)
		french, _, _ := strings.Cut(said[0], " / ")
		portaltest.RequireFrench(t, test.scope, french)
	}
}
