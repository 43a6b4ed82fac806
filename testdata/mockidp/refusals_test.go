package mockidp_test

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A row is a request that differs from a valid one, and FranceConnect's answer
// to it, as it was observed.
type row struct {
	Name     string
	Platform mockidp.Platform // "" is v2 and plus
	Method   string
	Set      map[string]string
	Drop     []string
	Raw      string // appended to the parameters as it is
	Header   map[string]string
	Query    string // of the token endpoint
	Body     string // of userinfo
	Path     string // of discovery
	Inactive bool   // the client
	Stranger bool   // another browser
	Want     struct {
		Status             int
		Body               string
		Type               string
		Page               string // what the page shows, with the status before it where that is not Status
		Error, Description string
		Y                  string
		Authenticate       string

		Proceeds         bool
		In, State, Scope string
		ACR              string

		Cache, Origin string
		Members       map[string]any
		Keys          []string

		To       string
		Ends     bool
		Userinfo int
	}
}

// eachRow runs the rows of a file on the platforms they are for, each in a
// world of its own.
func eachRow(t *testing.T, file string, check func(*world, row)) {
	var rows []row
	load(t, file, &rows)
	require.NotEmpty(t, rows)
	for _, r := range rows {
		onPlatforms(t, r.Platform, r.Name, func(t *testing.T, platform mockidp.Platform) {
			c := newClient(t, platform)
			active := !r.Inactive
			c.Active = &active
			check(start(t, mockidp.Config{Platform: platform, Auto: true, Clients: []mockidp.Client{c}}), r)
		})
	}
}

// change applies a row to the parameters of a valid request, and encodes them.
func (r row) change(valid url.Values, names map[string]string) string {
	for _, name := range r.Drop {
		valid.Del(name)
	}
	for name, value := range r.Set {
		valid.Set(name, fill(value, names))
	}
	return strings.TrimPrefix(valid.Encode()+fill(r.Raw, names), "&")
}

func fill(text string, names map[string]string) string {
	for name, value := range names {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (r row) header(base http.Header, names map[string]string) http.Header {
	for name, value := range r.Header {
		if base.Set(name, fill(value, names)); value == "" {
			base.Del(name)
		}
	}
	return base
}

func (w *world) names() map[string]string {
	basic := func(secret string) string {
		return base64.StdEncoding.EncodeToString([]byte(w.client.ID + ":" + secret))
	}
	algs := "ES256 RS256"
	if w.client.EncryptionAlg != "" {
		algs = "ES256"
	}
	return map[string]string{"issuer": w.idp.Issuer(), "client_id": w.client.ID, "client_secret": w.client.Secret, "algs": algs,
		"basic": basic(w.client.Secret), "basic.wrong": basic("wrong")}
}

func TestAuthorizeAnswersLikeFranceConnect(t *testing.T) {
	t.Parallel()
	eachRow(t, "authorize.json", func(w *world, r row) {
		valid, err := url.Parse(w.authorizeURL())
		require.NoError(w.t, err)
		q := valid.Query()
		valid.RawQuery = r.change(q, nil)
		p, to := w.follow(w.get(valid.String()))
		if r.Method == http.MethodPost {
			p, to = w.do(w.web, "POST", w.base+"/authorize", q, nil), nil
		}
		switch {
		case r.Want.Body != "":
			require.Equal(w.t, r.Want.Status, p.StatusCode)
			require.Equal(w.t, r.Want.Body, p.body)
			return
		case r.Want.Page != "":
			require.Nil(w.t, to, "the client was called back")
			require.Equal(w.t, r.Want.Page, fmt.Sprint(p.StatusCode, " ", yCode.FindString(p.body)))
			require.Equal(w.t, "text/html; charset=utf-8", p.Header.Get("Content-Type"))
			return
		case r.Want.Proceeds:
			require.NotNil(w.t, to, "ended on %d %s", p.StatusCode, yCode.FindString(p.body))
			w.checkCode(r, to.Query(), q)
			return
		}
		require.NotNil(w.t, to, "ended on %d %s", p.StatusCode, yCode.FindString(p.body))
		got, want := to.Query(), url.Values{"error": {r.Want.Error}, "error_description": {r.Want.Description},
			"state": {q.Get("state")}, "iss": {w.idp.Issuer()}}
		if r.Want.In == "fragment" {
			got, err = url.ParseQuery(to.EscapedFragment())
			require.NoError(w.t, err)
		}
		if r.Want.State != "" {
			want.Set("state", r.Want.State)
		}
		if r.Want.Scope != "" {
			want.Set("scope", r.Want.Scope)
		}
		require.Equal(w.t, want, got)
		require.Equal(w.t, cmp.Or(r.Want.Status, http.StatusSeeOther), p.StatusCode)
	})
}

// checkCode looks at a login that went through: all comes back as it was sent.
func (w *world) checkCode(r row, got, sent url.Values) {
	w.t.Helper()
	require.Len(w.t, got, 3, got)
	require.Equal(w.t, sent.Get("state"), got.Get("state"))
	require.Equal(w.t, w.idp.Issuer(), got.Get("iss"))
	status, tokens := w.trade(got.Get("code"), "redirect_uri", sent.Get("redirect_uri"))
	require.Equal(w.t, http.StatusOK, status)
	_, claims := w.read(tokens.IDToken)
	require.Equal(w.t, sent.Get("nonce"), claims["nonce"])
	if r.Want.ACR != "" {
		require.Equal(w.t, r.Want.ACR, claims["acr"])
	}
}

// checkBack compares an answer of the back channel with a row.
func (w *world) checkBack(r row, p page, names map[string]string) {
	w.t.Helper()
	require.Equal(w.t, r.Want.Status, p.StatusCode, p.body)
	require.Equal(w.t, fill(r.Want.Authenticate, names), strings.Join(p.Header.Values("WWW-Authenticate"), " | "))
	if r.Want.Type != "" {
		require.Equal(w.t, r.Want.Type, p.Header.Get("Content-Type"))
	}
	switch {
	case r.Want.Page != "":
		require.Equal(w.t, r.Want.Page, yCode.FindString(p.body))
	case r.Want.Error != "":
		var got map[string]string
		require.NoError(w.t, json.Unmarshal([]byte(p.body), &got), p.body)
		require.Equal(w.t, []string{"error", "error_description", "error_uri"}, slices.Sorted(maps.Keys(got)))
		require.Equal(w.t, r.Want.Error, got["error"])
		require.Equal(w.t, fill(r.Want.Description, names), got["error_description"])
		require.Regexp(w.t, `^https://docs\.partenaires\.franceconnect\.gouv\.fr/.+/\?code=`+r.Want.Y+`&id=[0-9a-f-]{36}$`, got["error_uri"])
		require.Equal(w.t, "application/json; charset=utf-8", p.Header.Get("Content-Type"))
	}
}

func TestTokenAnswersLikeFranceConnect(t *testing.T) {
	t.Parallel()
	eachRow(t, "token.json", func(w *world, r row) {
		names := w.names()
		names["code"] = w.code()
		body := r.change(w.tokenForm(names["code"]), names)
		header := r.header(http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, names)
		p := w.send(r.Method, "POST", w.base+"/token?"+fill(r.Query, names), body, header)
		w.checkBack(r, p, names)
		if r.Want.Status == http.StatusOK {
			var got map[string]any
			require.NoError(w.t, json.Unmarshal([]byte(p.body), &got))
			require.Equal(w.t, []string{"access_token", "expires_in", "id_token", "scope", "token_type"}, slices.Sorted(maps.Keys(got)))
			require.Equal(w.t, "no-store", p.Header.Get("Cache-Control"))
			return
		}
		// Whatever was wrong with the request, the code was not used up.
		status, _ := w.trade(names["code"])
		require.Equal(w.t, http.StatusOK, status)
	})
}

// send makes a call whose body is already encoded.
func (w *world) send(method, usual, address, body string, header http.Header) page {
	w.t.Helper()
	req, err := http.NewRequest(cmp.Or(method, usual), address, strings.NewReader(body))
	require.NoError(w.t, err)
	req.Header = header
	res, err := w.back.Do(req)
	require.NoError(w.t, err)
	return read(w.t, res)
}

func TestUserinfoAnswersLikeFranceConnect(t *testing.T) {
	t.Parallel()
	eachRow(t, "userinfo.json", func(w *world, r row) {
		names := w.names()
		names["access_token"] = w.tokens().AccessToken
		header := r.header(http.Header{"Authorization": {"Bearer " + names["access_token"]}}, names)
		p := w.send(r.Method, "GET", w.base+"/userinfo?"+r.change(url.Values{}, names), fill(r.Body, names), header)
		w.checkBack(r, p, names)
		if r.Want.Status == http.StatusOK {
			require.Equal(w.t, "application/jwt; charset=utf-8", p.Header.Get("Content-Type"))
			w.read(p.body)
		}
	})
}

func TestRevocationAnswersLikeFranceConnect(t *testing.T) {
	t.Parallel()
	eachRow(t, "revocation.json", func(w *world, r row) {
		got := w.tokens()
		names := w.names()
		names["hint"] = decrypt(w.t, got.IDToken)
		body := r.change(url.Values{"token": {got.AccessToken}, "client_id": {w.client.ID}, "client_secret": {w.client.Secret}}, names)
		header := r.header(http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, names)
		w.checkBack(r, w.send(r.Method, "POST", w.base+"/token/revocation", body, header), names)
		require.Equal(w.t, r.Want.Userinfo, w.userinfo(got.AccessToken).StatusCode)
	})
}

func TestLogoutAnswersLikeFranceConnect(t *testing.T) {
	t.Parallel()
	eachRow(t, "logout.json", func(w *world, r row) {
		got := w.tokens()
		hint := decrypt(w.t, got.IDToken)
		names := w.names()
		names["id_token"], names["hint.bad"] = got.IDToken, hint[:len(hint)-6]+"AAAAAA"
		names["hint.cut"] = hint[:strings.LastIndex(hint, ".")+1]
		query := r.change(url.Values{"id_token_hint": {hint}, "state": {"s1"},
			"post_logout_redirect_uri": {w.client.PostLogoutRedirectURIs[0]}}, names)
		if r.Stranger {
			w.newBrowser()
		}
		p := w.do(w.web, cmp.Or(r.Method, "GET"), w.base+"/session/end?"+query, nil, http.Header{"Accept": {"text/html"}})
		if r.Want.Page != "" {
			require.Equal(w.t, r.Want.Page, fmt.Sprint(p.StatusCode, " ", yCode.FindString(p.body)))
			require.Equal(w.t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode, "a refused logout ended the session")
			return
		}
		require.Equal(w.t, http.StatusOK, p.StatusCode, p.body)
		p, to := w.follow(w.submit(p))
		if !r.Stranger {
			require.Equal(w.t, http.StatusUnauthorized, w.userinfo(got.AccessToken).StatusCode)
		}
		if r.Want.Ends {
			require.Nil(w.t, to)
			require.Equal(w.t, http.StatusOK, p.StatusCode)
			return
		}
		require.NotNil(w.t, to)
		require.Equal(w.t, r.Want.To, to.String())
		require.Equal(w.t, http.StatusSeeOther, p.StatusCode)
	})
}

// Nothing says which login, or which logout, the form belongs to.
func TestTheFormOfALogoutThatNobodyBeganIsRefusedWithoutACode(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus} {
		w := start(t, mockidp.Config{Platform: platform})
		p := w.do(w.web, "POST", w.base+"/session/end/confirm", url.Values{"xsrf": {"x"}}, nil)
		require.Equal(t, http.StatusBadRequest, p.StatusCode)
		var got map[string]string
		require.NoError(t, json.Unmarshal([]byte(p.body), &got))
		require.Equal(t, "invalid_request", got["error"])
		require.NotContains(t, p.body, "Y0")
	}
}
