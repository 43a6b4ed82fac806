package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A rotatedPortal is a portal of FranceConnect+ on several machines, behind one
// address. FranceConnect, the machines and the program have one clock.
type rotatedPortal struct {
	t        *testing.T
	clock    *portaltest.Clock
	file     string
	machines []*franceconnect.Client
	server   *httptest.Server
	idp      *mockidp.Provider
	asked    int
	header   func(http.Header) // what a front does with the answers; may be nil
}

func newRotatedPortal(t *testing.T, machines int) *rotatedPortal {
	p := &rotatedPortal{t: t, clock: portaltest.NewClock(), file: filepath.Join(t.TempDir(), "keys.json"), machines: make([]*franceconnect.Client, machines)}
	p.clock.Set(time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC))
	p.keys(succeeded, "-kid", "old")
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		require.NoError(t, p.machine().Login(w, r, franceconnect.LoginRequest{}))
	})
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		_, err := p.machine().Callback(w, r)
		require.NoError(t, err)
	})
	mux.HandleFunc("/jwks.json", func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		p.machine().JWKSHandler().ServeHTTP(answer, r)
		answer.Header().Set("Date", p.clock.Now().UTC().Format(http.TimeFormat))
		if p.header != nil {
			p.header(answer.Header())
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	client := mockidp.DefaultClient(mockidp.Plus)
	client.RedirectURIs = []string{p.server.URL + "/callback"}
	client.JWKSURI = p.server.URL + "/jwks.json"
	p.idp = mockidp.Start(t, mockidp.Config{Platform: mockidp.Plus, Clients: []mockidp.Client{client}, Auto: true, Now: p.clock.Now})
	for i := range p.machines {
		p.restart(i)
	}
	p.signIn()
	return p
}

// machine returns the machines in turn.
func (p *rotatedPortal) machine() *franceconnect.Client {
	p.asked++
	return p.machines[p.asked%len(p.machines)]
}

// restart puts the file on a machine.
func (p *rotatedPortal) restart(machine int) {
	set, err := os.ReadFile(p.file)
	require.NoError(p.t, err)
	keys, err := franceconnect.ParseDecryptionKeys(set)
	require.NoError(p.t, err)
	client := p.idp.Clients()[0]
	p.machines[machine], err = franceconnect.New(franceconnect.Config{
		Environment: franceconnect.Custom{Platform: franceconnect.Plus, Issuer: p.idp.Issuer()}, ClientID: client.ID, ClientSecret: franceconnect.Secret(client.Secret),
		RedirectURL: p.server.URL + "/callback", CookieKeys: []franceconnect.CookieKey{{1}}, DecryptionKeys: keys, Scopes: []string{"openid", "identite_pivot"}, Now: p.clock.Now,
	})
	require.NoError(p.t, err)
}

// signIn signs a person in, at each machine: a login that fails fails the test.
func (p *rotatedPortal) signIn() {
	for range p.machines {
		portaltest.NewVisitor(p.t, p.server.URL, nil).Get("/login")
		p.asked++
	}
}

// keys calls the program.
func (p *rotatedPortal) keys(status int, args ...string) output {
	p.t.Helper()
	return callSystem(p.t, status, system{getenv: func(string) string { return "" }, now: p.clock.Now, transport: &http.Transport{DisableKeepAlives: true},
		args: append(append([]string{"keys", "decryption", "-lang", "en"}, args...), p.file)})
}

// change makes one step of a change of keys, or is refused and leaves the file as
// it is.
func (p *rotatedPortal) change(status int, step, id string, more ...string) string {
	p.t.Helper()
	before, err := os.ReadFile(p.file)
	require.NoError(p.t, err)
	said := p.keys(status, append([]string{step, id, "-published", p.server.URL + "/jwks.json"}, more...)...)
	if status != succeeded {
		after, err := os.ReadFile(p.file)
		require.NoError(p.t, err)
		require.Equal(p.t, string(before), string(after))
	}
	return said.out + said.errs
}

func TestAKeyIsChangedStepByStepAndNoLoginIsLost(t *testing.T) {
	t.Parallel()
	p := newRotatedPortal(t, 2)
	both := func() { p.restart(0); p.restart(1) }
	step := func() { p.signIn(); p.clock.Advance(10 * time.Second); p.signIn() }

	said := p.keys(succeeded, "-add", "-kid", "new").out
	require.Contains(t, said, "-first new -published")
	step()
	require.Contains(t, p.change(failed, "-first", "new"), "does not publish new yet (10/10 answers)")
	p.restart(0)
	step()
	require.Contains(t, p.change(failed, "-first", "new"), "does not publish new yet (5/10 answers)")
	both()
	step()
	require.Contains(t, p.change(succeeded, "-first", "new"), "-remove old -published "+p.server.URL+"/jwks.json "+p.file)
	step()
	require.Contains(t, p.change(failed, "-first", "new"), "is the first of its algorithm already")
	require.Contains(t, p.change(failed, "-remove", "new"), "-first old", "which FranceConnect+ takes")
	require.Contains(t, p.change(failed, "-remove", "old"), "does not publish new first yet (10/10 answers)")
	p.restart(0)
	step()
	require.Contains(t, p.change(failed, "-remove", "old"), "does not publish new first yet (5/10 answers)")
	p.restart(1)
	restarted := p.clock.Now()
	step()
	notBefore := restarted.Add(6 * time.Minute).Add(time.Minute - 1).Format("15:04")
	require.Contains(t, p.change(failed, "-remove", "old"), "not before "+notBefore)
	p.clock.Set(restarted.Add(6*time.Minute - time.Second))
	p.signIn()
	require.Contains(t, p.change(failed, "-remove", "old"), "not before "+notBefore)
	p.clock.Advance(time.Second)
	require.Contains(t, p.change(succeeded, "-remove", "old"), "the change is done")
	p.signIn()
	p.restart(0)
	p.signIn()
	p.restart(1)
	for range 10 {
		p.signIn()
		p.clock.Advance(time.Minute)
	}
	require.Len(t, held(t, p.file), 1)
}

func TestAnAlgorithmIsChangedWhenFranceConnectHasSaidSo(t *testing.T) {
	t.Parallel()
	p := newRotatedPortal(t, 1)
	require.Contains(t, p.keys(succeeded, "-add", "-kid", "rsa", "-alg", "RSA-OAEP-256").out, "-remove NAME -alg RSA-OAEP-256")
	p.restart(0)
	require.Contains(t, p.change(failed, "-remove", "old"), "if FranceConnect+ has confirmed")
	require.Contains(t, p.change(failed, "-remove", "old", "-alg", "RSA-OAEP"), "there is none for RSA-OAEP")
	require.Contains(t, p.change(failed, "-remove", "old", "-alg", "RSA-OAEP-256"), "not before")
	p.clock.Advance(6 * time.Minute)
	p.change(succeeded, "-remove", "old", "-alg", "RSA-OAEP-256")
	require.Contains(t, p.change(failed, "-remove", "rsa", "-alg", "ECDH-ES"), "there is none for ECDH-ES")
}

// What a front does to the answer is told, or counted in.
func TestTheAnswerSaysSinceWhenAndForHowLong(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	answer := func(ago time.Duration, change func(http.Header)) keyAnswer {
		h := http.Header{"Date": {at.Format(http.TimeFormat)}, "Last-Modified": {at.Add(-ago).Format(http.TimeFormat)}, "Cache-Control": {"private, max-age=300"}}
		change(h)
		return readKeyAnswer(response{status: http.StatusOK, header: h, body: `{"keys":[{"kid":"a"},{"kid":"b"}]}`})
	}
	for name, row := range map[string]struct {
		ago    time.Duration
		change func(http.Header)
		dated  bool
		left   time.Duration
	}{
		"five minutes, and one for what is on its way": {0, func(http.Header) {}, true, 6 * time.Minute},
		"some of them gone":                            {2 * time.Minute, func(http.Header) {}, true, 4 * time.Minute},
		"all of them gone":                             {6 * time.Minute, func(http.Header) {}, true, 0},
		"long gone":                                    {time.Hour, func(http.Header) {}, true, 0},
		"not to be kept":                               {0, func(h http.Header) { h.Set("Cache-Control", "no-store") }, true, 2 * time.Minute},
		"kept by a front for longer":                   {0, func(h http.Header) { h.Set("Cache-Control", "max-age=3600") }, true, 61 * time.Minute},
		"after another word of a front":                {0, func(h http.Header) { h["Cache-Control"] = []string{"no-transform", "private, max-age=300"} }, true, 6 * time.Minute},
		"with an end":                                  {0, func(h http.Header) { h.Set("Expires", at.Add(time.Hour).Format(http.TimeFormat)) }, true, 61 * time.Minute},
		"from a cache":                                 {0, func(h http.Header) { h.Set("Age", "12") }, true, 11 * time.Minute},
		"without its time":                             {0, func(h http.Header) { h.Del("Last-Modified") }, false, 0},
		"without the time of day":                      {0, func(h http.Header) { h.Del("Date") }, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := answer(row.ago, row.change)
			require.Equal(t, row.dated, a.dated)
			require.Equal(t, row.left, a.left)
			said := a.settled(at).English
			switch {
			case !row.dated:
				require.Empty(t, said)
			case row.left > 0:
				require.Contains(t, said, "not before "+at.Add(row.left).Format("15:04"))
			default:
				require.Contains(t, said, "has read this set of 2 keys")
			}
		})
	}
}

// A time of another day has its day: whoever reads it comes back then, and not sooner.
func TestATimeOfAnotherDayHasItsDay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 23, 58, 0, 0, time.UTC)
	for left, want := range map[time.Duration]string{
		time.Minute:          "not before 23:59",
		2 * time.Minute:      "not before 2026-11-24 00:00",
		24 * time.Hour:       "not before 2026-11-24 23:58",
		365 * 24 * time.Hour: "not before 2027-11-23 23:58",
	} {
		require.Equal(t, want, notBefore(now, left).English)
	}
}

func TestACommandCanBeCopiedWhateverTheFileIsCalled(t *testing.T) {
	t.Parallel()
	step := keyStep{key: publicKey{Kid: "new"}, behind: publicKey{Kid: "old"}}
	for file, want := range map[string]string{
		"keys.json":                          " keys.json\n",
		`C:\Program Files\Portail\keys.json`: ` "C:\Program Files\Portail\keys.json"` + "\n",
	} {
		require.Contains(t, keyIsFirst(file, "https://a.example.fr/?b&c", step).English, ` -published "https://a.example.fr/?b&c"`+want)
		require.Contains(t, keyRotation(file, "new").English, jwksAddress+want)
		require.Contains(t, algorithmChange(file, "RSA-OAEP").English, jwksAddress+want)
	}
}

func TestAStepIsRefusedForWhatThePortalAnswers(t *testing.T) {
	t.Parallel()
	p := newRotatedPortal(t, 1)
	p.keys(succeeded, "-add", "-kid", "new")
	p.restart(0)
	p.change(succeeded, "-first", "new")
	p.restart(0)
	p.header = func(h http.Header) { h.Del("Last-Modified") }
	require.Contains(t, p.change(failed, "-remove", "old"), "does not say since when")
	p.server.Close()
	require.Contains(t, p.change(failed, "-remove", "old"), "does not succeed")
	none := httptest.NewServer(http.NotFoundHandler())
	defer none.Close()
	require.Contains(t, p.keys(failed, "-remove", "old", "-published", none.URL).errs, "gives no key set; seen: 404")
	require.Contains(t, p.keys(failed, "-remove", "other", "-published", none.URL).errs, "it has new, old")
}

func TestStepsAreOneAtATime(t *testing.T) {
	t.Parallel()
	const at = "https://portail.example.fr/jwks.json"
	file := filepath.Join(t.TempDir(), "keys.json")
	for name, row := range map[string]struct {
		args []string
		want string
	}{
		"no address":       {[]string{"-first", "a"}, "-published"},
		"no step":          {[]string{"-published", at}, "-published goes with"},
		"two steps":        {[]string{"-first", "a", "-remove", "b", "-published", at}, "one at a time"},
		"a step and a key": {[]string{"-add", "-remove", "b", "-published", at}, "one at a time"},
		"a name":           {[]string{"-kid", "c", "-remove", "b", "-published", at}, "-kid goes with -add"},
		"an algorithm":     {[]string{"-alg", "RSA-OAEP", "-first", "b", "-published", at}, "-alg goes with"},
		"http":             {[]string{"-first", "b", "-published", "http://portail.example.fr/jwks.json"}, "https"},
		"a path":           {[]string{"-first", "b", "-published", "/jwks.json"}, "https"},
		"a password":       {[]string{"-first", "b", "-published", "https://me:hunter2@portail.example.fr/"}, "https"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := callSystem(t, misused, system{getenv: func(string) string { return "" }, args: append(append([]string{"keys", "decryption", "-lang", "en"}, row.args...), file)})
			require.Contains(t, said.errs, row.want)
			require.NotContains(t, said.errs, "hunter2")
		})
	}
	require.Contains(t, callSystem(t, misused, system{getenv: func(string) string { return "" }, args: []string{"keys", "-lang", "en", "-first", "a", "-published", at}}).errs, "go with: franceconnect keys decryption FILE")
	p := newRotatedPortal(t, 1)
	var said map[string]string
	p.keys(succeeded, "-add", "-kid", "new")
	p.restart(0)
	require.NoError(t, json.Unmarshal([]byte(p.keys(succeeded, "-json", "-first", "new", "-published", p.server.URL+"/jwks.json").out), &said))
	require.Equal(t, "new", said["first"])
}
