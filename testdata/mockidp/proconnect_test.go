package mockidp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// everywhere lists the platforms.
var everywhere = []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1, mockidp.ProConnect}

// halfHash returns the at_hash of a token.
func halfHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// isSIRET reports whether a SIRET has 14 digits and a right key: that of Luhn, or
// for La Poste also a sum of digits that five divides.
func isSIRET(siret string) bool {
	if !regexp.MustCompile(`^[0-9]{14}$`).MatchString(siret) {
		return false
	}
	luhn, sum := 0, 0
	for i, r := range siret {
		d := int(r - '0')
		sum += d
		if i%2 == 0 {
			d = d*2/10 + d*2%10
		}
		luhn += d
	}
	return luhn%10 == 0 || strings.HasPrefix(siret, "356000000") && sum%5 == 0
}

func onProConnect(t *testing.T, cfg mockidp.Config) *world {
	cfg.Platform = mockidp.ProConnect
	return start(t, cfg)
}

// wantACRs returns the claims parameter that requires one of a set of levels.
func wantACRs(values ...string) string {
	text, _ := json.Marshal(map[string]any{"id_token": map[string]any{"acr": map[string]any{"essential": true, "values": values}}})
	return string(text)
}

var shownCode = regexp.MustCompile(`oidc-provider-rendered-error:[a-z_]+|Y[0-9A-F]{6,7}`)

func TestProConnectTakesAndRefusesWhatItsSourceDoes(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Name, Error, Page, Dropped string
		Change                     []string
	}
	load(t, "proconnect.json", &rows)
	for _, r := range rows {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			client := mockidp.DefaultClient(mockidp.ProConnect)
			client.RedirectURIs = append([]string{"http://localhost:8080/callback"}, client.RedirectURIs...)
			w := onProConnect(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{client}})
			p, to := w.follow(w.get(w.authorizeURL(r.Change...)))
			if r.Page != "" {
				require.Nil(t, to)
				require.Equal(t, r.Page, fmt.Sprint(p.StatusCode, " ", shownCode.FindString(p.body)))
				return
			}
			require.NotNil(t, to, p.body)
			q := to.Query()
			require.Equal(t, strings.Repeat("5", 64), q.Get("state"))
			require.Equal(t, w.idp.Issuer(), q.Get("iss"))
			if r.Error != "" {
				require.Equal(t, r.Error, q.Get("error")+": "+q.Get("error_description"))
				return
			}
			require.NotEmpty(t, q.Get("code"), "%v", q)
			notes := w.idp.Requests()[0].Notes
			if r.Dropped == "" {
				require.Empty(t, notes)
				return
			}
			require.Len(t, notes, 1)
			require.Equal(t, r.Dropped, notes[0].Parameter)
			require.False(t, notes[0].Refused)
		})
	}
}

func TestProConnectAnswersTokensLikeItsSource(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{Auto: true})
	got := w.tokens("acr_values", "")
	require.Equal(t, "Bearer", got.TokenType)
	require.Equal(t, 3600, got.ExpiresIn)
	require.NotEmpty(t, got.RefreshToken)
	require.Equal(t, "openid given_name usual_name email uid siret siren roles", got.Scope)
	require.Equal(t, map[string]any{"alg": "ES256", "kid": "pkcs11:ES256:hsm", "typ": "JWT"}, segment(t, got.IDToken, 0))
	_, claims := w.read(got.IDToken)
	now := float64(w.clock.Now().Unix())
	sub := claims["sub"]
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, sub)
	require.Equal(t, map[string]any{"sub": sub, "acr": "eidas1", "nonce": strings.Repeat("a", 64), "aud": w.client.ID, "iss": w.idp.Issuer(),
		"iat": now, "exp": now + 3600, "auth_time": now, "at_hash": halfHash(got.AccessToken)}, claims)

	p := w.userinfo(got.AccessToken)
	require.Equal(t, "application/jwt; charset=utf-8", p.Header.Get("Content-Type"))
	_, claims = w.read(p.body)
	require.Equal(t, map[string]any{"sub": sub, "aud": w.client.ID, "iss": w.idp.Issuer(), "iat": now, "exp": now + 3600,
		"given_name": "Solène Rose", "usual_name": "Lestang", "email": "solene.lestang@example.fr", "uid": "ag-0001",
		"siret": "21999999200015", "siren": "219999992", "roles": []any{"agent_public"}}, claims)
}

func TestProConnectSignsUserinfoOnlyForAClientWithAnAlgorithm(t *testing.T) {
	t.Parallel()
	client := mockidp.DefaultClient(mockidp.ProConnect)
	client.UserinfoAlg = ""
	w := onProConnect(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{client}})
	p := w.userinfo(w.tokens("scope", "openid email").AccessToken)
	require.Equal(t, "application/json; charset=utf-8", p.Header.Get("Content-Type"))
	var claims map[string]any
	require.NoError(t, json.Unmarshal([]byte(p.body), &claims))
	require.Len(t, claims, 2)
	require.Equal(t, "solene.lestang@example.fr", claims["email"])

	for _, alg := range []string{"ES256", "RS256", "HS256"} {
		client.SigningAlg, client.UserinfoAlg = "ES256", alg
		w := onProConnect(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{client}})
		got := w.tokens()
		require.Equal(t, "ES256", segment(t, got.IDToken, 0)["alg"])
		require.Equal(t, alg, segment(t, w.userinfo(got.AccessToken).body, 0)["alg"])
	}
}

func TestWhatAProConnectTokenSaysDependsOnTheRequest(t *testing.T) {
	t.Parallel()
	client := mockidp.DefaultClient(mockidp.ProConnect)
	client.AMR = true
	w := onProConnect(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{client}})
	claims := func(change ...string) map[string]any {
		return segment(t, w.tokens(change...).IDToken, 1)
	}
	require.NotContains(t, claims("claims", ""), "acr")
	require.Equal(t, "eidas1", claims("claims", "", "acr_values", "eidas2")["acr"], "acr_values are no condition")
	require.Equal(t, "eidas1", claims("claims", `{"id_token":{"acr":null}}`)["acr"])
	require.Equal(t, "eidas1", claims("claims", `{"id_token":{"acr":{"values":["eidas2"]}}}`)["acr"], "a set that is not essential is no condition")
	require.NotContains(t, claims(), "amr")
	require.Equal(t, []any{"pwd"}, claims("claims", `{"id_token":{"amr":{"essential":true}}}`)["amr"])
	require.Equal(t, []any{"pwd", "totp", "mfa"}, claims("claims", `{"id_token":{"amr":null,"acr":{"essential":true,"value":"eidas1-mfa"}}}`)["amr"])
	require.NotContains(t, claims("nonce", ""), "nonce")
	require.Contains(t, claims("prompt", "login"), "auth_time")
	require.NotContains(t, claims("prompt", "consent"), "auth_time")
	require.Contains(t, claims("prompt", "consent", "claims", `{"id_token":{"auth_time":null}}`), "auth_time")
}

// TestLevelsOfProConnectAreASet holds that no level stands for another: what is
// required is one of those named.
func TestLevelsOfProConnectAreASet(t *testing.T) {
	t.Parallel()
	const dirigeant = "https://proconnect.gouv.fr/assurance/certification-dirigeant"
	denied := "access_denied: requested ACRs could not be satisfied"
	for _, r := range []struct {
		who   string
		asked []string
		want  string
	}{
		{"maire", nil, "eidas1"},
		{"maire", []string{"eidas2", "eidas3"}, "eidas2"},
		{"maire", []string{"unknown", "eidas3"}, "eidas3"},
		{"maire", []string{"unknown"}, "eidas1"},
		{"mot-de-passe", []string{"eidas1"}, "eidas1"},
		{"mot-de-passe", []string{"eidas1-mfa", "eidas2", "eidas3"}, denied},
		{"ministere", nil, "eidas1-mfa"},
		{"ministere", []string{"eidas1"}, denied},
		{"ministere", []string{"eidas2"}, "eidas2"},
		{"declare", []string{"eidas1", "eidas1-mfa"}, denied},
		{"declare", []string{"eidas0", "eidas1"}, "eidas0"},
		{"declare-mfa", []string{"eidas0-mfa"}, "eidas0-mfa"},
		{"dirigeante", []string{dirigeant}, dirigeant},
		{"dirigeante", []string{"eidas1"}, "eidas1"},
		{"maire", []string{"https://proconnect.gouv.fr/assurance/self-asserted"}, "eidas1"},
	} {
		t.Run(fmt.Sprint(r.who, r.asked), func(t *testing.T) {
			t.Parallel()
			w := onProConnect(t, mockidp.Config{Auto: true, Person: r.who})
			claims := `{"id_token":{"acr":null}}`
			if r.asked != nil {
				claims = wantACRs(r.asked...)
			}
			q := w.callback("claims", claims)
			if q.Get("error") != "" {
				require.Equal(t, r.want, q.Get("error")+": "+q.Get("error_description"))
				return
			}
			_, got := w.trade(q.Get("code"))
			require.Equal(t, r.want, segment(t, got.IDToken, 1)["acr"])
		})
	}
}

func TestProConnectVerifiesPKCE(t *testing.T) {
	t.Parallel()
	// RFC 7636, appendix B.
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	for name, r := range map[string]struct {
		challenge []string
		verifier  string
		status    int
	}{
		"right":     {[]string{"code_challenge", challenge, "code_challenge_method", "S256"}, verifier, 200},
		"none":      {[]string{"code_challenge", challenge, "code_challenge_method", "S256"}, "", 400},
		"another":   {[]string{"code_challenge", challenge, "code_challenge_method", "S256"}, strings.Repeat("x", 43), 400},
		"too short": {[]string{"code_challenge", challenge, "code_challenge_method", "S256"}, "short", 400},
		"needless":  {nil, verifier, 400},
		"neither":   {nil, "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := onProConnect(t, mockidp.Config{Auto: true})
			status, got := w.trade(w.code(r.challenge...), "code_verifier", r.verifier)
			require.Equal(t, r.status, status, "%+v", got)
		})
	}
}

func TestProConnectErrorsSayTheLeast(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{Auto: true})
	status, got := w.trade("nobody's")
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, tokens{Error: "invalid_grant", ErrorDescription: "grant request is invalid"}, got)
	status, got = w.trade(w.code(), "client_secret", strings.Repeat("x", 32))
	require.Equal(t, http.StatusUnauthorized, status)
	require.Equal(t, tokens{Error: "invalid_client", ErrorDescription: "client authentication failed"}, got)
	p := w.do(w.back, "GET", w.base+"/userinfo", nil, nil)
	require.Equal(t, http.StatusBadRequest, p.StatusCode)
	require.Equal(t, []string{`Bearer realm="` + w.idp.Issuer() + `"`}, p.Header.Values("WWW-Authenticate"))
}

func TestARefreshTokenOfProConnectGivesMoreTokensForTwoHours(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{Auto: true})
	first := w.tokens()
	refresh := func() (int, tokens) {
		return w.trade("", "grant_type", "refresh_token", "refresh_token", first.RefreshToken, "redirect_uri", "", "code", "")
	}
	w.clock.Advance(90 * time.Minute)
	require.Equal(t, http.StatusUnauthorized, w.userinfo(first.AccessToken).StatusCode, "an access token lives for an hour")
	status, second := refresh()
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, first.RefreshToken, second.RefreshToken)
	require.NotEqual(t, first.AccessToken, second.AccessToken)
	require.Equal(t, segment(t, first.IDToken, 1)["sub"], segment(t, second.IDToken, 1)["sub"])
	require.Equal(t, strings.Repeat("a", 64), segment(t, second.IDToken, 1)["nonce"])
	require.Equal(t, http.StatusOK, w.userinfo(second.AccessToken).StatusCode)
	require.Equal(t, http.StatusUnauthorized, w.userinfo(first.RefreshToken).StatusCode, "a refresh token is no access token")

	w.clock.Advance(30 * time.Minute)
	status, got := refresh()
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "invalid_grant", got.Error)
}

func TestARefreshTokenOfProConnectEndsWithItsGrant(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{Auto: true, Lifetimes: mockidp.Lifetimes{Grant: time.Hour}})
	first := w.tokens()
	w.clock.Advance(time.Hour)
	status, got := w.trade("", "grant_type", "refresh_token", "refresh_token", first.RefreshToken, "redirect_uri", "", "code", "")
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "invalid_grant", got.Error)
	_, got = w.trade("", "grant_type", "refresh_token")
	require.Equal(t, "missing required parameter 'refresh_token'", got.ErrorDescription)
	form := w.tokenForm("", "grant_type", "refresh_token")
	form["refresh_token"] = []string{first.RefreshToken, first.RefreshToken}
	require.Contains(t, w.do(w.back, "POST", w.base+"/token", form, nil).body, "'refresh_token' parameter must not be provided twice")
}

func TestARefreshTokenOfProConnectIsOfOneClientAndCanBeRevoked(t *testing.T) {
	t.Parallel()
	other := mockidp.DefaultClient(mockidp.ProConnect)
	other.ID = "other"
	w := onProConnect(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{mockidp.DefaultClient(mockidp.ProConnect), other}})
	got := w.tokens()
	form := func(client string) url.Values {
		return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got.RefreshToken}, "client_id": {client}, "client_secret": {w.client.Secret}}
	}
	require.Equal(t, 400, w.do(w.back, "POST", w.base+"/token", form("other"), nil).StatusCode)
	require.Equal(t, 400, w.do(w.back, "POST", w.base+"/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}}, nil).StatusCode)
	require.Equal(t, 400, w.do(w.back, "POST", w.base+"/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got.AccessToken}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}}, nil).StatusCode)
	require.Equal(t, 200, w.do(w.back, "POST", w.base+"/token", form(w.client.ID), nil).StatusCode)
	require.Equal(t, 200, w.do(w.back, "POST", w.base+"/token/revocation", url.Values{"token": {got.RefreshToken}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}}, nil).StatusCode)
	require.Equal(t, 400, w.do(w.back, "POST", w.base+"/token", form(w.client.ID), nil).StatusCode)
}

func TestLifetimesOfProConnectAreThoseOfItsSource(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{Auto: true})
	for life, want := range map[time.Duration]int{59 * time.Second: 200, time.Minute: 400} {
		code := w.code()
		w.clock.Advance(life)
		status, _ := w.trade(code)
		require.Equal(t, want, status, life)
	}
	got := w.tokens()
	w.clock.Advance(time.Hour - time.Second)
	p := w.userinfo(got.AccessToken)
	require.Equal(t, http.StatusOK, p.StatusCode)
	require.Equal(t, float64(w.clock.Now().Unix()+1), segment(t, p.body, 1)["exp"], "userinfo ends with the access token")
	w.clock.Advance(time.Second)
	require.Equal(t, http.StatusUnauthorized, w.userinfo(got.AccessToken).StatusCode)
}

// signInOnPages goes through the pages, of which ProConnect has two.
func (w *world) signInOnPages(login string, change ...string) url.Values {
	w.t.Helper()
	p, to := w.follow(w.get(w.authorizeURL(change...)))
	require.Nil(w.t, to, "there was no page")
	if strings.Contains(p.body, `name="idp"`) {
		p, _ = w.follow(w.submit(p, "idp", between(p.body, `name="idp" value="`, `"`)))
	}
	p, to = w.follow(w.submit(p, "login", login))
	require.NotNil(w.t, to, p.body)
	return to.Query()
}

func TestASessionOfProConnectServesASecondLoginIfItDoes(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]struct {
		change []string
		after  time.Duration
		page   bool
		error  string
	}{
		"no prompt":                   {},
		"prompt login":                {change: []string{"prompt", "login"}},
		"prompt none":                 {change: []string{"prompt", "none"}},
		"eleven hours later":          {after: 11 * time.Hour},
		"twelve hours later":          {after: 12 * time.Hour, page: true},
		"none twelve hours later":     {change: []string{"prompt", "none"}, after: 12 * time.Hour, error: "login_required"},
		"another level":               {change: []string{"claims", wantACRs("eidas2")}, page: true},
		"another identity provider":   {change: []string{"idp_hint", "b61f1b52-77a4-4a53-8a56-3f0d6a9c5d10"}, page: true},
		"the same identity provider":  {change: []string{"idp_hint", "5d6a1f0e-3c1b-4f0b-9d44-0c8f7b1a2e63"}},
		"the address of another":      {change: []string{"login_hint", "hugo@example.org"}, page: true},
		"the address of the same one": {change: []string{"login_hint", "solene.lestang@example.fr"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := onProConnect(t, mockidp.Config{})
			_, first := w.trade(w.signInOnPages("maire").Get("code"))
			w.clock.Advance(r.after)
			p, to := w.follow(w.get(w.authorizeURL(r.change...)))
			if r.page {
				require.Nil(t, to)
				require.Equal(t, http.StatusOK, p.StatusCode)
				return
			}
			require.NotNil(t, to, p.body)
			require.Equal(t, r.error, to.Query().Get("error"))
			if r.error == "" {
				_, second := w.trade(to.Query().Get("code"))
				require.Equal(t, segment(t, first.IDToken, 1)["sub"], segment(t, second.IDToken, 1)["sub"])
			}
		})
	}
}

func TestPromptNoneWithoutASessionIsAnError(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{})
	w.get(w.authorizeURL()) // begins a session where nobody signs in
	q := w.callback("prompt", "none")
	require.Equal(t, "login_required: End-User authentication is required", q.Get("error")+": "+q.Get("error_description"))
	require.NotEmpty(t, q.Get("state"))
}

func TestPagesOfProConnectSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{})
	p, _ := w.follow(w.get(w.authorizeURL("login_hint", "hugo@example.org")))
	require.Contains(t, p.body, "Ceci n’est pas ProConnect&nbsp;:")
	require.Contains(t, p.body, "n’a pas encore été comparé à un serveur en marche")
	require.Contains(t, p.body, "Menuiserie Brizeau et fille SIRET 99999901400023", "the hint is what is searched for")
	require.NotContains(t, p.body, "Vautrin")
	require.NotContains(t, p.body, "le registre ne répond pas", "there is no civil register on ProConnect")
	p = w.get(p.Request.URL.String() + "?q=&lang=en")
	require.Contains(t, p.body, "Vautrin", "the hint can be cleared")
	require.Contains(t, p.body, "has not been compared with a running server yet")
	require.Equal(t, "pc_session_id", w.get(w.authorizeURL()).Cookies()[0].Name)
	p = w.get(strings.TrimSuffix(w.base, "/api/v2") + "/?lang=fr")
	require.Contains(t, p.body, "Un simulateur de ProConnect")
}

func TestSignOutOfProConnectNeedsNoHint(t *testing.T) {
	t.Parallel()
	home := mockidp.DefaultClient(mockidp.ProConnect).PostLogoutRedirectURIs[0]
	for name, r := range map[string]struct {
		query url.Values
		to    string // "" is ProConnect's own page
		page  string
	}{
		"with the client's id":       {url.Values{"client_id": {"{client}"}, "post_logout_redirect_uri": {home}, "state": {"s"}}, home + "?state=s", ""},
		"with a hint":                {url.Values{"id_token_hint": {"{hint}"}, "post_logout_redirect_uri": {home}}, home, ""},
		"with neither":               {url.Values{"post_logout_redirect_uri": {home}}, "", ""},
		"with nothing":               {url.Values{}, "", ""},
		"with something else":        {url.Values{"client_id": {"{client}"}, "post_logout_redirect_uri": {home}, "utm": {"x"}}, home, ""},
		"to another address":         {url.Values{"client_id": {"{client}"}, "post_logout_redirect_uri": {"https://other.example.org/"}}, "", "400 oidc-provider-rendered-error:invalid_request"},
		"to the address, misspelt":   {url.Values{"client_id": {"{client}"}, "post_logout_redirect_uri": {strings.ToUpper(home[:4]) + home[4:]}}, "", "400 oidc-provider-rendered-error:invalid_request"},
		"of a client of nobody":      {url.Values{"client_id": {"nobody"}, "post_logout_redirect_uri": {home}}, "", "400 oidc-provider-rendered-error:invalid_client"},
		"with a hint that is forged": {url.Values{"id_token_hint": {"a.b.c"}, "post_logout_redirect_uri": {home}}, "", "400 oidc-provider-rendered-error:invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := onProConnect(t, mockidp.Config{})
			_, got := w.trade(w.signInOnPages("maire").Get("code"))
			query := strings.NewReplacer(url.QueryEscape("{client}"), w.client.ID, url.QueryEscape("{hint}"), got.IDToken).Replace(r.query.Encode())
			p := w.get(w.base + "/session/end?" + query)
			if r.page != "" {
				require.Equal(t, r.page, fmt.Sprint(p.StatusCode, " ", shownCode.FindString(p.body)))
				require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode)
				return
			}
			p, to := w.follow(w.submit(p))
			if r.to == "" {
				require.Nil(t, to)
				require.Equal(t, http.StatusOK, p.StatusCode)
			} else {
				require.NotNil(t, to, p.body)
				require.Equal(t, r.to, to.String())
			}
			require.Equal(t, http.StatusUnauthorized, w.userinfo(got.AccessToken).StatusCode)
			_, to = w.follow(w.get(w.authorizeURL()))
			require.Nil(t, to, "the session is over")
		})
	}
}

// TestSigningOutOfOneEndsAllLoginsOfTheBrowser holds what FranceConnect does not do.
func TestSigningOutOfOneEndsAllLoginsOfTheBrowser(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{})
	_, first := w.trade(w.signInOnPages("maire").Get("code"))
	refresh := func(got tokens) (int, tokens) {
		return w.trade("", "grant_type", "refresh_token", "refresh_token", got.RefreshToken, "redirect_uri", "", "code", "")
	}
	w.clock.Advance(10 * time.Minute)
	second := w.tokens()
	w.clock.Advance(105 * time.Minute)
	_, renewed := refresh(first)
	w.clock.Advance(25 * time.Minute)
	status, _ := refresh(second)
	require.Equal(t, http.StatusBadRequest, status, "the second login is past, and the first is not")
	third := w.tokens()
	for _, got := range []tokens{renewed, third} {
		require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode)
	}
	w.submit(w.get(w.base + "/session/end"))
	for _, got := range []tokens{renewed, third} {
		require.Equal(t, http.StatusUnauthorized, w.userinfo(got.AccessToken).StatusCode)
	}
	status, _ = refresh(third)
	require.Equal(t, http.StatusBadRequest, status)
}

func TestProfessionalsAreThereForAReason(t *testing.T) {
	t.Parallel()
	lines, subs := map[string]bool{}, map[any][]string{}
	poste := false
	for _, who := range mockidp.Professionals() {
		require.NotEmpty(t, who.What, who.Login)
		require.NotEmpty(t, who.WhatFrench, who.Login)
		require.False(t, lines[who.What], who.Login)
		lines[who.What] = true
		require.Regexp(t, `^[a-z.]+@example\.(org|fr)$`, who.Email)
		w := onProConnect(t, mockidp.Config{Auto: true, Person: who.Login})
		if who.Work.SIRET == "" {
			p, to := w.follow(w.get(w.authorizeURL("claims", "")))
			require.Nil(t, to)
			require.Equal(t, "Y600006", yCode.FindString(p.body))
			continue
		}
		require.True(t, isSIRET(who.Work.SIRET), who.Login)
		poste = poste || strings.HasPrefix(who.Work.SIRET, "356000000")
		_, claims := w.read(w.userinfo(w.tokens("claims", "", "scope", strings.Join(w.client.Scopes, " ")).AccessToken).body)
		subs[claims["sub"]] = append(subs[claims["sub"]], claims["siret"].(string))
		require.NotContains(t, claims, "birthdate")
		require.NotContains(t, claims, "family_name")
		for name, v := range claims {
			require.NotEqual(t, "", v, name)
		}
	}
	require.True(t, poste)
	require.Len(t, subs, len(lines)-2, "one person is there twice, and one never signs in")
	require.Contains(t, subs, any(segment(t, onProConnect(t, mockidp.Config{Auto: true, Person: "deux-lycee"}).tokens().IDToken, 1)["sub"]))
}

func TestAPersonHasOneSubOfProConnectForAllServicesAndOrganisations(t *testing.T) {
	t.Parallel()
	sub := func(client, login string) any {
		c := mockidp.DefaultClient(mockidp.ProConnect)
		c.ID = client
		return segment(t, onProConnect(t, mockidp.Config{Auto: true, Person: login, Clients: []mockidp.Client{c}}).tokens().IDToken, 1)["sub"]
	}
	require.Equal(t, sub("a", "deux-mairie"), sub("b", "deux-lycee"))
	require.NotEqual(t, sub("a", "boite-commune-1"), sub("a", "boite-commune-2"), "they share an address")
}

func TestPeopleOfOneKindDoNotExistForTheOther(t *testing.T) {
	t.Parallel()
	all := append(mockidp.People(), mockidp.Professionals()...)
	citizen, professional := all[0].Login, mockidp.Professionals()[0].Login
	for platform, wrong := range map[mockidp.Platform]string{mockidp.V2: professional, mockidp.ProConnect: citizen} {
		_, err := mockidp.New(mockidp.Config{Platform: platform, Origin: "http://127.0.0.1:1", People: all, Person: wrong})
		require.ErrorContains(t, err, "nobody has the login")
	}
	people := onProConnect(t, mockidp.Config{People: all}).idp.People()
	require.Len(t, people, len(mockidp.Professionals()))
	people[0].Work.SIRET = "changed"
	require.NotEqual(t, people[0].Work.SIRET, mockidp.Professionals()[0].Work.SIRET)
}

func TestDiscoveryOfProConnectIsThatOfItsSource(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{})
	require.True(t, strings.HasSuffix(w.idp.Issuer(), "/api/v2"))
	var doc map[string]any
	require.NoError(t, json.Unmarshal([]byte(w.get(w.idp.Issuer()+"/.well-known/openid-configuration").body), &doc))
	for name, want := range map[string]any{
		"issuer":                                w.idp.Issuer(),
		"authorization_endpoint":                w.idp.Issuer() + "/authorize",
		"end_session_endpoint":                  w.idp.Issuer() + "/session/end",
		"acr_values_supported":                  []any{"eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3", "https://proconnect.gouv.fr/assurance/certification-dirigeant"},
		"subject_types_supported":               []any{"public"},
		"grant_types_supported":                 []any{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []any{"S256"},
		"token_endpoint_auth_methods_supported": []any{"client_secret_post", "private_key_jwt"},
		"id_token_signing_alg_values_supported": []any{"ES256", "RS256", "HS256"},
		"userinfo_signing_alg_values_supported": []any{"ES256", "RS256", "HS256"},
		"request_parameter_supported":           false,
		"request_uri_parameter_supported":       true,
	} {
		require.Equal(t, want, doc[name], name)
	}
	require.NotContains(t, doc["scopes_supported"], "offline_access")
	require.Subset(t, doc["claims_supported"], []any{"sub", "uid", "given_name", "usual_name", "email", "phone_number", "siret", "siren", "idp_id", "idp_acr", "acr", "auth_time", "iss"})
	require.NotContains(t, doc, "dpop_signing_alg_values_supported")
}

func TestSettingsOfAPortalAtProConnect(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{})
	get := w.idp.Getenv("http://localhost:1/callback", "http://localhost:1/")
	require.Equal(t, w.idp.Issuer(), get("PROCONNECT_ENVIRONMENT"))
	require.Equal(t, w.client.ID, get("PROCONNECT_CLIENT_ID"))
	require.Equal(t, "http://localhost:1/callback", get("PROCONNECT_REDIRECT_URL"))
	require.Empty(t, get("PROCONNECT_PLATFORM"))
	require.Empty(t, get("FRANCECONNECT_CLIENT_ID"))
}

func TestAUserinfoAlgorithmIsOfProConnectAlone(t *testing.T) {
	t.Parallel()
	for want, platform := range map[string]mockidp.Platform{"but on v2 it is signing_alg": mockidp.V2, "want one of ES256, RS256, HS256": mockidp.ProConnect} {
		c := mockidp.DefaultClient(platform)
		c.UserinfoAlg = "PS256"
		_, err := mockidp.New(mockidp.Config{Platform: platform, Origin: "http://127.0.0.1:1", Clients: []mockidp.Client{c}})
		require.ErrorContains(t, err, want)
	}
}
