package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)

	// The account sends people to the page with the two ways in.
	p := v.Peek("/mon-compte")
	require.Equal(t, http.StatusSeeOther, p.Status)
	require.Equal(t, "/connexion?next=%2Fmon-compte", p.Header.Get("Location"))
	p = v.Get("/mon-compte")
	require.Contains(t, p.Body, "S’identifier avec <strong>FranceConnect</strong>")
	require.Contains(t, p.Body, `href="/franceconnect/login?next=%2Fmon-compte"`)
	require.NotContains(t, p.Body, "Se déconnecter")

	// FranceConnect, and back to the account.
	town.idp.Next(mockidp.Scenario{Person: "camille"})
	p = v.signIn()
	for _, text := range []string{"Madame", "Camille, Rose, Ariane", "VAUTRIN", "Lestang", "29 février 1984", "69123",
		"camille.lestang@example.fr", "déclarée, non vérifiée", "Ces informations proviennent de FranceConnect"} {
		require.Contains(t, p.Body, text)
	}
	require.Contains(t, p.Body, "Camille Lestang</a>")

	// Whoever is signed in is sent on from the page with the two ways in.
	require.Equal(t, "/mon-compte", v.Peek("/connexion?next=/mon-compte").Header.Get("Location"))
	require.Equal(t, "/", v.Peek("/connexion?next=//evil.example").Header.Get("Location"))
	require.Equal(t, "/", v.Peek("/connexion?next=/connexion").Header.Get("Location"))
	require.Contains(t, v.Get("/").Body, "Camille Lestang</a>")

	// Out, by way of FranceConnect, which wants one more click without script.
	p = v.Submit(p)
	require.Contains(t, p.Body, "Déconnexion en cours")
	require.Equal(t, "/connexion", v.Get("/mon-compte").At.Path, "the session is over before FranceConnect’s is")
	p = v.Submit(p)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "<h1>Vous êtes déconnecté</h1>")
	require.NotContains(t, p.Body, "Camille")

	// The same address, opened by anybody at any time, says nothing of the kind.
	require.NotContains(t, v.Get(loggedOutPath).Body, "Vous êtes déconnecté")
	require.NotContains(t, v.Get(p.At.String()).Body, "Vous êtes déconnecté")
}

func TestLoggedOutPageIsNeutralForWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	_, v := signedIn(t)
	require.Contains(t, v.Get(loggedOutPath).Body, "Vous êtes encore connecté")
	require.Equal(t, "/mon-compte", v.Get("/mon-compte").At.Path)
}

func TestSignOutWithoutSession(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	p := v.signIn()
	v.Client.Jar = newVisitor(t, town.url).Client.Jar // another browser, the same form
	p = v.Submit(p)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "Vous n’avez pas de session ouverte")
}

func TestSignInReturnsToNext(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	newVisitor(t, town.url).signIn() // who has been here before
	for next, want := range map[string]string{
		"/mon-compte":              "/mon-compte",
		"/?aide=cantine&ann=2026":  "/?aide=cantine&ann=2026",
		"":                         "/",
		"/connexion":               "/", // or round in circles
		"/connexion?next=/":        "/",
		"/franceconnect/login":     "/",
		"/franceconnect/logout?x":  "/",
		"//evil.example":           "/",
		"///evil.example":          "/",
		`/\evil.example`:           "/",
		`\/evil.example`:           "/",
		"/%2F/evil.example":        "/",
		"/%5cevil.example":         "/",
		"/\t/evil.example":         "/",
		"https://evil.example/":    "/",
		"https:evil.example":       "/",
		"javascript:alert(1)":      "/",
		"evil.example":             "/",
		"https://evil.example@x/y": "/",
	} {
		v := newVisitor(t, town.url)
		p := v.Get("/franceconnect/login?next=" + url.QueryEscape(next))
		require.Equal(t, town.url+want, p.At.String(), "next=%q", next)
		require.Equal(t, http.StatusOK, p.Status)
		for _, at := range v.Trail {
			require.Contains(t, []string{town.url, strings.TrimSuffix(town.idp.Issuer(), "/api/v2")}, at.Scheme+"://"+at.Host, "next=%q", next)
		}
		// The page with the two ways in leads nowhere else either.
		for _, link := range regexp.MustCompile(`href="([^"]*evil[^"]*)"`).FindAllStringSubmatch(newVisitor(t, town.url).Get("/connexion?next="+url.QueryEscape(next)).Body, -1) {
			require.True(t, strings.HasPrefix(link[1], "/franceconnect/login?next="), link[1])
		}
	}
}

func TestSessionIDIsRenewedAtSignIn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	base, err := url.Parse(town.url)
	require.NoError(t, err)
	v.Client.Jar.SetCookies(base, []*http.Cookie{{Name: "portail", Value: "chosen-by-somebody-else", Path: "/"}})
	require.Equal(t, "/connexion", v.Get("/mon-compte").At.Path)

	v.signIn()
	first := v.sessionID()
	require.Regexp(t, `^[A-Z2-7]{26}$`, first)
	v.signIn()
	second := v.sessionID()
	require.NotEqual(t, first, second)

	v.Client.Jar.SetCookies(base, []*http.Cookie{{Name: "portail", Value: first, Path: "/"}})
	require.Equal(t, "/connexion", v.Get("/mon-compte").At.Path, "the first session is over")
}

func TestErrorPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		broken func(*town)
		path   string
		err    error
		advice string
	}{
		"cancel":       {func(w *town) { w.idp.Next(mockidp.Scenario{Cancel: true}) }, "/franceconnect/login", franceconnect.ErrDenied, "Côté usager. La personne est revenue en arrière"},
		"stale":        {nil, callbackPath + "?code=c0de5&state=" + strings.Repeat("ab", 32), franceconnect.ErrLoginExpired, "Rien à faire si c’est rare."},
		"bookmark":     {nil, callbackPath, franceconnect.ErrLoginExpired, "Rien à faire si c’est rare."},
		"down":         {func(w *town) { w.idp.InjectFault("/token", mockidp.Fault{Status: 503}) }, "/franceconnect/login", franceconnect.ErrUnavailable, "Côté FranceConnect ou réseau"},
		"server error": {func(w *town) { w.idp.Next(mockidp.Scenario{Error: "server_error"}) }, "/franceconnect/login", franceconnect.ErrLoginExpired, "Côté FranceConnect. La personne a quitté une page d’erreur"},
		"scope": {func(w *town) { w.idp.Next(mockidp.Scenario{Error: "invalid_scope"}) }, "/franceconnect/login",
			&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "callback.refused"}, "Côté inscription. Un scope demandé existe"},
		"forged":  {func(w *town) { w.idp.Next(mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}) }, "/franceconnect/login", franceconnect.ErrVerification, "À examiner"},
		"made up": {func(w *town) { w.idp.Next(mockidp.Scenario{Error: "invalid_client"}) }, "/franceconnect/login", franceconnect.ErrLoginExpired, "FranceConnect n’envoie pas ce code par le navigateur"},
		"mix-up": {func(w *town) {
			w.idp.Next(mockidp.Scenario{Callback: map[string]string{"iss": "https://evil.example"}})
		}, "/franceconnect/login",
			&franceconnect.Error{Kind: franceconnect.ErrVerification, Reason: "callback.iss"}, "Le navigateur rapporte une réponse"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			if test.broken != nil {
				test.broken(town)
			}
			v := newVisitor(t, town.url)
			p := v.Get(test.path)
			title, status := refusalOf(test.err).title, refusalOf(test.err).status
			french, english := franceconnect.UserMessage(test.err)
			require.Equal(t, status, p.Status)
			require.Equal(t, callbackPath, p.At.Path)
			require.Contains(t, p.Body, "<title>Erreur&nbsp;: "+title+" – ")
			require.Regexp(t, `role="alert"[^>]*>\s*<h1>`+title, p.Body)
			require.Contains(t, p.Body, french)
			require.Contains(t, p.Body, `<p lang="en">`+english)
			require.Contains(t, p.Body, `<a class="action" href="/franceconnect/login">Recommencer</a>`)
			require.Contains(t, p.Body, `href="/connexion#autre-moyen"`)
			require.Equal(t, "no-store", p.Header.Get("Cache-Control"))
			require.Equal(t, "same-origin", p.Header.Get("Referrer-Policy"), "there is a code in the address")
			require.Equal(t, "/connexion", v.Get("/mon-compte").At.Path, "nobody came in")

			// The reference is in the log, beside what happened and what to do.
			ref := regexp.MustCompile(`<code>([A-Z2-7]{8})</code>`).FindStringSubmatch(p.Body)
			require.NotNil(t, ref)
			require.Regexp(t, `msg=franceconnect ref=`+ref[1]+` stage=callback .* advice="`+regexp.QuoteMeta(test.advice), town.log.String())
		})
	}
}

func TestRecommencerWorks(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.idp.Next(mockidp.Scenario{Cancel: true})
	v := newVisitor(t, town.url)
	p := v.Get("/franceconnect/login?next=/mon-compte")
	require.Equal(t, http.StatusForbidden, p.Status)
	p = v.Get(regexp.MustCompile(`href="([^"]*)">Recommencer`).FindStringSubmatch(p.Body)[1])
	require.Equal(t, http.StatusOK, p.Status)
	require.NotEmpty(t, v.sessionID())
	require.Equal(t, "/mon-compte", v.read(p).At.Path, "and leads where the first try was to lead")
}

// A login that does not begin is begun again with the page that was wanted.
func TestRecommencerKeepsNext(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	newTown(t).portal.sorry(w, httptest.NewRequest(http.MethodGet, "/franceconnect/login", nil), franceconnect.ErrUnavailable, loginPath(`/a?b="c`))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), `href="/franceconnect/login?next=%2Fa%3Fb%3D%22c">Recommencer`)
}

func TestSignOutFromAnotherSite(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r, err := http.NewRequest(http.MethodPost, town.url+"/deconnexion", nil)
		require.NoError(t, err)
		r.Header.Set(header, value)
		p := v.Do(r)
		require.Equal(t, http.StatusForbidden, p.Status)
		require.Contains(t, p.Body, "Cette demande vient d’un autre site")
		require.Equal(t, "/mon-compte", v.Get("/mon-compte").At.Path, "still signed in")
	}
	require.Equal(t, http.StatusNotFound, v.Get("/deconnexion").Status, "a link signs nobody out")
	require.Equal(t, "/mon-compte", v.Get("/mon-compte").At.Path, "still signed in")
}

func TestUnknownPath(t *testing.T) {
	t.Parallel()
	p := newVisitor(t, newTown(t).url).Get("/aides/inconnue")
	require.Equal(t, http.StatusNotFound, p.Status)
	require.Contains(t, p.Body, "<h1>Page introuvable</h1>")
}

func TestKeysAreAnEmptySet(t *testing.T) {
	t.Parallel()
	p := newVisitor(t, newTown(t).url).Get(keysPath)
	require.Equal(t, http.StatusOK, p.Status)
	require.Equal(t, "application/jwk-set+json", p.Header.Get("Content-Type"))
	require.Equal(t, "private, max-age=300", p.Header.Get("Cache-Control"))
	require.JSONEq(t, `{"keys":[]}`, p.Body)
}

func TestStrayedDeveloperIsBroughtHome(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	there := strings.Replace(town.url, "127.0.0.1", "localhost", 1)
	v := newVisitor(t, there)
	p := v.Get("/franceconnect/login?next=/mon-compte")
	require.Equal(t, town.url+welcomePath, p.At.String())
}

// A proxy says another Host at the portal's own address too.
func TestAProxyThatChangesHostIsNamedOnce(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := portaltest.NewVisitor(t, town.url, hostChanged{})
	p := v.Get("/franceconnect/login?next=/mon-compte")
	require.Equal(t, http.StatusMisdirectedRequest, p.Status)
	require.Len(t, v.Trail, 1)
	require.Contains(t, p.Text(), "en-tête Host")
	require.Contains(t, p.Text(), "Host header")
	require.Empty(t, v.Cookies(), "no login was begun")
	require.Contains(t, town.log.String(), "Host is localhost:1, PORTAL_URL is "+town.url)
}

type hostChanged struct{}

func (hostChanged) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = "localhost:1"
	return portaltest.Web.RoundTrip(r)
}

// And a browser that says no Sec-Fetch-Site gets its forms through it.
func TestAProxyThatChangesHostLetsOurFormsThrough(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := portaltest.NewVisitor(t, town.url, hostChanged{})
	require.Equal(t, http.StatusOK, v.Post(town.url+"/deconnexion", nil, town.url, "").Status)
	require.Equal(t, http.StatusForbidden, v.Post(town.url+"/deconnexion", nil, "https://evil.example", "").Status)
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	fc := strings.TrimSuffix(town.idp.Issuer(), "/api/v2")
	for _, path := range []string{"/", "/connexion", "/mon-compte", "/inconnue", callbackPath, loggedOutPath, "/style.css", keysPath} {
		h := v.Peek(path).Header
		csp := h.Get("Content-Security-Policy")
		require.Contains(t, csp, "default-src 'none'; style-src 'self'; ")
		require.Contains(t, csp, "form-action 'self' "+fc+";", path)
		require.Contains(t, csp, "base-uri 'none'; frame-ancestors 'none'")
		require.NotContains(t, csp, "unsafe")
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.NotEmpty(t, h.Get("Referrer-Policy"))
		require.NotEmpty(t, h.Get("Cache-Control"))
		require.NotEmpty(t, h.Get("Content-Type"), path)
	}
}

// callback is the latest address that the visitor came back to.
func (v *visitor) callback() (at string) {
	for _, u := range v.Trail {
		if u.Path == callbackPath {
			at = u.String()
		}
	}
	return at
}

// firstLink is the first one of a page's own part.
var firstLink = regexp.MustCompile(`(?s)<main.*?<a [^>]*href="([^"]*)"`)

// The back button, a reload, a tab that a browser restores.
func TestWhoIsSignedInAndOpensTheirCallbackAgainIsOfferedTheirAccount(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	before, callback := v.sessionID(), v.callback()
	p := v.Get(callback)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Body, "<title>Vous êtes déjà connecté – ")
	require.Contains(t, p.Body, "You are still signed in")
	require.NotContains(t, p.Body, "expiré, a été interrompue")
	require.Equal(t, "/mon-compte", firstLink.FindStringSubmatch(p.Body)[1])
	require.Equal(t, 1, strings.Count(p.Body, `class="action"`))
	require.Equal(t, before, v.sessionID())
	require.Equal(t, http.StatusOK, v.Get("/mon-compte").Status)

	// Where it was to go on to, if that is known.
	town.idp.Next(mockidp.Scenario{Error: "server_error"})
	p = v.Get("/franceconnect/login?next=/mes-donnees")
	require.Equal(t, "/mes-donnees", firstLink.FindStringSubmatch(p.Body)[1])

	// Nobody else is offered it, and another failure is told as ever.
	p = newVisitor(t, town.url).Get(callback)
	require.Contains(t, p.Body, "Votre connexion est à recommencer")
	require.NotContains(t, p.Body, "Continuer")
	town.idp.Next(mockidp.Scenario{Cancel: true})
	require.NotContains(t, v.Get("/franceconnect/login").Body, "Continuer")
}

// Who finds FranceConnect silent reads so before they leave for it, and the button stays:
// one person at a time finds out whether it is back.
func TestTheSignInPageSaysThatFranceConnectDoesNotAnswer(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	const says = "ne répond pas en ce moment"
	for range 3 {
		require.NotContains(t, v.Get("/connexion").Body, says)
		town.idp.Next(mockidp.Scenario{TokenFault: mockidp.Fault{Reset: true}})
		require.Equal(t, http.StatusServiceUnavailable, v.Get("/franceconnect/login").Status)
	}
	page := v.Get("/connexion").Body
	require.Contains(t, page, says)
	require.Contains(t, page, "does not answer")
	require.Contains(t, page, "/franceconnect/login")
	v.signIn()
	require.NotContains(t, newVisitor(t, town.url).Get("/connexion").Body, says)
}
