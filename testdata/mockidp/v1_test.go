package mockidp_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A v1Row is a request that differs from a valid one, and the answer of v1.
type v1Row struct {
	Name, At string
	Set      map[string]string
	Drop     []string
	Want     struct {
		Status  int
		Type    string
		JSON    map[string]any // the whole body
		Members []string       // of the body, or of the query that the client is called back with
	}
}

func TestV1AnswersAsItDid(t *testing.T) {
	t.Parallel()
	var rows []v1Row
	load(t, "v1.json", &rows)
	for _, r := range rows {
		t.Run(r.At+"/"+r.Name, func(t *testing.T) {
			t.Parallel()
			w := start(t, mockidp.Config{Platform: mockidp.V1, Auto: true})
			p, to := w.askV1(r)
			if to != nil {
				require.Equal(t, r.Want.Members, append([]string{}, slices.Sorted(maps.Keys(to.Query()))...))
				return
			}
			require.Equal(t, r.Want.Status, p.StatusCode, p.body)
			if r.Want.Type != "" {
				require.Equal(t, r.Want.Type, p.Header.Get("Content-Type"))
			}
			var got map[string]any
			if r.Want.JSON != nil || r.Want.Members != nil {
				require.NoError(t, json.Unmarshal([]byte(p.body), &got), p.body)
			}
			if r.Want.JSON != nil {
				require.Equal(t, r.Want.JSON, got)
			}
			if r.Want.Members != nil {
				require.Equal(t, r.Want.Members, slices.Sorted(maps.Keys(got)))
			}
		})
	}
}

func (w *world) askV1(r v1Row) (page, *url.URL) {
	w.t.Helper()
	change := func(q url.Values) url.Values {
		for name, value := range r.Set {
			q.Set(name, value)
		}
		for _, name := range r.Drop {
			q.Del(name)
		}
		return q
	}
	switch r.At {
	case "authorize":
		valid, err := url.Parse(w.authorizeURL())
		require.NoError(w.t, err)
		valid.RawQuery = change(valid.Query()).Encode()
		return w.follow(w.get(valid.String()))
	case "token":
		return w.do(w.back, "POST", w.base+"/token", change(w.tokenForm(w.code())), nil), nil
	case "userinfo":
		access := change(url.Values{"access_token": {w.tokens().AccessToken}}).Get("access_token")
		header := http.Header{"Authorization": {"Bearer " + access}}
		if access == "" {
			header = nil
		}
		return w.do(w.back, "GET", w.base+"/userinfo", nil, header), nil
	case "logout":
		q := url.Values{"id_token_hint": {w.tokens().IDToken}, "state": {"s"}, "post_logout_redirect_uri": {w.client.PostLogoutRedirectURIs[0]}}
		return w.follow(w.submit(w.get(w.base + "/logout?" + change(q).Encode())))
	}
	return w.get(w.base + "/" + r.At), nil
}

func TestV1(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Platform: mockidp.V1, Auto: true})
	require.NotContains(t, w.idp.Issuer(), "/api", "the issuer of v1 has no path")

	q := w.callback("nonce", "short", "acr_values", "")
	status, got := w.trade(q.Get("code"))
	require.Equal(t, http.StatusOK, status)
	header, claims := w.read(got.IDToken)
	require.Equal(t, map[string]any{"typ": "JWT", "alg": "HS256"}, header)
	require.Equal(t, w.idp.Issuer(), claims["iss"])
	require.Equal(t, "short", claims["nonce"])
	require.NotContains(t, claims, "auth_time")
	require.Equal(t, []any{}, claims["amr"], "amr without being asked for is empty")
	require.Regexp(t, `^[0-9a-f-]{36}$`, got.AccessToken)
	p := w.userinfo(got.AccessToken)
	require.Equal(t, "application/json; charset=utf-8", p.Header.Get("Content-Type"))
	var person struct{ Sub, Email string }
	require.NoError(t, json.Unmarshal([]byte(p.body), &person))
	require.Equal(t, claims["sub"], person.Sub)
	require.NotEmpty(t, person.Email)

	p = w.do(w.back, "POST", w.base+"/token", w.tokenForm(q.Get("code")), nil)
	require.Equal(t, http.StatusBadRequest, p.StatusCode)
	require.JSONEq(t, `{"status":"fail","message":"invalid_grant"}`, p.body, "a code that was used")
	require.Equal(t, http.StatusUnauthorized, w.userinfo(got.AccessToken).StatusCode)

	p = w.get(w.base + "/logout?" + url.Values{"id_token_hint": {got.IDToken}, "state": {"s"}, "post_logout_redirect_uri": {w.client.PostLogoutRedirectURIs[0]}}.Encode())
	_, to := w.follow(w.submit(p))
	require.Equal(t, w.client.PostLogoutRedirectURIs[0]+"?state=s", to.String())
}
