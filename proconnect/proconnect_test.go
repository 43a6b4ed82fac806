package proconnect_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestAProfessionalSignsInAndOut(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	p.idp.Next(mockidp.Scenario{Person: "maire"})
	s := b.signIn()
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, s.Subject)
	require.Equal(t, proconnect.Eidas1, s.Assurance)
	require.Equal(t, "/dossiers", s.ReturnTo)
	require.Equal(t, p.config.Scopes, s.Scopes)
	require.True(t, s.SignedInAt.Equal(p.clock.Now()))
	who := s.Professional
	require.Equal(t, "Solène Rose", who.GivenName)
	require.Equal(t, "Lestang", who.UsualName)
	require.Equal(t, "solene.lestang@example.fr", who.Email)
	require.EqualValues(t, "21999999200015", who.SIRET)
	require.EqualValues(t, "219999992", who.SIREN)
	require.Equal(t, "Direction générale/État civil", who.Unit)
	require.JSONEq(t, `{"job": "Officière d’état civil"}`, string(who.Other["custom"]))

	back := b.signOut()
	require.Nil(t, b.session())
	to, err := url.Parse(back)
	require.NoError(t, err)
	require.Equal(t, "/loggedout", to.Path)
	res, err := b.Get(back)
	require.NoError(t, err)
	defer res.Body.Close()
	var said bool
	require.NoError(t, json.NewDecoder(res.Body).Decode(&said))
	require.True(t, said, "of this browser's logout")
}

func TestTheRequestHasWhatProConnectTakesAndNothingElse(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, func(c *proconnect.Config) { c.Assurance = proconnect.SeveralFactors() })
	ask := proconnect.LoginRequest{Assurance: proconnect.Eidas1MFA | proconnect.Eidas2 | proconnect.Eidas1, LoginHint: "a+b@example.fr", SIRETHint: "21999999200015", IdPHint: "5d6a1f0e-3c1b-4f0b-9d44-0c8f7b1a2e63"}
	w := httptest.NewRecorder()
	require.NoError(t, p.pc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), ask))
	to, err := w.Result().Location()
	require.NoError(t, err)
	q := to.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": p.client.ID, "redirect_uri": p.url + "/callback", "scope": "openid given_name usual_name email siret organizational_unit custom",
		"code_challenge_method": "S256", "login_hint": "a+b@example.fr", "siret_hint": "21999999200015", "idp_hint": "5d6a1f0e-3c1b-4f0b-9d44-0c8f7b1a2e63",
		"claims": `{"id_token":{"acr":{"essential":true,"values":["eidas1-mfa","eidas2"]}}}`, // narrowed, never widened
	} {
		require.Equal(t, []string{want}, q[name], name)
		delete(q, name)
	}
	for name, form := range map[string]string{"state": `^[0-9a-f]{40}$`, "nonce": `^[0-9a-f]{40}$`, "code_challenge": `^[A-Za-z0-9_-]{43}$`} {
		require.Regexp(t, form, q.Get(name))
		delete(q, name)
	}
	require.Empty(t, q)
}

func TestWhoeverAskedForNoLevelIsToldWhichItWas(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	for person, want := range map[string]proconnect.Assurance{"declare": proconnect.Eidas0, "ministere": proconnect.Eidas1MFA, "dirigeante": proconnect.Executive} {
		p.idp.Next(mockidp.Scenario{Person: person})
		require.Equal(t, want, newBrowser(t, p).signIn().Assurance, person)
	}
}

// A page may want more than the sign-in gave.
func TestAPageMayWantSeveralFactors(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	p.idp.Next(mockidp.Scenario{Person: "maire"})
	before := b.signIn()
	require.False(t, before.Assurance.In(proconnect.SeveralFactors()))
	p.asks(proconnect.LoginRequest{Assurance: proconnect.SeveralFactors()})
	p.idp.Next(mockidp.Scenario{Person: "maire"})
	after := b.signIn()
	require.True(t, after.Assurance.In(proconnect.SeveralFactors()))
	require.Equal(t, before.Subject, after.Subject)

	p.idp.Next(mockidp.Scenario{Person: "mot-de-passe"}) // whose identity provider has no second one
	e := requireError(t, newBrowser(t, p).back(newBrowser(t, p).leave()))
	require.ErrorIs(t, e, franceconnect.ErrLoginExpired, "in another browser")
	p.idp.Next(mockidp.Scenario{Person: "mot-de-passe"})
	other := newBrowser(t, p)
	e = requireError(t, other.back(other.leave()))
	require.ErrorIs(t, e, franceconnect.ErrDenied)
	advice, _ := franceconnect.OperatorAdvice(e)
	require.Contains(t, advice, "aucun des niveaux demandés")
}

// The person can change the address that they are sent to.
func TestWhatAPersonChangesInTheAddressGainsThemNothing(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, func(c *proconnect.Config) { c.Assurance = proconnect.Eidas2 | proconnect.Eidas1MFA })
	for name, test := range map[string]struct {
		change func(url.Values)
		kind   error
		reason string
	}{
		"a weaker level":    {func(q url.Values) { q.Set("claims", `{"id_token":{"acr":{"essential":true,"values":["eidas1"]}}}`) }, franceconnect.ErrLevelTooLow, "id_token.acr"},
		"a stronger level":  {func(q url.Values) { q.Set("claims", `{"id_token":{"acr":{"essential":true,"values":["eidas3"]}}}`) }, franceconnect.ErrLevelTooLow, "id_token.acr"},
		"no level":          {func(q url.Values) { q.Del("claims") }, franceconnect.ErrLevelTooLow, "id_token.acr"},
		"another nonce":     {func(q url.Values) { q.Set("nonce", strings.Repeat("0", 40)) }, franceconnect.ErrVerification, "id_token.nonce"},
		"no nonce":          {func(q url.Values) { q.Del("nonce") }, franceconnect.ErrVerification, "id_token.nonce"},
		"fewer scopes":      {func(q url.Values) { q.Set("scope", "openid email given_name usual_name") }, franceconnect.ErrVerification, "userinfo.scope"},
		"another challenge": {func(q url.Values) { q.Set("code_challenge", strings.Repeat("a", 43)) }, franceconnect.ErrLoginExpired, "token.over"},
		"no challenge":      {func(q url.Values) { q.Del("code_challenge"); q.Del("code_challenge_method") }, franceconnect.ErrLoginExpired, "token.over"},
	} {
		b := newBrowser(t, p)
		p.idp.Next(mockidp.Scenario{Person: "maire"})
		e := requireError(t, b.back(b.edited(test.change)))
		require.ErrorIs(t, e, test.kind, name)
		require.Equal(t, test.reason, e.Reason, name)
		require.Nil(t, b.session(), name)
		require.Less(t, franceconnect.StatusCode(e), 500, "%s: a browser alone brings it about", name)
	}
}

// The set that one login asked for is sealed in it, whatever the client takes otherwise.
func TestTheSetThatAPageAskedForIsSealed(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	p.asks(proconnect.LoginRequest{Assurance: proconnect.SeveralFactors()})
	b := newBrowser(t, p)
	p.idp.Next(mockidp.Scenario{Person: "maire"})
	e := requireError(t, b.back(b.edited(func(q url.Values) { q.Set("claims", `{"id_token":{"acr":{"essential":true,"value":"eidas1"}}}`) })))
	require.ErrorIs(t, e, franceconnect.ErrLevelTooLow)
	require.Equal(t, "id_token.acr", e.Reason)
}

// What a login was sent off with is what counts when it comes back, and so is what
// the client accepts by then.
func TestAClientThatHasBecomeStricterMeanwhileIsHeard(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	p.idp.Next(mockidp.Scenario{Person: "maire"})
	back := b.leave()
	p.config.Assurance = proconnect.SeveralFactors()
	var err error
	p.pc, err = proconnect.New(p.config)
	require.NoError(t, err)
	e := requireError(t, b.back(back))
	require.ErrorIs(t, e, franceconnect.ErrLevelTooLow)
	require.Equal(t, "came eidas1, asked for was one of eidas0-mfa eidas1-mfa eidas2 eidas3", e.Detail)
}

// The errors are those of the root, and name ProConnect.
func TestErrorsAreThoseOfTheRootAndNameProConnect(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	p.idp.Next(mockidp.Scenario{Cancel: true})
	e := requireError(t, b.back(b.leave()))
	require.ErrorIs(t, e, franceconnect.ErrDenied)
	require.Equal(t, "ProConnect", e.Provider)
	require.Equal(t, "/dossiers", e.ReturnTo)
	french, english := franceconnect.UserMessage(e)
	require.Contains(t, french, "La connexion avec ProConnect n’a pas abouti")
	require.Contains(t, english, "with ProConnect")
	for kind := range map[error]bool{franceconnect.ErrDenied: true, franceconnect.ErrLoginExpired: true, franceconnect.ErrLevelTooLow: true, franceconnect.ErrUnavailable: true,
		franceconnect.ErrVerification: true, franceconnect.ErrMisconfigured: true, franceconnect.ErrDisabled: true} {
		for _, reason := range []string{"", "id_token.hs256", "calls.full", "calls.silent", "callback.iss", "id_token.nonce", "id_token.acr", "userinfo.scope", "used.full"} {
			err := &franceconnect.Error{Kind: kind, Reason: reason, Provider: "ProConnect"}
			fr, en := franceconnect.UserMessage(err)
			advice, conseil := franceconnect.OperatorAdvice(err)
			for _, said := range []string{fr, en, advice, conseil, err.Error()} {
				require.NotEmpty(t, said)
				require.NotContains(t, strings.ToLower(said), "franceconnect", "%v %s", kind, reason)
			}
		}
	}
}

func TestASecondUseOfACallbackIsRefused(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	back := b.leave()
	u, err := url.Parse(p.url)
	require.NoError(t, err)
	kept := b.Jar.Cookies(u)
	require.NoError(t, b.back(back))
	b.Jar.SetCookies(u, kept)
	e := requireError(t, b.back(back))
	require.ErrorIs(t, e, franceconnect.ErrLoginExpired)
	require.Equal(t, "state.used", e.Reason)
}

// The two doors share a host, a Store and cookie keys, and no login.
func TestALoginOfOneDoorOpensNoOther(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	fc, err := franceconnect.New(franceconnect.Config{
		Environment: franceconnect.Custom{Issuer: string(p.config.Environment)}, ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret,
		RedirectURL: p.url + "/franceconnect/callback", CookieKeys: p.config.CookieKeys, Now: p.clock.Now,
	})
	require.NoError(t, err)
	b := newBrowser(t, p)
	back, err := url.Parse(b.leave())
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/franceconnect/callback?"+back.RawQuery, nil)
	for _, k := range b.Jar.Cookies(back) {
		r.AddCookie(k)
	}
	_, err = fc.Callback(httptest.NewRecorder(), r)
	require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
	require.NoError(t, b.back(back.String()), "which leaves it to the one that it is for")
}

func TestAlgorithmsAndUserInfoAreWhatWasAgreed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sign, userinfo string
		json           bool
		reason         string
	}{
		{"ES256", "ES256", false, ""}, {"RS256", "RS256", false, ""}, {"ES256", "RS256", false, ""}, {"RS256", "", true, ""},
		{"ES256", "", false, "userinfo.format"}, {"HS256", "ES256", false, "id_token.hs256"}, {"ES256", "HS256", false, "userinfo.hs256"}, {"ES256", "ES256", true, "userinfo.claims"},
	} {
		p := newPortal(t, func(c *mockidp.Client) { c.SigningAlg, c.UserinfoAlg = test.sign, test.userinfo }, func(c *proconnect.Config) { c.UserInfoJSON = test.json })
		b := newBrowser(t, p)
		err := b.back(b.leave())
		if test.reason == "" {
			require.NoError(t, err, "%+v", test)
			continue
		}
		e := requireError(t, err)
		require.Equal(t, test.reason, e.Reason, "%+v", test)
		advice, english := franceconnect.OperatorAdvice(e)
		if test.reason != "userinfo.claims" {
			require.Contains(t, advice, "ES256", test.reason)
			require.Contains(t, english, "ES256", test.reason)
		}
	}
}

func TestAHintWhoseKeyIsWithdrawnIsLeftOut(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	s := newBrowser(t, p).signIn()
	logout := func(method string, hint franceconnect.IDTokenHint) (url.Values, error) {
		w := httptest.NewRecorder()
		err := p.pc.Logout(w, httptest.NewRequest(method, "/logout", nil), hint)
		to, _ := w.Result().Location()
		if to == nil {
			return nil, err
		}
		q := to.Query()
		q.Set("", to.Path)
		return q, err
	}
	q, err := logout(http.MethodPost, s.IDTokenHint)
	require.NoError(t, err)
	require.Equal(t, string(s.IDTokenHint), q.Get("id_token_hint"))
	require.False(t, q.Has("client_id"))

	q, err = logout(http.MethodPost, s.IDTokenHint[:len(s.IDTokenHint)-6]+"AAAAAA")
	require.NoError(t, err)
	require.False(t, q.Has("id_token_hint"))
	require.Equal(t, p.client.ID, q.Get("client_id"))
	require.Equal(t, p.url+"/loggedout", q.Get("post_logout_redirect_uri"))
	require.NotEmpty(t, q.Get("state"))

	q, err = logout(http.MethodPost, "")
	require.NoError(t, err)
	require.Equal(t, url.Values{"": {"/loggedout"}}, q, "there is nobody to sign out")

	_, err = logout(http.MethodGet, s.IDTokenHint)
	require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
}

func TestASessionPrintsItsLevelAndMarshalsAllButTheToken(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	p.idp.Next(mockidp.Scenario{Person: "maire"})
	s := newBrowser(t, p).signIn()
	printed := fmt.Sprintf("%v %+v %#v %s %q", s, *s, *s, s.Professional, s.Professional)
	require.Equal(t, "session(eidas1) session(eidas1) session(eidas1) professional professional", printed)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.NotContains(t, string(text), string(s.AccessToken()))
	var back proconnect.Session
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, s.Professional.SIRET, back.Professional.SIRET)
	require.Equal(t, s.Assurance, back.Assurance)
	var buffer bytes.Buffer
	require.NoError(t, gob.NewEncoder(&buffer).Encode(s))
	back = proconnect.Session{}
	require.NoError(t, gob.NewDecoder(&buffer).Decode(&back))
	require.Equal(t, s.Professional, back.Professional)

	token, err := s.TokenSource().Token()
	require.NoError(t, err)
	require.Equal(t, string(s.AccessToken()), token.AccessToken)
	require.Equal(t, s.SignedInAt.Add(time.Hour), token.Expiry)
	require.Empty(t, token.RefreshToken)
	_, err = back.TokenSource().Token()
	require.Error(t, err, "of a session from a store")
}

// A portal writes down more than it means to.
func TestNothingThatAPortalHoldsPrintsASecret(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	s := newBrowser(t, p).signIn()
	held := []any{p.config, &p.config, p.pc, s, *s, s.TokenSource(), struct{ A, B any }{p.pc, s.TokenSource()}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, one := range held {
			fmt.Fprintf(&out, verb+"\n", one)
		}
	}
	for _, one := range held {
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "held", one)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "held", one)
		text, _ := json.Marshal(one) // a Config has functions
		out.Write(text)
	}
	require.NoError(t, gob.NewEncoder(&out).Encode(s))
	for _, secret := range []string{string(p.config.ClientSecret), string(s.AccessToken())} {
		require.NotContains(t, out.String(), secret)
		require.NotContains(t, out.String(), fmt.Sprintf("%x", secret))
	}
}

func TestEventsSayTheOperationAndTheLevel(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	p.idp.Next(mockidp.Scenario{Person: "ministere"})
	newBrowser(t, p).signIn()
	var done []string
	for _, e := range p.events {
		require.EqualValues(t, "proconnect", e.Platform)
		require.NoError(t, e.Err)
		if e.Operation == "callback" {
			require.Equal(t, "eidas1-mfa", e.Assurance)
		}
		done = append(done, e.Operation)
	}
	slices.Sort(done)
	require.Equal(t, []string{"callback", "keys", "login", "token", "userinfo"}, done)
}

func TestADisabledClientHasNoPages(t *testing.T) {
	t.Parallel()
	pc, err := proconnect.New(proconnect.Config{Disabled: true})
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/callback", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-fc-logout-", Value: "BCFGHJKL"})
	require.ErrorIs(t, pc.Login(httptest.NewRecorder(), r, proconnect.LoginRequest{}), franceconnect.ErrDisabled)
	_, err = pc.Callback(httptest.NewRecorder(), r)
	require.ErrorIs(t, err, franceconnect.ErrDisabled)
	require.ErrorIs(t, pc.Logout(httptest.NewRecorder(), r, "hint"), franceconnect.ErrDisabled)
	require.ErrorIs(t, pc.Ready(t.Context()), franceconnect.ErrDisabled)
	require.False(t, pc.LogoutCallback(httptest.NewRecorder(), r))
	require.False(t, pc.Available())
	require.Empty(t, pc.Button(proconnect.Button{}))
	require.Empty(t, pc.ProviderOrigin())
	w := httptest.NewRecorder()
	pc.HealthHandler().ServeHTTP(w, r)
	require.Equal(t, http.StatusNotFound, w.Code)
}

func TestAProbeSaysWhetherProConnectAnswers(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	require.NoError(t, p.pc.Ready(t.Context()))
	require.True(t, p.pc.Available())
	require.Equal(t, strings.TrimSuffix(string(p.config.Environment), "/api/v2"), p.pc.ProviderOrigin())
	w := httptest.NewRecorder()
	p.pc.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, "up\n", w.Body.String())
	away, err := proconnect.New(func() proconnect.Config { c := p.config; c.Environment = "http://127.0.0.1:1/api/v2"; return c }())
	require.NoError(t, err)
	require.ErrorIs(t, away.Ready(t.Context()), franceconnect.ErrUnavailable)
}

// A store that is away lets nobody in, and nobody leave in vain.
func TestTheStoreOfFranceConnectWillDo(t *testing.T) {
	t.Parallel()
	s := &store{}
	p := newPortal(t, nil, func(c *proconnect.Config) { c.Store = s })
	b := newBrowser(t, p)
	require.NoError(t, b.back(b.leave()))
	require.Equal(t, 1, s.taken)
	s.away = true
	err := p.pc.Login(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/login", nil), proconnect.LoginRequest{})
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.Equal(t, "store", requireError(t, err).Reason)
}

type store struct {
	kept  map[string][]byte
	taken int
	away  bool
}

func (s *store) Put(_ context.Context, key string, value []byte, _ time.Duration) error {
	if s.away {
		return context.DeadlineExceeded
	}
	s.kept = map[string][]byte{key: value}
	return nil
}

func (s *store) Take(_ context.Context, key string) ([]byte, bool, error) {
	value, found := s.kept[key]
	delete(s.kept, key)
	s.taken++
	return value, found, nil
}
