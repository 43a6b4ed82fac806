package mockidp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// TestBadDaysAreWhatTheyAreCalled lives through every bad day on every
// platform that can have it, as a client that checks everything.
func TestBadDaysAreWhatTheyAreCalled(t *testing.T) {
	t.Parallel()
	var want map[string]string
	load(t, "baddays.json", &want)
	seen := map[string]bool{}
	for _, day := range mockidp.BadDays() {
		require.NotEmpty(t, day.French, day.Name)
		require.NotEmpty(t, day.English, day.Name)
		require.Regexp(t, `^[a-z0-9-]+$`, day.Name)
		require.False(t, seen[day.Name], "%s is there twice", day.Name)
		seen[day.Name] = true
		for _, platform := range everywhere {
			if !day.On(platform) {
				continue
			}
			t.Run(string(platform)+"/"+day.Name, func(t *testing.T) {
				t.Parallel()
				w := start(t, mockidp.Config{Platform: platform, Auto: true, Default: day.Scenario})
				c := &strictClient{world: w, platform: platform, late: strings.HasSuffix(day.Name, "-slow") || strings.HasSuffix(day.Name, "-hangs") || strings.HasSuffix(day.Name, "-silent")}
				require.Equal(t, want[day.Name], c.login())
			})
		}
	}
	require.Len(t, want, len(seen), "a row for each")
}

func TestAnOrdinaryDayIsNotBad(t *testing.T) {
	t.Parallel()
	for _, platform := range everywhere {
		w := start(t, mockidp.Config{Platform: platform, Auto: true})
		require.Empty(t, (&strictClient{world: w, platform: platform}).login())
	}
}

// TestABadDayEndsWithTheNextLogin holds that the endpoints that a login broke
// are mended when another begins.
func TestABadDayEndsWithTheNextLogin(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	w.idp.Next(mockidp.Scenario{Faults: map[string]mockidp.Fault{"/jwks": {Status: 503}}})
	jwks := func() int { return w.get(w.base + "/jwks").StatusCode }
	require.Equal(t, 200, jwks())
	w.code()
	require.Equal(t, 503, jwks())
	w.get(w.authorizeURL()) // begins, and no more
	require.Equal(t, 200, jwks())
}

func TestBadDaysCanBeChosenBesideThePerson(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	p, _ := w.follow(w.get(w.authorizeURL()))
	p, _ = w.follow(w.submit(p, "idp", between(p.body, `name="idp" value="`, `"`)))
	require.Contains(t, p.body, `<option value="userinfo-json">en JSON, sans jeton</option>`)
	require.NotContains(t, p.body, "unencrypted", "there is nothing encrypted on v2")
	p, _ = w.follow(w.submit(p, "login", "camille", "bad", "userinfo-json"))
	_, to := w.follow(w.submit(p))
	_, got := w.trade(to.Query().Get("code"))
	require.True(t, json.Valid([]byte(w.userinfo(got.AccessToken).body)))

	w.newBrowser()
	p, _ = w.follow(w.get(w.authorizeURL()))
	p, _ = w.follow(w.submit(p, "idp", between(p.body, `name="idp" value="`, `"`)))
	p, _ = w.follow(w.submit(p, "login", "camille", "bad", "register-down"))
	require.Equal(t, "Y010012", yCode.FindString(p.body))
}

// A strictClient checks all that a client can check, and says what is wrong
// first.
type strictClient struct {
	*world
	platform mockidp.Platform
	late     bool // an answer is not waited for
}

func (c *strictClient) login() string {
	held := new(jose.JSONWebKeySet)
	if c.platform != mockidp.V1 {
		held = c.keys()
	}
	p, to := c.follow(c.get(c.authorizeURL()))
	if to == nil {
		return fmt.Sprint("page ", p.StatusCode, " ", yCode.FindString(p.body))
	}
	q := to.Query()
	switch {
	case q.Get("state") != strings.Repeat("5", 64):
		return "state " + q.Get("state")
	case c.platform != mockidp.V1 && q.Get("iss") != c.idp.Issuer():
		return "iss " + q.Get("iss")
	case q.Get("error") != "":
		return q.Get("error") + ": " + q.Get("error_description")
	case q.Get("code") == "":
		return "no code"
	}
	body, no := c.call("POST", "/token", c.tokenForm(q.Get("code")), "")
	if no != "" {
		return "token " + no
	}
	var got tokens
	require.NoError(c.t, json.Unmarshal([]byte(body), &got))
	claims, no := c.verify(got.IDToken, held)
	switch {
	case no != "":
		return "id_token " + no
	case claims["nonce"] != strings.Repeat("a", 64):
		return "id_token nonce"
	case !slices.Contains([]any{"eidas1", "eidas2"}, claims["acr"]), c.platform == mockidp.Plus && claims["acr"] == "eidas1":
		return "id_token acr"
	}
	if at, ok := claims["at_hash"]; ok && at != halfHash(got.AccessToken) {
		return "id_token at_hash"
	}
	sub := claims["sub"]
	if body, no = c.call("GET", "/userinfo", nil, got.AccessToken); no != "" {
		return "userinfo " + no
	}
	if c.platform != mockidp.V1 {
		if claims, no = c.verify(body, held); no != "" {
			return "userinfo " + no
		}
	} else if claims = nil; json.Unmarshal([]byte(body), &claims) != nil {
		return "userinfo unreadable"
	}
	switch {
	case claims["sub"] != sub:
		return "userinfo sub"
	case c.platform == mockidp.ProConnect:
		return judgeProfessional(claims)
	case claims["family_name"] == nil:
		return "userinfo identity"
	}
	return ""
}

// judgeProfessional says what is wrong with the claims of userinfo on ProConnect.
func judgeProfessional(claims map[string]any) string {
	siret, _ := claims["siret"].(string)
	siren, _ := claims["siren"].(string)
	_, roles := claims["roles"].([]any)
	switch {
	case claims["usual_name"] == nil:
		return "userinfo identity"
	case !isSIRET(siret):
		return "userinfo siret"
	case siren != siret[:9]:
		return "userinfo siren"
	case !roles:
		return "userinfo roles"
	}
	return ""
}

// patience is how long a client waits for an answer that does not come.
const patience = 50 * time.Millisecond

func (c *strictClient) call(method, path string, form url.Values, access string) (body, no string) {
	c.t.Helper()
	ctx := c.t.(*testing.T).Context()
	if c.late {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 40*patience)
		defer cancel()
		if (path == "/token") == strings.Contains(c.t.Name(), "/token-") || path == "/jwks" {
			ctx, cancel = context.WithTimeout(ctx, patience)
			defer cancel()
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(form.Encode()))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+access)
	if access == "" {
		req.Header.Del("Authorization")
	}
	res, err := c.back.Do(req)
	if errors.Is(err, context.DeadlineExceeded) {
		return "", "late"
	}
	if errors.Is(err, io.EOF) {
		return "", "reset"
	}
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "", "cut"
	case res.StatusCode != http.StatusOK:
		return "", fmt.Sprint(res.StatusCode, " ", res.Header.Get("Content-Type"))
	case len(text) > mockidp.MaxPad:
		return "", "giant"
	case strings.HasPrefix(string(text), "<"):
		return "", "page"
	}
	require.NoError(c.t, err)
	return string(text), ""
}

// verify reads a token, with the keys held, or those of now if it is signed
// with another.
func (c *strictClient) verify(jwt string, held *jose.JSONWebKeySet) (claims map[string]any, no string) {
	c.t.Helper()
	dots := strings.Count(jwt, ".")
	switch {
	case strings.HasPrefix(jwt, "{"), dots != 2 && dots != 4:
		return nil, "unreadable"
	case dots == 2 && c.platform == mockidp.Plus:
		return nil, "not encrypted"
	}
	jwt = decrypt(c.t, jwt)
	header, claims := segment(c.t, jwt, 0), segment(c.t, jwt, 1)
	alg := map[mockidp.Platform]string{mockidp.V1: "HS256"}[c.platform]
	if alg == "" {
		alg = "ES256"
	}
	if header["alg"] != alg {
		return nil, fmt.Sprint("alg ", header["alg"])
	}
	key := any([]byte(c.client.Secret))
	if c.platform != mockidp.V1 {
		if no = c.refresh(held, header["kid"]); no != "" {
			return nil, no
		}
		key = held.Key(header["kid"].(string))[0].Key
	}
	jws, err := jose.ParseSignedCompact(jwt, []jose.SignatureAlgorithm{jose.ES256, jose.HS256})
	require.NoError(c.t, err)
	_, err = jws.Verify(key)
	if err != nil && c.platform != mockidp.V1 { // another key may have come under its name
		if no = c.fetch(held, header["kid"]); no != "" {
			return nil, no
		}
		_, err = jws.Verify(held.Key(header["kid"].(string))[0].Key)
	}
	if err != nil {
		return nil, "signature"
	}
	return claims, c.judge(claims)
}

func (c *strictClient) refresh(held *jose.JSONWebKeySet, kid any) string {
	if len(held.Key(kid.(string))) > 0 {
		return ""
	}
	return c.fetch(held, kid)
}

func (c *strictClient) fetch(held *jose.JSONWebKeySet, kid any) string {
	body, no := c.call("GET", "/jwks", nil, "")
	if no != "" {
		return "jwks " + no
	}
	require.NoError(c.t, json.Unmarshal([]byte(body), held))
	if len(held.Key(kid.(string))) == 0 {
		return "kid"
	}
	return ""
}

func (c *strictClient) judge(claims map[string]any) string {
	now := float64(c.clock.Now().Unix())
	exp, _ := claims["exp"].(float64)
	iat, _ := claims["iat"].(float64)
	sub, _ := claims["sub"].(string)
	switch {
	case claims["iss"] != c.idp.Issuer():
		return "iss"
	case claims["aud"] != c.client.ID:
		return "aud"
	case exp < now:
		return "exp"
	case iat > now+30:
		return "iat"
	case len(sub) != 66 && c.platform != mockidp.ProConnect, len(sub) != 36 && c.platform == mockidp.ProConnect:
		return "sub"
	}
	return ""
}
