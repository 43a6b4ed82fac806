package mockidp

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// AppDestinationClaim is the claim of the app's tokens that has where the person
// goes on to. The documents leave its name open: this one is the mock's own.
const AppDestinationClaim = "redirect_to"

// appTokenLife is how long a token of the app lives: less than an hour.
const appTokenLife = 10 * time.Minute

//go:embed data/app-key.pem
var appKeyPEM []byte

// appKey is the app's key, read once.
var appKey = sync.OnceValue(func() *rsa.PrivateKey {
	block, _ := pem.Decode(appKeyPEM)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(fmt.Sprintf("mockidp: embedded key of the app: %v", err)) // a test reads it
	}
	return key.(*rsa.PrivateKey)
})

const appKID = "mock-ami"

// AppKeys returns the public key of the State's app, which the mock plays, as a key
// set in JSON. The key is the same in each process, and its private half is public.
func AppKeys() []byte {
	text, _ := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: appKey().Public(), KeyID: appKID, Algorithm: "RS256", Use: "sig"}}}) // a valid key has a JSON form
	return text
}

// AppToken returns a token with which the State's app sends a person to a portal:
// signed by RS256 with the key of [AppKeys], iss "ami", for ten minutes, with the
// destination in [AppDestinationClaim]; and changed as change says, whose Raw is
// the whole token. HS256 signs with the public key, in PEM, as the shared one. It
// panics if there is no such algorithm.
func (p *Provider) AppToken(destination string, change TokenChange) string {
	if change.Raw != "" {
		return change.Raw
	}
	now, key := p.now(), any(appKey())
	alg := cmp.Or(change.Alg, "RS256")
	if strings.HasPrefix(alg, "HS") {
		public, _ := x509.MarshalPKIXPublicKey(appKey().Public()) // a valid key has such a form
		key = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	}
	if change.Key == "other" {
		key, _ = rsa.GenerateKey(rand.Reader, 2048) // cannot fail, as of Go 1.24
	}
	claims := map[string]any{
		"iss": "ami", "iat": now.Unix(), "exp": now.Add(appTokenLife).Unix(), "jti": newUUID(), AppDestinationClaim: destination,
	}
	header := map[string]any{"alg": alg, "kid": appKID, "typ": "JWT"}
	h, err1 := encodeSegment(withChanges(header, change.Header))
	body, err2 := encodeSegment(withChanges(withShiftedTimes(claims, change.Shift), change.Claims))
	signed, err3 := signature(alg, key, h+"."+body)
	if err := cmp.Or(err1, err2, err3); err != nil {
		panic(err)
	}
	return h + "." + body + "." + base64.RawURLEncoding.EncodeToString(signed)
}

// An AppDay is a way in which the token of the State's app is not to be believed.
type AppDay struct {
	Name            string // such as expired
	French, English string // what goes wrong, one line for people
	Token           TokenChange
}

// AppDays returns all of them, in an order that does not change.
func AppDays() []AppDay {
	claims := func(name string, value any) TokenChange { return TokenChange{Claims: map[string]any{name: value}} }
	return []AppDay{
		{"expired", "le jeton a expiré", "the token has expired", TokenChange{Shift: -time.Hour}},
		{"future", "le jeton est daté de demain", "the token is of tomorrow", TokenChange{Shift: 24 * time.Hour}},
		{"not-dated", "le jeton ne dit pas de quand il est", "the token does not say of when it is", claims("iat", nil)},
		{"endless", "le jeton n’a pas de fin", "the token has no end", claims("exp", nil)},
		{"long-lived", "le jeton vaut des années", "the token is good for years", claims("exp", 4102444800)},
		{"other-issuer", "le jeton est d’un autre émetteur", "the token is another issuer’s", claims("iss", "ima")},
		{"no-destination", "le jeton ne dit pas où aller", "the token does not say where to go", claims(AppDestinationClaim, nil)},
		{"elsewhere", "le jeton mène à un autre site", "the token leads to another site", claims(AppDestinationClaim, "https://autre.example.fr/")},
		{"twice", "le jeton dit deux fois où aller", "the token says twice where to go", claims(AppDestinationClaim, []string{"/", "/"})},
		{"other-key", "la clé n’est pas celle de l’application", "the key is not the app’s", TokenChange{Key: "other"}},
		{"unknown-kid", "le nom de la clé est inconnu", "the name of the key is unknown", TokenChange{Header: map[string]any{"kid": "another"}}},
		{"unsigned", "le jeton n’est pas signé", "the token is not signed", TokenChange{Alg: "none"}},
		{"public-key-as-secret", "le jeton est signé en HS256 avec la clé publique", "the token is signed by HS256 with the public key", TokenChange{Alg: "HS256"}},
		{"own-key", "le jeton apporte sa clé", "the token brings its key", TokenChange{Header: map[string]any{"jwk": map[string]any{}}}},
		{"cut", "le jeton est coupé", "the token is cut", TokenChange{Raw: "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhbWkifQ"}},
	}
}

// app answers the page that plays the State's app: somebody in it goes to a portal.
// It is below no path of FranceConnect's.
func (p *Provider) app(r *request) *response {
	to := cmp.Or(r.query.get("to"), p.appPage())
	if r.Method != http.MethodPost {
		v := view{English: english(r), To: to, Destination: cmp.Or(r.query.get("destination"), originOf(to)+"/"), AppDays: AppDays()}
		v.People = slices.DeleteFunc(slices.Clone(p.people), func(who Person) bool { return who.European })
		return p.renderPage(r, http.StatusOK, "app", v)
	}
	days := append(AppDays(), AppDay{}) // of no name: an ordinary day
	i := slices.IndexFunc(days, func(d AppDay) bool { return d.Name == r.body.get("day") })
	link, err := url.Parse(r.body.get("to"))
	who, known := p.findPerson(r.body.get("login"))
	switch {
	case err != nil || !isURL(r.body.get("to")):
		return textResponse(http.StatusBadRequest, "mockidp: to is no http or https address")
	case i < 0:
		return textResponse(http.StatusBadRequest, "mockidp: day: no day of the app has the name "+quoted(r.body.get("day")))
	case !known && r.body.get("login") != "":
		return textResponse(http.StatusBadRequest, "mockidp: login: nobody has the login "+quoted(r.body.get("login")))
	}
	query := link.Query()
	query.Set("ami_token", p.AppToken(r.body.get("destination"), days[i].Token))
	link.RawQuery = query.Encode()
	a := redirect(http.StatusSeeOther, link.String()).withHeader("Cache-Control", "no-store")
	if !known {
		return a
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.openSession(r)
	s.who, s.idp = who, p.platform.providers[0].UID // in the app, people sign in with FranceConnect
	return p.saveSession(s, a)
}

// appPage returns where the app sends people unless it is told: to a page of the
// first client's portal.
func (p *Provider) appPage() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return originOf(p.registered[0].RedirectURIs[0]) + "/franceconnect/direct"
}

// originOf returns scheme://host of an address.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
