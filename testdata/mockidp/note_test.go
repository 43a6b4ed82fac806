package mockidp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// heard are the notes that a provider told.
type heard struct {
	mu  sync.Mutex
	all []mockidp.Note
}

func (h *heard) note(n mockidp.Note) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, n)
}

// take returns the notes as lines, and forgets them.
func (h *heard) take() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b strings.Builder
	for _, n := range h.all {
		b.WriteString(n.String() + "\n")
	}
	h.all = nil
	return b.String()
}

// listen starts a provider whose notes are heard.
func listen(t *testing.T, cfg mockidp.Config) (*world, *heard) {
	h := new(heard)
	cfg.Note, cfg.Auto = h.note, true
	return start(t, cfg), h
}

// What is wrong with a request is told at once, though FranceConnect names one
// thing; and so is what it drops without a word.
func TestAllThatIsWrongWithARequestIsTold(t *testing.T) {
	t.Parallel()
	w, h := listen(t, mockidp.Config{})
	for _, row := range []struct {
		change []string
		want   []string // each is in a line of its own
	}{
		{[]string{"nonce", strings.Repeat("n", 20)}, []string{"refused: nonce has 20 characters, FranceConnect wants 22 or more; Authlib and passport-openidconnect make 20 characters by default"}},
		{[]string{"code_challenge", "x", "code_challenge_method", "S256"}, []string{"refused: code_challenge is no parameter of this address: FranceConnect’s list is closed; PKCE: discovery lists S256, and it is refused all the same: switch it off", "refused: code_challenge_method"}},
		{[]string{"acr_values", "", "nonce", "", "state", "", "approval_prompt", "force"}, []string{"refused: approval_prompt", "oauth2-proxy", "refused: acr_values is missing", "refused: nonce is missing", "refused: state is missing"}},
		{[]string{"client_id", "nobody", "redirect_uri", "https://elsewhere.example/"}, []string{`refused: client_id "nobody" is of no active client here`}},
		{[]string{"redirect_uri", "http://localhost:8080/callback/", "scope", "openid cnous_email", "idp_hint", "nobody"}, []string{
			`refused: redirect_uri "http://localhost:8080/callback/" is not registered for this client, which has http://localhost:8080/`,
			`refused: scope "cnous_email" is none that this client has a right to`, `refused: idp_hint "nobody"`}},
		{[]string{"redirect_uri", "localhost"}, []string{`refused: redirect_uri is "localhost", which is no http or https address`}},
		{[]string{"prompt", "none"}, []string{`refused: prompt is "none", without login and consent`}},
		{[]string{"response_type", "id_token"}, []string{`refused: response_type is "id_token"`}},
		{[]string{"scope", "email"}, []string{"refused: scope lacks openid"}},
		{[]string{"claims", "{"}, []string{"refused: claims cannot be read"}},
		{[]string{"acr_values", "eidas3"}, []string{"refused: acr_values comes to eidas3, the lowest of those asked for, and this platform has eidas1"}},
		{[]string{"scope", "openid emial offline_access", "acr_values", "loa1 eidas1"}, []string{
			`dropped: scope "emial" is none of this platform`, "dropped: scope offline_access: FranceConnect gives no refresh token", `dropped: acr_values "loa1" is no level of FranceConnect`}},
		{nil, nil},
	} {
		w.follow(w.get(w.authorizeURL(row.change...)))
		said := h.take()
		require.Equal(t, len(row.want) > 0, said != "", "%v: %s", row.change, said)
		for _, want := range row.want {
			require.Contains(t, said, want)
		}
	}
	twice, _ := url.Parse(w.authorizeURL())
	twice.RawQuery += "&acr_values=eidas1"
	w.get(twice.String())
	require.Contains(t, h.take(), "refused: acr_values came twice")
}

func TestAPageSaysWhatTheNoteSays(t *testing.T) {
	t.Parallel()
	w, h := listen(t, mockidp.Config{})
	p := w.get(w.authorizeURL("nonce", strings.Repeat("n", 20), "max_age", "0"))
	require.Equal(t, http.StatusBadRequest, p.StatusCode)
	for line := range strings.Lines(h.take()) {
		require.Contains(t, p.body, strings.TrimPrefix(strings.TrimSpace(line), "/authorize refused: "))
	}
	require.Contains(t, p.body, "max_age is no parameter")
	require.Contains(t, p.body, "nonce has 20 characters")
	requests := w.idp.Requests()
	require.Len(t, requests[len(requests)-1].Notes, 2)
}

func TestTheTokenEndpointSaysWhatToChange(t *testing.T) {
	t.Parallel()
	w, h := listen(t, mockidp.Config{})
	for _, row := range []struct {
		change []string
		late   time.Duration
		want   string
	}{
		{change: []string{"client_secret", "wrong"}, want: "look for a line end behind it"},
		{change: []string{"redirect_uri", "http://localhost:8080/"}, want: `sent "http://localhost:8080/", the authorization request had "http`},
		{change: []string{"code_verifier", strings.Repeat("a", 50)}, want: "PKCE is refused at FranceConnect: send no code_verifier"},
		{change: []string{"grant_type", "refresh_token"}, want: "there are no refresh tokens"},
		{late: 31 * time.Second, want: "this one was made 31s ago; a code lives for 30 seconds"},
	} {
		code := w.code()
		w.clock.Advance(row.late)
		status, _ := w.trade(code, row.change...)
		require.Equal(t, row.late == 0 && row.change[0] == "client_secret", status == http.StatusUnauthorized)
		require.Contains(t, h.take(), row.want)
	}
	code := w.code()
	w.trade(code)
	require.Empty(t, h.take())
	w.trade(code)
	require.Contains(t, h.take(), "a code is traded once")
	w.trade(code)
	require.NotContains(t, h.take(), "this one was made", "it is revoked, and not late")
	w.userinfo("nothing")
	require.Contains(t, h.take(), "/userinfo refused: invalid_token: invalid token provided (access token not found)")
}

func TestAKeySetThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	c := mockidp.DefaultClient(mockidp.Plus)
	c.JWKSURI = gone.URL + "/jwks.json"
	w, h := listen(t, mockidp.Config{Platform: mockidp.Plus, Clients: []mockidp.Client{c}})
	w.trade(w.code())
	require.Contains(t, h.take(), "got 404 Not Found); its jwks_uri is "+c.JWKSURI)
}

// No row of the tables of refusals has a note that repeats a secret, a code, a
// token, a state or a nonce; each refusal has one, and what is accepted has none.
func TestNotesAreOfRefusalsAndHoldNoSecret(t *testing.T) {
	t.Parallel()
	var rows []row
	load(t, "authorize.json", &rows)
	for _, r := range rows {
		onPlatforms(t, r.Platform, r.Name, func(t *testing.T, platform mockidp.Platform) {
			c := newClient(t, platform)
			active := !r.Inactive
			c.Active = &active
			w, h := listen(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{c}})
			valid, err := url.Parse(w.authorizeURL())
			require.NoError(t, err)
			q := valid.Query()
			valid.RawQuery = r.change(q, nil)
			if r.Method == http.MethodPost {
				return
			}
			w.follow(w.get(valid.String()))
			said := h.take()
			require.Equal(t, !r.Want.Proceeds, strings.Contains(said, " refused: "), said)
			for _, secret := range []string{c.Secret, q.Get("state"), q.Get("nonce")} {
				if len(secret) > 20 {
					require.NotContains(t, said, secret)
				}
			}
		})
	}
	w, h := listen(t, mockidp.Config{})
	code := w.code()
	w.trade(code, "client_secret", "a-wrong-secret", "redirect_uri", "http://localhost:8080/")
	w.trade("an-unknown-code")
	got := w.tokens()
	w.userinfo("an-unknown-token")
	w.get(w.base + "/session/end?id_token_hint=" + url.QueryEscape(got.IDToken+"x"))
	w.get(w.base + "/session/end?id_token_hint=" + got.IDToken + "&post_logout_redirect_uri=https://elsewhere.example/&state=my-own-state-of-logout")
	said := h.take()
	require.Contains(t, said, `post_logout_redirect_uri "https://elsewhere.example/" is not registered`)
	for _, secret := range []string{w.client.Secret, "a-wrong-secret", "an-unknown", code, got.IDToken, got.AccessToken, "my-own-state"} {
		require.NotContains(t, said, secret)
	}
}
