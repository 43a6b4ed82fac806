package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

var fleetDay = time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)

// callFleet runs fleet on a day. Nothing is asked, unless the system has a way.
func callFleet(t *testing.T, status int, w system, args ...string) output {
	t.Helper()
	w.args = append([]string{"fleet"}, args...)
	w.getenv = func(string) string { return "" }
	if w.now == nil {
		w.now = func() time.Time { return fleetDay }
	}
	if w.transport == nil {
		w.transport = transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("nobody is to be asked") })
	}
	if w.wait == nil {
		w.wait = func(context.Context, time.Duration) error { return errors.New("nobody is to be waited for") }
	}
	return callSystem(t, status, w)
}

func TestAFleetIsOneLineATown(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"fleet.txt": nil, "fleet.en.txt": {"-lang", "en"}, "fleet.json": {"-json"},
		"fleet.en.csv": {"-lang", "en", "-format", "csv"}, "fleet.en.html": {"-lang", "en", "-format", "html"}, "fleet.en.xml": {"-lang", "en", "-format", "junit"},
	} {
		got := callFleet(t, failed, system{}, append(args, "testdata/towns")...)
		require.Empty(t, got.errs)
		requireGolden(t, name, got.out)
		require.Equal(t, got, callFleet(t, failed, system{}, append(args, "testdata/towns")...), "the order is one")
		requireNoSecret(t, got.out, "5ec3e7"+strings.Repeat("0", 58), "5ec3e7"+strings.Repeat("2", 58))
		require.NotContains(t, got.out, "5ec3e7", name)
		require.NotContains(t, got.out, strings.Repeat("c", 10), "nor a client id")
	}
	require.Equal(t, call(t, failed, nil, "parc", "testdata/towns").out, callFleet(t, failed, system{}, "testdata/towns").out)
}

// writeTowns writes a folder of settings that are well, but for some changes.
func writeTowns(t *testing.T, changes map[string]map[string]any) string {
	t.Helper()
	folder := t.TempDir()
	for name, change := range changes {
		said := map[string]any{"environment": "production", "client_id": fmt.Sprintf("%064x", []byte(name)), "client_secret": fmt.Sprintf("%064x", []byte("5ec3e7"+name))}
		for key, value := range change {
			if said[key] = value; value == nil {
				delete(said, key)
			}
		}
		text, err := json.Marshal(map[string]any{"name": name, "host": strings.ReplaceAll(strings.ToLower(name), " ", "-") + ".example.fr", "franceconnect": said})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".json"), text, 0o600))
	}
	return folder
}

// runOf reads the JSON of a run.
func runOf(t *testing.T, out string) (run fleetRun) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(out), &run), out)
	return run
}

func TestAFleetThatIsReadySucceeds(t *testing.T) {
	t.Parallel()
	folder := writeTowns(t, map[string]map[string]any{"Bourg": {}, "Hautmont": {"environment": "sandbox"}, "Arrêtée": {"enabled": false, "client_id": nil}})
	run := runOf(t, callFleet(t, succeeded, system{}, "-json", folder).out)
	require.True(t, run.OK)
	require.Equal(t, fleetSummary{Towns: 3, Ready: 2, Off: 1, Secrets: 3, Whose: map[side]int{}}, withoutWhose(run.Summary))
	require.Contains(t, callFleet(t, succeeded, system{}, folder).out, "3 villes\u00a0: 2 prêtes, 0 à corriger, 1 désactivée")
}

func withoutWhose(s fleetSummary) fleetSummary {
	if s.Whose == nil {
		s.Whose = map[side]int{}
	}
	return s
}

// A secret that is in another folder is read there, and one that is not here is
// no fault.
func TestTheSecretsOfAFleet(t *testing.T) {
	t.Parallel()
	keys := map[string]any{"environment": "production-plus", "client_secret": nil, "client_secret_file": "secret", "decryption_keys": "keys.json"}
	callFleet(t, succeeded, system{}, writeTowns(t, map[string]map[string]any{"Plus": keys})) // nor are its keys
	app := map[string]any{"direct_keys": "ami.pem", "direct_claim": "to"}
	callFleet(t, succeeded, system{}, writeTowns(t, map[string]map[string]any{"Bourg": app})) // nor those of the State's app

	folder, secrets := writeTowns(t, map[string]map[string]any{"Bourg": {"client_secret": nil, "client_secret_file": "secret"}, "Val": {"client_secret": nil, "client_secret_file": "secret"}}), t.TempDir()
	require.Contains(t, callFleet(t, succeeded, system{}, folder).out, "n’ont pas été regardés\u00a0: 2")
	require.NoError(t, os.Mkdir(filepath.Join(secrets, "Bourg"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(secrets, "Bourg", "secret"), []byte(secret), 0o600))
	run := runOf(t, callFleet(t, failed, system{}, "-json", "-secrets", secrets, folder).out)
	require.Equal(t, townReady, run.Towns[0].State, "%v", run)
	require.Contains(t, run.Towns[1].Findings[0].What, "client_secret_file désigne un fichier")

	require.NoError(t, os.Mkdir(filepath.Join(secrets, "Val"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(secrets, "Val", "secret"), []byte(secret), 0o600))
	got := callFleet(t, failed, system{}, "-json", "-secrets", secrets, folder)
	require.Contains(t, got.out, "le même secret que Val")
	requireNoSecret(t, got.out, secret)
}

// A return address may be at two FranceConnects while the town changes over.
func TestTownsThatShareWhatIsOfOne(t *testing.T) {
	t.Parallel()
	same := map[string]any{"redirect_url": "https://aides.example.fr/retour"}
	folder := writeTowns(t, map[string]map[string]any{"Bourg": same, "Val": same})
	run := runOf(t, callFleet(t, failed, system{}, "-json", folder).out)
	require.Contains(t, run.Towns[0].Findings[len(run.Towns[0].Findings)-1].What, "la même adresse de retour que Val")
	other := map[string]any{"redirect_url": "https://aides.example.fr/retour", "environment": "production-v1"}
	run = runOf(t, callFleet(t, succeeded, system{}, "-json", writeTowns(t, map[string]map[string]any{"Bourg": same, "Val": other})).out)
	require.Equal(t, warning, run.Towns[0].Findings[len(run.Towns[0].Findings)-1].Verdict)
	require.Equal(t, 1, run.Summary.V1)

	many := map[string]map[string]any{}
	for i := range 6 {
		many[fmt.Sprint("Ville ", i)] = map[string]any{"client_id": clientID}
	}
	run = runOf(t, callFleet(t, failed, system{}, "-json", writeTowns(t, many)).out)
	require.Contains(t, run.Towns[0].Findings[0].What, "Ville 1, Ville 2, Ville 3 et 2 de plus")
	for name, change := range many {
		change["environment"] = map[bool]string{true: "sandbox", false: "production"}[name == "Ville 0"]
	}
	run = runOf(t, callFleet(t, failed, system{}, "-json", writeTowns(t, many)).out)
	require.Equal(t, townReady, run.Towns[0].State, "the client of another FranceConnect is another")
}

// What people typed comes to no spreadsheet as a formula, to no page as markup and
// to no terminal as a command.
func TestNamesAreNamesInEveryFormat(t *testing.T) {
	t.Parallel()
	names := []string{"=cmd|' /C calc'!A0", "+33", "-1+1", "@SUM(A1)", "\t=1", " =2", "＝3", "|x", `<script>alert(1)</script> & "x"`, "a\x1b[2Jb\x07", "\u202egnuob", "a;b\"c\nd"}
	var list strings.Builder
	list.WriteString("ville,adresse,environnement,client_id\n")
	for i, name := range names {
		list.WriteString(fmt.Sprintf("\"%s\",https://v%d.example.fr,production,%064x\n", strings.ReplaceAll(name, `"`, `""`), i, i+1))
	}
	file := filepath.Join(t.TempDir(), "villes.csv")
	require.NoError(t, os.WriteFile(file, []byte(list.String()), 0o600))
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(callFleet(t, succeeded, system{}, "-format", "csv", file).out, "\ufeff")))
	r.Comma = ';'
	records, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, records, len(names)+1)
	for _, record := range records {
		for _, cell := range record {
			require.NotRegexp(t, `^[\s\x{a0}]*[=+\-@|%＝＋－＠]`, cell)
		}
	}
	require.Equal(t, "'=cmd|' /C calc'!A0", records[1][1])

	page := callFleet(t, succeeded, system{}, "-format", "html", file).out
	require.NotContains(t, page, "<script")
	require.Contains(t, page, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;x&#34;")
	for _, format := range []string{"table", "csv", "json", "html", "junit"} {
		require.NotRegexp(t, "[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", callFleet(t, succeeded, system{}, "-format", format, file).out, format)
	}
	require.Len(t, strings.Split(callFleet(t, succeeded, system{}, file).out, "\n"), len(names)+5, "a line for each")
}

func TestThePageOfAFleetIsAccessible(t *testing.T) {
	t.Parallel()
	page := callFleet(t, failed, system{}, "-format", "html", "testdata/towns").out
	for _, want := range []string{`<html lang="fr">`, "<title>FranceConnect dans les villes</title>", "<h1>", "<main>", "<caption", `<th scope="col">Ville</th>`, `<th scope="row">`, `name="viewport"`,
		`role="region" aria-labelledby="towns" tabindex="0"`, "✗ à corriger", "default-src 'none'"} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "http-equiv=\"refresh")
	require.NotRegexp(t, `(src|href)=`, page, "it fetches nothing")
	require.Contains(t, callFleet(t, failed, system{}, "-format", "html", "-lang", "en", "testdata/towns").out, `<html lang="en">`)
}

func TestAContinuousIntegrationReadsTheFleet(t *testing.T) {
	t.Parallel()
	out := callFleet(t, failed, system{}, "-format", "junit", "testdata/towns").out
	require.True(t, strings.HasPrefix(out, xml.Header))
	var read struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suite    struct {
			Cases []junitCase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal([]byte(out), &read))
	run := runOf(t, callFleet(t, failed, system{}, "-json", "testdata/towns").out)
	require.Equal(t, run.Summary.Towns, read.Tests)
	require.Equal(t, run.Summary.ToCorrect, read.Failures)
	require.Equal(t, run.Summary.Off, read.Skipped)
	failures := 0
	for _, one := range read.Suite.Cases {
		if one.Failure != nil {
			failures++
			require.NotEmpty(t, one.Failure.Message)
			require.NotEmpty(t, one.Failure.Text)
		}
	}
	require.Equal(t, read.Failures, failures)
}

func TestOnlyWhatHasChangedIsSaid(t *testing.T) {
	t.Parallel()
	last, folder := filepath.Join(t.TempDir(), "last.json"), writeTowns(t, map[string]map[string]any{"Bourg": {}, "Hautmont": {"environment": "production-v1"}, "Quittée": {}, "Val": {"level": "eidas2"}})
	callFleet(t, failed, system{}, "-etat", last, folder)
	require.Contains(t, callFleet(t, succeeded, system{}, "-depuis", last, folder).out, "Rien n’a changé.", "what was wrong is no news")
	require.Contains(t, callFleet(t, succeeded, system{}, "-lang", "en", "-depuis", last, folder).out, "Nothing has changed.", "nor is the language")
	require.Contains(t, callFleet(t, succeeded, system{}, "-json", "-depuis", last, folder).out, `"changes":[]`)

	next := writeTowns(t, map[string]map[string]any{"Bourg": {"scopes": []string{"identite_pivo"}}, "Hautmont": {}, "Neuve": {}, "Val": {}})
	got := callFleet(t, failed, system{}, "-depuis", last, next).out
	for _, line := range []string{`✗ Bourg .*était prête +scopes \[portail\]`, `✓ Hautmont .*production .*était sur production-v1 +réglé\x{a0}: environnement \[inscription\]`, `✓ Neuve .*nouvelle`, `– Quittée .*retirée`, `✓ Val .*était à corriger +réglé\x{a0}: niveau eIDAS \[portail\]`} {
		require.Regexp(t, line, got)
	}
	changes := callFleet(t, failed, system{}, "-json", "-depuis", last, next).out
	require.NotContains(t, changes, `"towns":[`)
	for _, format := range []string{"csv", "html", "junit"} {
		require.Contains(t, callFleet(t, failed, system{}, "-format", format, "-depuis", last, next).out, "était prête", format)
	}
	require.NoError(t, os.Remove(filepath.Join(next, "Bourg.json")))
	callFleet(t, succeeded, system{}, "-depuis", last, next)

	file := filepath.Join(t.TempDir(), "changes.json")
	require.NoError(t, os.WriteFile(file, []byte(changes), 0o600))
	for option, why := range map[string]string{file: "ce n’est pas le JSON d’une passe", "nulle/part": "ne peut pas être lu", "testdata/towns/bourg.json": "ce n’est pas le JSON d’une passe"} {
		require.Contains(t, callFleet(t, misused, system{}, "-depuis", option, next).errs, why)
	}
	require.Contains(t, callFleet(t, misused, system{}, "-depuis", last, "-etat", last, next).errs, "deux fichiers")
	require.Contains(t, callFleet(t, misused, system{}, "-etat", "testdata/towns/bourg.json", next).errs, "ce n’est pas le JSON d’une passe", "what is no run is not written over")
	require.Contains(t, callFleet(t, misused, system{}, "-etat", "nulle/part.json", next).errs, "ne peut pas être écrit")
}

// onlineTowns lists towns whose portals and FranceConnect run, all well.
func onlineTowns(t *testing.T, n int) (file string, portals []*fixture) {
	t.Helper()
	var list strings.Builder
	list.WriteString("ville;adresse;environnement;client_id;scopes;habilitation\n")
	for i := range n {
		f := newFixture(t, mockidp.V2, nil)
		portals = append(portals, f)
		list.WriteString(fmt.Sprintf("Ville %d;%s;%s;%s;identite_pivot email;identite_pivot email\n", i, f.portal, f.idp.Issuer(), clientID))
	}
	file = filepath.Join(t.TempDir(), "villes.csv")
	require.NoError(t, os.WriteFile(file, []byte(list.String()), 0o600))
	return file, portals
}

// A patience notes what was waited for, and gives up after some times.
type patience struct {
	waited []time.Duration
	most   int
}

func (p *patience) wait(_ context.Context, d time.Duration) error {
	if p.waited = append(p.waited, d); len(p.waited) > p.most {
		return context.Canceled
	}
	return nil
}

// asks counts what each host was asked.
func asks(counts map[string]int, next http.RoundTripper) transport {
	return func(r *http.Request) (*http.Response, error) {
		counts["http://"+r.URL.Host]++
		return next.RoundTrip(r)
	}
}

func TestTownsAreAskedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	file, portals := onlineTowns(t, 3)
	portals[1].pages["/connexion"] = nil
	p, counts := &patience{most: 9}, map[string]int{}
	w := system{now: time.Now, wait: p.wait, transport: asks(counts, portals[0].system.transport)}
	out := callFleet(t, succeeded, w, "-json", "-reseau", file).out
	run := runOf(t, out)
	require.True(t, run.OK && run.Complete)
	require.Equal(t, 3, run.Summary.Asked)
	require.Equal(t, []time.Duration{time.Second, time.Second}, p.waited)
	for _, f := range portals {
		require.NotZero(t, counts[f.portal])
		require.NotZero(t, counts[f.idp.Issuer()[:strings.Index(f.idp.Issuer(), "/api")]])
	}
	require.NotContains(t, out, secret)

	p.waited = nil
	callFleet(t, succeeded, w, "-reseau", "-rythme", "2s", file)
	require.Equal(t, []time.Duration{2 * time.Second, 2 * time.Second}, p.waited)
	for _, pace := range []string{"0", "199ms", "-1s", "vite"} {
		require.Contains(t, callFleet(t, misused, system{}, "-rythme="+pace, file).errs, "200ms")
	}
}

func TestAnInterruptedRunGoesOn(t *testing.T) {
	t.Parallel()
	file, portals := onlineTowns(t, 3)
	state := filepath.Join(t.TempDir(), "parc.json")
	now := fleetDay
	counts := map[string]int{}
	w := func(most int) system {
		clear(counts)
		return system{now: func() time.Time { return now }, wait: (&patience{most: most}).wait, transport: asks(counts, portals[0].system.transport)}
	}
	clock := func(run fleetRun) { // the portals’ clock is this machine’s
		for i := range run.Towns {
			for _, one := range run.Towns[i].Findings {
				require.Equal(t, "clock", one.Check, "%v", one)
			}
		}
	}
	out := callFleet(t, failed, w(0), "-reseau", "-json", "-etat", state, file).out
	run := runOf(t, out)
	require.False(t, run.Complete || run.OK)
	require.Equal(t, 1, run.Summary.Asked)
	require.Equal(t, "la passe a été interrompue", run.Stopped)
	require.NotNil(t, run.Towns[0].Asked)
	require.Contains(t, callFleet(t, failed, w(0), "-reseau", "-format", "junit", file).out, `<failure message="la passe a été interrompue" type="interrupted">`)

	now = now.Add(time.Hour)
	callFleet(t, failed, w(9), "-reseau", "-etat", state, file)
	require.Zero(t, counts[portals[0].portal], "what was asked is not asked again")
	require.NotZero(t, counts[portals[1].portal])
	kept, err := os.ReadFile(state)
	require.NoError(t, err)
	run = runOf(t, string(kept))
	require.True(t, run.Complete)
	require.Equal(t, 3, run.Summary.Asked)
	require.Equal(t, fleetDay, *run.Towns[0].Asked)
	require.Equal(t, "clock-", run.Towns[0].Findings[0].ID[:6], "what was found then is kept")
	clock(run)
	left, err := os.ReadDir(filepath.Dir(state))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing is left beside it")

	callFleet(t, failed, w(9), "-reseau", "-etat", state, file)
	require.NotZero(t, counts[portals[0].portal], "a run that is complete is followed by another")

	for name, change := range map[string]func(){
		"a day has passed": func() { now = now.Add(25 * time.Hour) },
		"the settings are others": func() {
			list, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(list), ";identite_pivot email;", ";email;", 1)), 0o600))
		},
	} {
		callFleet(t, failed, w(0), "-reseau", "-etat", state, file)
		change()
		callFleet(t, failed, w(9), "-reseau", "-etat", state, file)
		require.NotZero(t, counts[portals[0].portal], name)
	}
}

// Somebody stops the program while a town is asked: what came then says nothing.
func TestARunThatIsStoppedSaysNothingOfTheTownItWasAt(t *testing.T) {
	t.Parallel()
	file, portals := onlineTowns(t, 1)
	last := filepath.Join(t.TempDir(), "last.json")
	callFleet(t, succeeded, system{}, "-etat", last, file)
	for _, more := range [][]string{nil, {"-depuis", last}} {
		ctx, stop := context.WithCancel(t.Context())
		var out strings.Builder
		w := system{getenv: func(string) string { return "" }, stdout: &out, stderr: &out, now: time.Now, args: append([]string{"fleet", "-json", "-reseau", file}, more...),
			transport: transport(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/token") || strings.HasSuffix(r.URL.Path, "/authorize") {
					stop()
				}
				return portals[0].system.transport.RoundTrip(r)
			})}
		require.Equal(t, failed, run(ctx, w), "%s", &out)
		stop()
		got := runOf(t, out.String())
		require.Equal(t, "la passe a été interrompue", got.Stopped)
		require.Zero(t, got.Summary.Asked)
		require.True(t, got.Towns == nil || len(got.Towns[0].Findings) == 0, "%v", got.Towns)
	}
}

// A fingerprint of a secret that can be guessed would tell it.
func TestSettingsWithAWeakSecretHaveNoFingerprint(t *testing.T) {
	t.Parallel()
	folder := writeTowns(t, map[string]map[string]any{"Bourg": {}, "Val": {"client_secret": "secret-de-la-mairie"}})
	run := runOf(t, callFleet(t, succeeded, system{}, "-json", folder).out)
	require.NotEmpty(t, run.Towns[0].Settings)
	require.Empty(t, run.Towns[1].Settings)
}

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	t.Parallel()
	folder := writeTowns(t, map[string]map[string]any{"Bourg": {}})
	file := filepath.Join(folder, "Bourg.json")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(text, strings.Repeat(" ", maxTownFile)...), 0o600))
	run := runOf(t, callFleet(t, failed, system{}, "-json", folder).out)
	require.Contains(t, run.Towns[0].Findings[0].What, "ne peut pas être lu")
}

// Whoever asks too much is told so once.
func TestTheRunStopsWhenFranceConnectWantsIt(t *testing.T) {
	t.Parallel()
	file, portals := onlineTowns(t, 2)
	counts := map[string]int{}
	w := system{now: time.Now, wait: (&patience{most: 9}).wait, transport: asks(counts, transport(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/authorize") {
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}
		return portals[0].system.transport.RoundTrip(r)
	}))}
	run := runOf(t, callFleet(t, failed, w, "-json", "-reseau", file).out)
	require.Contains(t, run.Stopped, "429")
	require.Zero(t, run.Summary.Asked)
	require.Zero(t, counts[portals[0].portal]+counts[portals[1].portal])
	require.Empty(t, run.Towns[0].Findings, "what was found then says nothing of the town")
}

// What the network said is not resolved by not asking it.
func TestRunsWithAndWithoutTheNetworkAreCompared(t *testing.T) {
	t.Parallel()
	file, portals := onlineTowns(t, 1)
	portals[0].idp.InjectFault("/token", mockidp.Fault{Status: http.StatusInternalServerError})
	last := filepath.Join(t.TempDir(), "last.json")
	w := system{now: func() time.Time { return fleetDay }, wait: (&patience{}).wait, transport: portals[0].system.transport}
	callFleet(t, failed, w, "-reseau", "-etat", last, file) // its clock is wrong
	require.Contains(t, callFleet(t, succeeded, system{}, "-depuis", last, file).out, "Rien n’a changé.")
}

// countingFS counts what is opened.
type countingFS struct{ opened *int }

func (c countingFS) Open(name string) (fs.File, error) {
	*c.opened++
	return nil, fs.ErrNotExist
}

// Three hundred towns are three hundred times the work of one: nobody is asked,
// and this machine is not looked through for each.
func TestThreeHundredTownsAreLittleWork(t *testing.T) {
	folders := map[int]string{}
	for _, n := range []int{30, 300} {
		towns := map[string]map[string]any{}
		for i := range n {
			towns[fmt.Sprintf("Ville %03d", i)] = map[string]any{"scopes": []string{"identite_pivot", "email"}}
		}
		folders[n] = writeTowns(t, towns)
	}
	opened := 0
	w := system{files: countingFS{&opened}, processes: countingFS{&opened}, environ: []string{"FC_CLIENT_SECRET=" + secret}}
	work := func(n int) float64 {
		return testing.AllocsPerRun(1, func() { callFleet(t, succeeded, w, folders[n]) })
	}
	few, many := work(30), work(300)
	require.Less(t, many, 12*few, "%v for 30 towns, %v for 300", few, many)
	require.Less(t, many/300, 1500.0, "allocations for a town")
	require.Zero(t, opened)
}

// What is the product's is the same in all towns; what a version speaks is not.
func TestAFleetOfAProductHasItsProfile(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	list.WriteString("ville;adresse;environnement;client_id;version\n")
	for i, town := range []string{"Neuve;neuve.example.fr;production;ID;9.2025.93", "Ancienne;ancienne.example.fr;production;ID;9.2025.92", "Fausse;fausse.example.fr;production;ID;9,2025", "Vide;vide.example.fr;production;;9.2025.93", "Une;double.example.fr;production;ID;9.2025.93", "Autre;double.example.fr;production;ID;9.2025.93"} {
		list.WriteString(strings.Replace(town, ";ID;", fmt.Sprintf(";%064x;", i+1), 1) + "\n")
	}
	file := writeList(t, list.String())
	run := runOf(t, callFleet(t, failed, system{}, "-json", "-profil", "mgdis", file).out)
	require.Equal(t, townReady, run.Towns[0].State, "%v", run.Towns[0])
	for i, what := range map[int]string{1: "Aiden 9.2025.92 parle FranceConnect v1", 2: "version (E4) n’est pas une version", 3: "client_id (D5) est absent", 4: "la même adresse de retour que Autre", 5: "la même adresse de retour que Une"} {
		require.Len(t, run.Towns[i].Findings, 1, "%v", run.Towns[i])
		require.Contains(t, run.Towns[i].Findings[0].What, what)
	}
	run = runOf(t, callFleet(t, failed, system{}, "-json", "-profil", "testdata/profiles/mairie-facile.json", file).out)
	require.Equal(t, townReady, run.Towns[1].State, "all its versions speak v2: %v", run.Towns[1])

	folder := writeTowns(t, map[string]map[string]any{"Bourg": {"client_secret": nil}})
	run = runOf(t, callFleet(t, failed, system{}, "-json", "-profil", "mgdis", folder).out)
	require.Contains(t, run.Towns[0].Findings[0].What, "client_secret est absent")
	require.Contains(t, callFleet(t, misused, system{}, "-profil", "nulle-part", folder).errs, "-profil nulle-part")
}
