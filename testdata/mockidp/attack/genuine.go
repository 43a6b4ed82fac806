package attack

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// tokens holds tokens that FranceConnect made for the portal's client.
type tokens struct {
	access, id, userinfo string
	claims               map[string]any // of the ID token
}

// stolenCode returns a code that FranceConnect made for the portal's client. An
// attacker who gets people to FranceConnect with a nonce of their choice has
// such a code.
func (s *attempt) stolenCode(nonce string, who mockidp.Person) string {
	if nonce == "" {
		nonce = strings.Repeat("attack", 6)
	}
	q := url.Values{"response_type": {"code"}, "client_id": {s.Client.ID}, "redirect_uri": {s.Client.RedirectURIs[0]},
		"scope": s.parameters["scope"], "state": {strings.Repeat("attack", 6)}, "nonce": {nonce}}
	for _, name := range []string{"acr_values", "claims"} {
		if asked := s.parameters[name]; asked != nil {
			q[name] = asked
		}
	}
	at := s.parseURL(s.urls.issuer.String() + "/authorize?" + q.Encode())
	return s.newBrowser().authorize(&login{url: at}, mockidp.Scenario{Person: who.Login}).Query().Get("code")
}

// genuineTokens signs somebody in for the portal's client, without the portal,
// and returns the tokens. The nonce can be any.
func (s *attempt) genuineTokens(nonce string, who mockidp.Person) (t tokens) {
	var reply struct {
		Access string `json:"access_token"`
		ID     string `json:"id_token"`
	}
	text := s.callMock(http.MethodPost, s.urls.issuer.String()+"/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {s.stolenCode(nonce, who)}, "redirect_uri": {s.Client.RedirectURIs[0]},
		"client_id": {s.Client.ID}, "client_secret": {s.Client.Secret}}, "")
	if err := json.Unmarshal([]byte(text), &reply); err != nil || reply.ID == "" {
		s.fatalf("the mock refuses Portal.Client (is it what the mock was given?): %s", text)
	}
	t.access, t.id = reply.Access, reply.ID
	t.userinfo = s.callMock(http.MethodGet, s.urls.issuer.String()+"/userinfo", nil, t.access)
	if err := json.Unmarshal(decodeBase64(strings.Split(t.id, ".")[1]), &t.claims); err != nil {
		s.fatalf("the mock's ID token cannot be read: %v", err)
	}
	return t
}

// subjectOf returns the sub of somebody.
func (s *attempt) subjectOf(who mockidp.Person) string {
	sub, _ := s.genuineTokens("", who).claims["sub"].(string)
	return sub
}

// callMock calls the mock as the portal's client would.
func (s *attempt) callMock(method, to string, form url.Values, bearer string) string {
	r, err := http.NewRequest(method, to, strings.NewReader(form.Encode()))
	if err != nil {
		s.fatalf("%v", err)
	}
	r.Header.Set("Accept", ownAccept)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := (&http.Client{Transport: s.Transport, Timeout: s.Patience}).Do(r)
	if err != nil {
		s.fatalf("the mock does not answer: %v", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.fatalf("the mock does not answer: %v", err)
	}
	return string(text)
}
