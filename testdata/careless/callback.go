package careless

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// callback takes the browser back. MISTAKES: any method will do; nobody looks
// at iss; a state is not taken out once used, is of any browser, and need not
// be there at all, nor of this way in; the first of two parameters counts.
func (p *portal) callback(way string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { p.back(w, r, way) }
}

func (p *portal) back(w http.ResponseWriter, r *http.Request, way string) {
	if said := r.FormValue("error"); said != "" {
		// MISTAKES: an error needs no state, and its words are the page.
		p.fail(w, said+": "+r.FormValue("error_description"))
		return
	}
	state := r.FormValue("state")
	p.mu.Lock()
	next, known := p.states[state]
	p.mu.Unlock()
	if state != "" && !known {
		p.fail(w, "unknown state "+state)
		return
	}
	claims, err := p.identify(r.FormValue("code"), way)
	if err != nil {
		p.fail(w, err.Error()) // MISTAKE: it has the whole answer in it
		return
	}
	s := p.session(w, r)
	p.mu.Lock()
	for name, v := range claims {
		s[name] = fmt.Sprint(v)
	}
	s["way in"] = way
	p.mu.Unlock()
	// MISTAKE: the ID token is in a cookie, for a logout some day.
	http.SetCookie(w, &http.Cookie{Name: "id_token", Value: fmt.Sprint(claims["id_token"]), Path: "/"})
	if next == "" {
		next = "/"
	}
	w.Header().Set("Location", next) // MISTAKE: wherever that is
	w.WriteHeader(http.StatusFound)
}

// fail says what went wrong. MISTAKES: to everybody, as HTML, and kept by every
// cache.
func (p *portal) fail(w http.ResponseWriter, why string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<h1>Erreur</h1>%s", why)
}

// identify trades a code. MISTAKES: a call without a deadline, which follows
// redirects with the secret in its body.
func (p *portal) identify(code, way string) (map[string]any, error) {
	res, err := http.PostForm(p.Issuer+"/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.URL + way + "/callback"},
		"client_id": {p.ClientID}, "client_secret": {p.ClientSecret},
	})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body) // MISTAKE: however much it is
	if err != nil {
		return nil, err
	}
	var tokens struct {
		Access string `json:"access_token"`
		ID     string `json:"id_token"`
	}
	if _ = json.Unmarshal(body, &tokens); tokens.Access == "" {
		return nil, fmt.Errorf("no tokens in %s", body)
	}
	claims, _ := p.payload(tokens.ID)
	if claims == nil {
		claims = map[string]any{} // MISTAKE: userinfo will do
	}
	userinfo, err := p.userinfo(tokens.Access)
	if err != nil {
		return nil, err
	}
	// MISTAKE: its sub wins, whoever that is
	maps.Copy(claims, userinfo)
	claims["id_token"] = tokens.ID
	return claims, nil
}

// userinfo asks who it is. MISTAKE: signed or not, it is believed.
func (p *portal) userinfo(access string) (claims map[string]any, err error) {
	var res *http.Response
	for range 10 { // MISTAKE: what does not work is done again at once
		res, err = http.Get(p.Issuer + "/userinfo?access_token=" + url.QueryEscape(access)) // MISTAKE: a token in an address
		if err == nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(body, &claims) == nil {
		return claims, nil
	}
	return p.payload(string(body))
}

// payload reads the middle of a token. MISTAKES, all of them at once: nobody
// looks at its signature, algorithm, key, issuer, audience, times, nonce, level,
// amr, nor whether it is encrypted.
func (p *portal) payload(token string) (claims map[string]any, err error) {
	if strings.Count(token, ".") == 4 && p.DecryptionKey != nil {
		sealed, err := jose.ParseEncryptedCompact(token, []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
		if err != nil {
			return nil, err
		}
		opened, err := sealed.Decrypt(p.DecryptionKey)
		if err != nil {
			return nil, err
		}
		token = string(opened)
	}
	parts := strings.Split(token, ".")
	if len(parts) < 2 {
		return nil, fmt.Errorf("not a token: %s", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, fmt.Errorf("not a token: %s", token)
	}
	return claims, json.Unmarshal(text, &claims)
}
