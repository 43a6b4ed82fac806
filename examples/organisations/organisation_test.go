package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// decryptionKeys is the key of RFC 7517, appendix A.2.
var decryptionKeys = json.RawMessage(`{"keys":[{"kty":"EC","crv":"P-256","kid":"rfc","alg":"ECDH-ES","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}]}`)

func TestEachHostHasAPortalOfItsOwn(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	hautmont := w.towns(mockidp.Plus, "hautmont")[0]
	w.write(bourg.file(), bourg.text(nil))
	w.write(hautmont.file(), hautmont.text(map[string]any{"platform": "plus", "level": "eidas3", "button": "alternative", "text": "C’est bien vous.", "decryption_keys": decryptionKeys}))
	w.reload()
	require.Equal(t, []string{
		`file=bourg.json name="Ville de bourg" host=bourg.example.fr enabled=true franceconnect="FranceConnect v2, ` + bourg.idp.Issuer() + `" button=principal`,
		`file=hautmont.json name="Ville de hautmont" host=hautmont.example.fr enabled=true franceconnect="FranceConnect+, ` + hautmont.idp.Issuer() + `" button=alternative level=eidas3`,
	}, lines(w.log.String(), "organisation"))

	a, b := w.visitor(bourg.url()), w.visitor(hautmont.url())
	home := a.Get("/")
	require.Contains(t, home.Body, `<strong>FranceConnect</strong>`)
	require.Contains(t, home.Body, "Ville de bourg")
	require.NotContains(t, home.Body, "alternative")
	require.Contains(t, home.Header.Get("Content-Security-Policy"), "form-action 'self' "+strings.TrimSuffix(bourg.idp.Issuer(), "/api/v2")+";")
	home = b.Get("/")
	require.Contains(t, home.Body, `<strong>FranceConnect&#43;</strong>`)
	require.Contains(t, home.Body, "franceconnect-alternative")
	require.Contains(t, home.Body, "C’est bien vous.")
	require.Contains(t, b.Get("/style.css").Body, franceconnect.ButtonCSS)

	for v, level := range map[*visitor]string{a: "eIDAS\u00a01 (démarches courantes)", b: "eIDAS\u00a03 (démarches très sensibles)"} {
		account := v.signIn()
		require.Contains(t, account.Body, "Bonjour Camille, vous êtes connecté au niveau "+level)
		out := v.Submit(v.Submit(account)) // FranceConnect wants one more click without script
		require.Equal(t, v.Base+loggedOutPath, strings.Split(out.At.String(), "?")[0])
		require.Contains(t, out.Body, "Vous êtes déconnecté de ce site et de FranceConnect.")
		require.False(t, v.signedIn())
		require.NotContains(t, v.Get(loggedOutPath).Body, "déconnecté", "anybody can send a browser there")
	}
	require.Equal(t, 1, asked(bourg.idp, "/session/end"))
	require.Equal(t, 1, asked(hautmont.idp, "/session/end"))
}

func TestSwitchedOffHasNoButtonAndAnswers404(t *testing.T) {
	t.Parallel()
	w, bourg, v := signedIn(t)
	callback := w.visitor(bourg.url()).leave()

	said := w.said(func() {
		w.write(bourg.file(), bourg.text(map[string]any{"enabled": false, "level": "nonsense", "client_id": nil}))
		w.reload()
	})
	require.Equal(t, []string{`file=bourg.json name="Ville de bourg" host=bourg.example.fr enabled=false`}, lines(said, "organisation"))
	home := w.visitor(bourg.url()).Get("/")
	require.Equal(t, http.StatusOK, home.Status)
	require.NotContains(t, home.Body, "franceconnect-button")
	require.Contains(t, home.Body, "n’est pas proposée")
	for _, path := range []string{"/connexion", callback, callbackPath, keysPath} {
		require.Equal(t, http.StatusNotFound, v.Peek(path).Status, path)
	}
	require.True(t, v.signedIn(), "nobody is signed out")
	require.Equal(t, "/", v.Submit(v.Get("/mon-compte")).At.Path)
	require.False(t, v.signedIn())

	w.serve(bourg)
	v.signIn()
}

func TestAnUnknownHostIs404AndNotWrittenDown(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	w.serve(bourg)
	for _, host := range []string{"evil\x1b[31m.example", "BOURG.example.fr", "bourg.example.fr.", "bourg.example.fr:443", "bourg.example.fr@evil.example", ""} {
		said := w.said(func() {
			r := httptest.NewRequest(http.MethodGet, "/franceconnect/callback", nil)
			r.Host = host
			res := httptest.NewRecorder()
			w.orgs.ServeHTTP(res, r)
			require.Equal(t, http.StatusNotFound, res.Code, host)
			require.Empty(t, res.Header().Get("Location"))
			require.NotContains(t, res.Body.String(), "evil")
			require.Contains(t, res.Header().Get("Content-Security-Policy"), "default-src 'none'")
		})
		require.Regexp(t, `^time=\S+ level=WARN msg="a request for a host that no organisation has"\n$`, said)
	}
}

func TestPeopleAreBroughtToTheFirstHost(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	w.write(bourg.file(), with(t, bourg.text(nil), `"host": "bourg.example.fr"`, `"host": ["https://Bourg.example.fr/", "www.bourg.fr:443"]`))
	w.reload()
	v := w.visitor("https://www.bourg.fr")
	to := v.Peek("//evil.example/mon-compte?a=b")
	require.Equal(t, http.StatusSeeOther, to.Status)
	require.Equal(t, "https://bourg.example.fr//evil.example/mon-compte?a=b", to.Header.Get("Location"))
	require.Equal(t, "https://bourg.example.fr/mon-compte", v.Get("/connexion").At.String())
}

func TestAddressesOfAnOlderPortalAreServed(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	w.write(bourg.file(), bourg.text(map[string]any{"redirect_url": "https://bourg.example.fr/{fc...}", "post_logout_redirect_url": "https://bourg.example.fr/"}))
	w.reload()
	v := w.visitor(bourg.url())
	require.Contains(t, v.Peek("/connexion").Header.Get("Location"), "redirect_uri=https%3A%2F%2Fbourg.example.fr%2F%7Bfc...%7D&")
	require.Equal(t, http.StatusBadRequest, v.Get("/%7Bfc...%7D").Status, "a callback of no login")
	require.Equal(t, http.StatusNotFound, v.Get(callbackPath).Status)
	require.Equal(t, http.StatusOK, v.Get("/").Status)
}

func TestAnotherSiteSignsNobodyOut(t *testing.T) {
	t.Parallel()
	_, bourg, v := signedIn(t)
	r, err := http.NewRequest(http.MethodPost, bourg.url()+"/deconnexion", nil)
	require.NoError(t, err)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := v.Client.Do(r)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusForbidden, res.StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get("/deconnexion").Status, "nor does a link")
	require.True(t, v.signedIn())
}

// Two towns have the same client at FranceConnect, and the same cookie keys:
// what tells them apart is ours alone.
func TestCookiesOfOneOrganisationAreOfNoUseAtAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont")
	bourg, hautmont := all[0], all[1]
	twin := hautmont
	twin.id, twin.secret = bourg.id, bourg.secret
	for name, other := range map[string]town{"another client": hautmont, "the same client": twin} {
		w.serve(bourg, other)
		victim := w.visitor(bourg.url())
		victim.signIn()
		callback := victim.leave()
		require.Len(t, victim.Cookies(), 2, "a session and a login")

		thief := w.visitor(other.url())
		u := other.url()
		var stolen []*http.Cookie
		for _, c := range victim.Cookies() {
			stolen = append(stolen, &http.Cookie{Name: c.Name, Value: c.Value, Path: "/", Secure: true})
		}
		thief.Client.Jar.SetCookies(thief.Get("/").At, stolen)
		require.False(t, thief.signedIn(), name)
		tokens := asked(bourg.idp, "/token")
		a := thief.Get(with(t, callback, bourg.url(), u))
		require.Equal(t, http.StatusBadRequest, a.Status, name)
		require.Equal(t, tokens, asked(bourg.idp, "/token"), "%s: the login was not found", name)
		require.False(t, thief.signedIn(), name)

		a = victim.Get(callback)
		require.Equal(t, http.StatusOK, a.Status, "it is still good where it began")
	}
}

func TestOrganisationsOfOneFranceConnectFetchItsKeysOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v2 := w.towns(mockidp.V2, "bourg", "hautmont", "aubin", "celles")
	elsewhere := w.towns(mockidp.V2, "dole", "etaples")
	w.serve(append(v2, elsewhere...)...)
	for _, town := range append(v2, elsewhere...) {
		w.visitor(town.url()).signIn()
	}
	require.Equal(t, 1, asked(v2[0].idp, "/jwks"))
	require.Equal(t, 1, asked(elsewhere[0].idp, "/jwks"))

	// A reload goes on with them, also for one that is new.
	for _, town := range v2[:3] {
		w.write(town.file(), town.text(map[string]any{"button": "alternative"}))
	}
	require.NoError(t, os.Remove(filepath.Join(w.folder, "celles.json")))
	w.reload()
	w.write("nouveau.json", with(t, v2[3].text(nil), "Ville de", "Village de"))
	w.reload()
	for _, town := range v2 {
		w.visitor(town.url()).signIn()
	}
	require.Equal(t, 1, asked(v2[0].idp, "/jwks"))
}

func TestOneOrganisationsTroubleIsNotAnothers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fine := w.towns(mockidp.V2, "wrong", "broken", "off", "missing", "fine")
	hanging := town{name: "hanging", id: "hanging", secret: fine[0].secret, idp: fine[0].idp}
	w.serve(append(fine, hanging)...)

	// A FranceConnect of its own, whose token call is told and then hangs.
	begun := make(chan struct{}, 1)
	slow := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // or the server does not notice that the caller has gone
		if strings.HasSuffix(r.URL.Path, "/token") {
			begun <- struct{}{}
			<-r.Context().Done()
		}
	}))
	t.Cleanup(slow.Close)
	w.write(hanging.file(), with(t, hanging.text(nil), hanging.idp.Issuer(), slow.URL+"/api/v2"))
	w.write("wrong.json", fine[0].text(map[string]any{"client_secret": strings.Repeat("0", 64)}))
	w.write("broken.json", "{")
	w.write("off.json", fine[2].text(map[string]any{"enabled": false}))
	require.NoError(t, os.Remove(filepath.Join(w.folder, "missing.json")))
	w.reload()

	v := w.visitor(hanging.url())
	authorize, err := url.Parse(v.Peek("/connexion").Header.Get("Location"))
	require.NoError(t, err)
	callback := callbackPath + "?code=c&state=" + authorize.Query().Get("state") + "&iss=" + slow.URL + "/api/v2"
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	waiting.Go(func() {
		_, err = v.try(ctx, callback)
	})
	<-begun // and it hangs from here to the end of the test

	require.Equal(t, http.StatusInternalServerError, w.visitor(fine[0].url()).Get("/connexion").Status, "the secret is wrong")
	require.Regexp(t, `file=wrong\.json stage=callback took=\S+ error="franceconnect: .*Y04.*" conseil=".*Recopiez le secret.*" advice=".*Copy the secret again`, w.log.String())
	w.visitor(fine[1].url()).signIn() // the last good one
	require.Equal(t, http.StatusNotFound, w.visitor(fine[2].url()).Get("/connexion").Status)
	require.Equal(t, http.StatusNotFound, w.visitor(fine[3].url()).Get("/").Status)
	for range 10 {
		w.visitor(fine[4].url()).signIn()
	}
	w.write("fine.json", fine[4].text(map[string]any{"button": "alternative"}))
	w.reload()
	require.Contains(t, w.visitor(fine[4].url()).Get("/").Body, "franceconnect-alternative", "nor does it keep a reload waiting")
	w.visitor(fine[4].url()).signIn()

	cancel()
	waiting.Wait()
	require.ErrorIs(t, err, context.Canceled, "it hung all the while")
}
