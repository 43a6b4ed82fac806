package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatPeoplePasteIsWhatBrowsersSend(t *testing.T) {
	t.Parallel()
	for text, host := range map[string]string{
		"aides.ville.fr":           "aides.ville.fr",
		" https://Aides.Ville.fr/": "aides.ville.fr",
		"http://aides.ville.fr":    "aides.ville.fr",
		"aides.ville.fr:443":       "aides.ville.fr",
		"aides.ville.fr:80":        "aides.ville.fr:80",
		"aides.ville.fr:8443":      "aides.ville.fr:8443",
		"localhost:80":             "localhost",
		"localhost:443":            "localhost:443",
		"127.0.0.1:8080":           "127.0.0.1:8080",
		"[::1]:8080":               "[::1]:8080",
		"xn--saint-tienne-hhb.fr":  "xn--saint-tienne-hhb.fr",
	} {
		require.Equal(t, host, cleanHost(text), text)
	}
	for _, text := range []string{"", " ", "https://", "saint-étienne.fr", "aides.ville.fr/aides", "aides.ville.fr?a", "aides.ville.fr#a",
		"moi@aides.ville.fr", "aides.ville.fr:", "aides.ville.fr:http", ":8080", "[::1", "aides ville.fr", "*.ville.fr", "a_b.fr", "//ville.fr"} {
		require.Empty(t, cleanHost(text), text)
	}
}

func TestHTTPIsForThisMachineAlone(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"localhost": "http://", "localhost:8080": "http://", "127.0.0.1:8080": "http://", "127.8.0.1": "http://", "[::1]:8080": "http://",
		"ville.fr": "https://", "ville.localhost:8080": "https://", "10.0.0.1": "https://", "localhost.ville.fr": "https://"} {
		require.Equal(t, want, scheme(host), host)
	}
}

func TestAHostStaysWithWhoHasIt(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	named := func(name string, hosts ...string) string {
		return with(t, with(t, bourg.text(nil), "Ville de bourg", name), `"host": "bourg.example.fr"`, `"host": ["`+strings.Join(hosts, `", "`)+`"]`)
	}
	serves := func(want ...string) {
		t.Helper()
		for i := 0; i < len(want); i += 2 {
			body := w.visitor("https://" + want[i]).Get("/").Body
			require.Contains(t, body, `<a href="/">`+want[i+1]+`</a>`)
		}
	}
	none := "Portail"

	// Both are new: the first by name.
	w.write("b.json", named("B", "x.fr"))
	w.write("c.json", named("C", "y.fr", "x.fr"))
	said := w.said(func() { w.reload(); w.reload() })
	require.Len(t, lines(said, "refused"), 1)
	require.Regexp(t, `file=c\.json conseil=".*celle de b\.json.*" advice=".*that of b\.json, which keeps it\." serving=nothing`, said)
	serves("x.fr", "B", "y.fr", none)

	// One that is new takes nothing from one that serves, wherever its name is.
	w.write("a.json", named("A", "x.fr"))
	require.Contains(t, w.said(w.reload), `file=a.json conseil="Une adresse (host) de ce fichier est déjà celle de b.json : elle reste à ce dernier."`)
	serves("x.fr", "B")

	// It has two more, and loses none of them to its own mistake.
	w.write("b.json", named("B", "x.fr", "z.fr"))
	require.Len(t, lines(w.said(w.reload), "organisation"), 1)
	w.write("z.json", named("Z", "v.fr"))
	require.Len(t, lines(w.said(w.reload), "organisation"), 1)
	w.write("b.json", named("B", "v.fr"))
	require.Regexp(t, `file=b\.json .*that of z\.json.*serving="the last good one"`, w.said(w.reload))
	serves("x.fr", "B", "v.fr", "Z")

	// What is given up is taken by who waits for it, and so on.
	w.write("z.json", named("Z", "w.fr"))
	said = w.said(w.reload)
	require.Len(t, lines(said, "refused"), 1)
	require.Contains(t, said, "that of a.json, which keeps it", "c still waits, for a now")
	serves("v.fr", "B", "w.fr", "Z", "x.fr", "A")
	require.NoError(t, os.Remove(filepath.Join(w.folder, "a.json")))
	said = w.said(w.reload)
	require.Len(t, lines(said, "organisation"), 1)
	serves("x.fr", "C", "y.fr", "C")
	require.Empty(t, w.said(w.reload))

	// One that is closed keeps nobody out.
	w.write("0.json", with(t, named("Zero", "u.fr"), "client_id", "client_if"))
	w.reload()
	require.Equal(t, http.StatusServiceUnavailable, w.visitor("https://u.fr").Get("/").Status)
	w.write("0.json", with(t, named("Zero", "t.fr"), "client_id", "client_if"))
	w.reload()
	require.Equal(t, http.StatusServiceUnavailable, w.visitor("https://t.fr").Get("/").Status)
	require.Equal(t, http.StatusNotFound, w.visitor("https://u.fr").Get("/").Status)
	w.write("1.json", named("One", "t.fr"))
	for range 20 { // whatever the order of a map
		w.reload()
		serves("t.fr", "One")
	}
	w.write("0.json", with(t, named("Zero", "t.fr"), `"name"`, `"nom"`))
	require.NotContains(t, w.said(w.reload), "1.json", "what is wrong with it is said, not whose the host is")
	serves("t.fr", "One")
}
