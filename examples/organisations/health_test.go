package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// ask opens a page of the supervision.
func (w *world) ask(path string) (status int, body string) {
	w.t.Helper()
	answer := httptest.NewRecorder()
	w.orgs.supervision().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	require.Equal(w.t, "no-store", answer.Header().Get("Cache-Control"))
	return answer.Code, answer.Body.String()
}

// health returns what the supervision is told.
func (w *world) health(status int) (all report) {
	w.t.Helper()
	code, body := w.ask("/health")
	require.Equal(w.t, status, code, body)
	require.NoError(w.t, json.Unmarshal([]byte(body), &all))
	return all
}

func TestHealthNamesWhoseFileIsWrongAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont", "lans", "vers")
	w.serve(all[0], all[1])
	require.Equal(t, report{Status: good, Organisations: 2, Findings: []finding{}}, w.health(http.StatusOK))

	w.write("bourg.json", all[0].text(map[string]any{"button": "rose"}))
	w.write("lans.json", all[2].text(map[string]any{"level": "eidas2"}))
	w.write("other.json", all[1].text(nil)) // wants hautmont's host
	w.write("vers.json", "{")
	w.reload()
	got := w.health(http.StatusServiceUnavailable)
	require.Equal(t, []any{wrong, 5, 4, 0, 0}, []any{got.Status, got.Organisations, got.Wrong, got.Soon, got.Unnamed})
	for i, want := range []finding{
		{"bourg.json", "Ville de bourg", wrong, "the last good one", "(button)", "(button)"},
		{"lans.json", "Ville de lans", wrong, "a maintenance page", "(Level)", "(Level)"},
		{"other.json", "", wrong, "nothing", "déjà celle de hautmont.json", "already that of hautmont.json"},
		{"vers.json", "", wrong, "nothing", "n’est pas un seul objet JSON", "not one well-formed JSON object"},
	} {
		require.Contains(t, got.Findings[i].French, want.French)
		require.Contains(t, got.Findings[i].English, want.English)
		want.French, want.English = got.Findings[i].French, got.Findings[i].English
		require.Equal(t, want, got.Findings[i])
	}
	_, body := w.ask("/health")
	for _, town := range all {
		require.NotContains(t, body, town.secret)
	}
	w.orgs.maxNames = 1
	got = w.health(http.StatusServiceUnavailable)
	require.Equal(t, []int{4, 3, 1}, []int{got.Wrong, got.Unnamed, len(got.Findings)})

	require.NoError(t, os.Rename(w.folder, w.folder+"-away"))
	w.reload()
	got = w.health(http.StatusServiceUnavailable)
	require.Contains(t, got.Folder[0], "ne peut pas être lu")
	require.Equal(t, 5, got.Organisations, "which are still served")
	require.NoError(t, os.Rename(w.folder+"-away", w.folder))
	for _, file := range []string{"lans.json", "other.json", "vers.json"} {
		require.NoError(t, os.Remove(filepath.Join(w.folder, file)))
	}
	w.serve(all[0])
	w.health(http.StatusOK)
}

func TestHealthNamesWhoseLoginsAreRefusedUntilOneSucceeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont")
	w.serve(all...)
	v := w.visitor(all[0].url())
	for _, s := range []mockidp.Scenario{
		{Cancel: true}, {Error: "invalid_client"}, {Error: "server_error"},
		{IDToken: mockidp.TokenChange{Claims: map[string]any{"nonce": "another"}}},
		{TokenFault: mockidp.Fault{Status: 400, Body: `{"error":"invalid_grant"}`}},
	} {
		all[0].idp.Next(s)
		v.Get("/connexion")
		w.health(http.StatusOK) // a person can bring it about
	}
	for _, s := range []mockidp.Scenario{
		{TokenFault: mockidp.Fault{Status: 401, Body: `{"error":"invalid_client"}`}},
		{IDToken: mockidp.TokenChange{Key: "other"}},
	} {
		all[0].idp.Next(s)
		v.Get("/connexion")
		w.visitor(all[1].url()).signIn()
		got := w.health(http.StatusServiceUnavailable)
		require.Len(t, got.Findings, 1)
		require.Equal(t, "bourg.json", got.Findings[0].File)
		require.NotEmpty(t, got.Findings[0].French)
		require.Empty(t, got.Findings[0].Serving)
		v.signIn()
		w.health(http.StatusOK)
	}
}

func TestHealthAsksEachFranceConnectOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont", "lans")
	off := w.towns(mockidp.V2, "off")[0]
	w.serve(all...)
	w.write("off.json", off.text(map[string]any{"enabled": false}))
	w.reload()
	w.health(http.StatusOK)
	require.Equal(t, 1, asked(all[0].idp, "/jwks"))
	require.Empty(t, off.idp.Requests())

	down := w.towns(mockidp.V2, "vers")[0]
	w.write("vers.json", with(t, down.text(nil), down.idp.Issuer(), "http://127.0.0.1:1/api/v2"))
	w.reload()
	require.Len(t, w.health(http.StatusServiceUnavailable).Unreachable, 1)
}

func TestTheMetricsCountByOrganisationAndTheRestTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orgs.maxNames = 2
	all := w.towns(mockidp.V2, "bourg", "hautmont", "lans", "vers")
	w.serve(all...)
	for _, town := range all {
		v := w.visitor(town.url())
		v.signIn()
		town.idp.Next(mockidp.Scenario{Cancel: true})
		v.Get("/connexion")
	}
	w.write("vers.json", "{")
	w.reload()
	_, body := w.ask("/metrics")
	for _, line := range []string{
		`franceconnect_logins_total{organisation="bourg.json",franceconnect_platform="v2",franceconnect_outcome="started"} 2`,
		`franceconnect_callbacks_total{organisation="bourg.json",franceconnect_platform="v2",franceconnect_outcome="signed_in"} 1`,
		`franceconnect_callbacks_total{organisation="hautmont.json",franceconnect_platform="v2",franceconnect_outcome="cancelled"} 1`,
		`franceconnect_logins_total{organisation="_OTHER",franceconnect_platform="v2",franceconnect_outcome="started"} 4`,
		`franceconnect_callbacks_total{organisation="_OTHER",franceconnect_platform="v2",franceconnect_outcome="signed_in"} 2`,
		`franceconnect_organisations 4`,
		`franceconnect_folder_unreadable 0`,
		`franceconnect_organisation_wrong{organisation="bourg.json"} 0`,
		`franceconnect_organisation_wrong{organisation="_OTHER"} 1`,
	} {
		require.Contains(t, body, line+"\n")
	}
	require.NotContains(t, body, "lans")
	require.NotContains(t, body, all[0].secret)

	// Who is gone leaves the name, and who has one keeps it.
	require.NoError(t, os.Remove(filepath.Join(w.folder, "bourg.json")))
	w.serve(w.towns(mockidp.V2, "aurec")[0])
	_, body = w.ask("/metrics")
	require.NotContains(t, body, "bourg")
	require.Contains(t, body, `franceconnect_callbacks_total{organisation="hautmont.json",`)
	require.Contains(t, body, `franceconnect_organisation_wrong{organisation="aurec.json"} 0`)
	require.Contains(t, body, `franceconnect_organisation_wrong{organisation="_OTHER"} 1`)
	for line := range strings.Lines(body) {
		require.Regexp(t, `^(# (HELP|TYPE) franceconnect_[a-z_]+ .+|franceconnect_[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? \d+)\n$`, line)
	}
}

func TestALabelIsEscaped(t *testing.T) {
	t.Parallel()
	require.Equal(t, `{a="\"\\\n�",b="c"}`, labels("a", "\"\\\n\xff", "b", "c"))
}
