package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A side is the mock or the stand-in, and a browser there.
type side struct {
	base   string
	client mockidp.Client
	web    *http.Client
}

// fresh begins with a browser that has been nowhere.
func (s *side) fresh() *side {
	jar, _ := cookiejar.New(nil) // never fails
	s.web = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s
}

type answer struct {
	status       int
	header       http.Header
	body         string
	at, location *url.URL
}

func (s *side) do(method, address string, form url.Values, header ...string) answer {
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{body: err.Error()}
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := s.web.Do(r)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(text), at: r.URL}
	if to := res.Header.Get("Location"); to != "" {
		a.location, _ = r.URL.Parse(to) // nil is no redirect
	}
	return a
}

// follow goes on until a page, or an address elsewhere.
func (s *side) follow(a answer) answer {
	for range 10 {
		if a.location == nil || !strings.HasPrefix(a.location.String(), s.base) {
			return a
		}
		a = s.do(http.MethodGet, a.location.String(), nil)
	}
	return a
}

// request returns an authorization request with parameters changed; "" removes one.
func (s *side) request(change ...string) string {
	q := url.Values{"response_type": {"code"}, "client_id": {s.client.ID}, "redirect_uri": {s.client.RedirectURIs[0]},
		"scope": {"openid given_name usual_name email uid siret siren roles"}, "state": {strings.Repeat("5", 64)}, "nonce": {strings.Repeat("a", 64)},
		"claims": {`{"id_token":{"acr":{"essential":true,"values":["eidas1","eidas1-mfa"]}}}`}}
	set(q, change)
	return s.base + "/authorize?" + q.Encode()
}

func set(q url.Values, change []string) {
	for i := 0; i+1 < len(change); i += 2 {
		if q.Set(change[i], change[i+1]); change[i+1] == "" {
			q.Del(change[i])
		}
	}
}

var renderedError = regexp.MustCompile(`oidc-provider-rendered-error:[a-z_]+|Y[0-9A-F]{6,7}`)

// login begins a login and says how it ends.
func (s *side) login(change ...string) (said, code string) {
	a := s.follow(s.do(http.MethodGet, s.request(change...), nil))
	if a.location == nil {
		return fmt.Sprint("page ", a.status, " ", renderedError.FindString(a.body)), ""
	}
	q := a.location.Query()
	if code = q.Get("code"); code != "" {
		q.Set("code", "…")
	}
	if q.Get("iss") == s.base {
		q.Set("iss", "issuer")
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if v := q.Get(name); len(v) < 64 {
			parts = append(parts, name+"="+v)
		} else {
			parts = append(parts, name)
		}
	}
	return "callback " + strings.Join(parts, ", "), code
}

// trade makes a token call.
func (s *side) trade(code string, change ...string) (answer, map[string]any) {
	f := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {s.client.RedirectURIs[0]}, "client_id": {s.client.ID}, "client_secret": {s.client.Secret}}
	set(f, change)
	a := s.do(http.MethodPost, s.base+"/token", f)
	var members map[string]any
	_ = json.Unmarshal([]byte(a.body), &members) // nil is not JSON
	return a, members
}

// tokens signs in and returns the token answer.
func (s *side) tokens(change ...string) map[string]any {
	_, code := s.login(change...)
	_, members := s.trade(code)
	return members
}

// told says what an answer in JSON has: values, or for what is drawn the name.
func told(a answer) string {
	var members map[string]any
	if json.Unmarshal([]byte(a.body), &members) != nil {
		return fmt.Sprint(a.status, " ", a.header.Get("Content-Type"))
	}
	return fmt.Sprint(a.status, " ", values(members))
}

func values(members map[string]any) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains([]string{"access_token", "refresh_token", "id_token", "at_hash", "iat", "auth_time", "kid"}, name) {
			parts = append(parts, name)
			continue
		}
		text, _ := json.Marshal(members[name]) // it came as JSON
		parts = append(parts, name+" "+string(text))
	}
	return strings.Join(parts, ", ")
}

// part says what a part of a token has, with its end after its beginning.
func (s *side) part(jwt any, i int) string {
	text, _ := jwt.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return "no token"
	}
	var members map[string]any
	raw, _ := base64.RawURLEncoding.DecodeString(parts[i])
	if json.Unmarshal(raw, &members) != nil {
		return "no JSON"
	}
	if exp, ok := members["exp"].(float64); ok {
		iat, _ := members["iat"].(float64)
		members["exp"] = fmt.Sprint("+", exp-iat)
	}
	if members["iss"] == s.base {
		members["iss"] = "issuer"
	}
	delete(members, "sub") // each has its own
	return values(members)
}

func (s *side) userinfo(access any) answer {
	return s.do(http.MethodGet, s.base+"/userinfo", nil, "Authorization", fmt.Sprint("Bearer ", access), "Accept", "application/json")
}

var (
	hidden = regexp.MustCompile(`name="([a-z]+)" value="([^"]*)"`)
	action = regexp.MustCompile(`action="([^"]+)"`)
)

// signOut says how a logout ends.
func (s *side) signOut(query url.Values) string {
	a := s.do(http.MethodGet, s.base+"/session/end?"+query.Encode(), nil)
	to := action.FindStringSubmatch(a.body)
	if to == nil {
		return fmt.Sprint("page ", a.status, " ", renderedError.FindString(a.body))
	}
	form := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(a.body, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	a = s.follow(s.do(http.MethodPost, to[1], form, "Accept", "text/html"))
	if a.location == nil {
		return fmt.Sprint("page ", a.status)
	}
	return "to " + a.location.String()
}

// claimsAt returns the claims of userinfo for scopes.
func claimsAt(s *side, scopes []string) (claims map[string]any, err error) {
	got := s.fresh().tokens("scope", strings.Join(scopes, " "))
	parts := strings.Split(s.userinfo(got["access_token"]).body, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("no userinfo for %v", got)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	return claims, json.Unmarshal(raw, &claims)
}
