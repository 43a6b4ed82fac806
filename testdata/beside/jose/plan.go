package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// How many tokens each library makes: good ones, and wrong ones.
const (
	goodTokens  = 2000
	wrongTokens = 200
)

// A plan is what the libraries are asked to make, and what they need for it. The keys
// are drawn for it, and good for nothing else.
type plan struct {
	Issuer     string             `json:"issuer"`
	ClientID   string             `json:"client_id"`
	Subject    string             `json:"sub"`
	Nonce      string             `json:"nonce"`
	Now        int64              `json:"now"`
	Signers    jose.JSONWebKeySet `json:"signers"`    // FranceConnect's, then a stranger's of the same name
	Recipients jose.JSONWebKeySet `json:"recipients"` // the portal's, then one that it does not have
	Tokens     []wanted           `json:"tokens"`
}

// A wanted is one token to make. Members of a header, and claims, are in their order.
type wanted struct {
	Name   string  `json:"name"`
	Wrong  bool    `json:"wrong"` // it is not to be believed
	Kind   string  `json:"kind"`  // idtoken or userinfo
	Key    int     `json:"key"`   // of the recipients
	Signer int     `json:"signer"`
	Head   members `json:"head"`   // of the JWE
	Signed members `json:"signed"` // the header of the JWS; none: the claims are encrypted as they are
	Claims string  `json:"claims"`
}

// A member is a name and a value. They travel as a list, since most readers of JSON
// lose the order of an object.
type (
	member  [2]any
	members []member
)

// text writes members as an object.
func (m members) text() string {
	var b strings.Builder
	for i, one := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(one[0]) // texts, numbers and lists of texts
		value, _ := json.Marshal(one[1])
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	return "{" + b.String() + "}"
}

// set returns members with another value for one name; nil leaves it out.
func (m members) set(name string, value any) members {
	var all members
	for _, one := range m {
		switch {
		case one[0] != name:
			all = append(all, one)
		case value != nil:
			all = append(all, member{name, value})
		}
	}
	return all
}

// recipients are the keys of the portal, and the last one is not its.
var recipients = []struct{ kid, alg, of string }{
	{"ec-256", "ECDH-ES", "P-256"}, {"ec-384", "ECDH-ES", "P-384"}, {"ec-521", "ECDH-ES", "P-521"},
	{"oaep-2048", "RSA-OAEP", "2048"}, {"oaep-3072", "RSA-OAEP", "3072"},
	{"oaep256-2048", "RSA-OAEP-256", "2048"}, {"oaep256-3072", "RSA-OAEP-256", "3072"},
	{"ec-256", "ECDH-ES", "P-256"}, // a key that the portal does not have, of the name of one that it has
}

// held is how many of the recipients the portal has.
func held() int { return len(recipients) - 1 }

func newPlan() (*plan, error) {
	p := &plan{Issuer: "https://fcp-high.example.fr/api/v2", ClientID: "portail", Subject: strings.Repeat("5e", 32) + "v1",
		Nonce: strings.Repeat("n", 43), Now: time.Now().Unix()}
	for range 2 {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		p.Signers.Keys = append(p.Signers.Keys, jose.JSONWebKey{Key: key, KeyID: "pkcs11:hsm", Algorithm: "ES256", Use: "sig"})
	}
	for _, r := range recipients {
		key, err := drawKey(r.of)
		if err != nil {
			return nil, err
		}
		p.Recipients.Keys = append(p.Recipients.Keys, jose.JSONWebKey{Key: key, KeyID: r.kid, Algorithm: r.alg, Use: "enc"})
	}
	for i := range goodTokens {
		p.Tokens = append(p.Tokens, p.good(i))
	}
	for i := range wrongTokens {
		p.Tokens = append(p.Tokens, p.wrong(i))
	}
	return p, nil
}

func drawKey(of string) (any, error) {
	switch of {
	case "P-256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "P-521":
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "2048":
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return rsa.GenerateKey(rand.Reader, 3072)
}

// good plans one of the good tokens: the first twelve are of twelve kinds, for the
// vectors; afterwards whatever can differ does, by chance that is the same each time.
func (p *plan) good(i int) wanted {
	by := mathrand.New(mathrand.NewPCG(17, uint64(i)))
	coin := func() bool { return by.IntN(2) == 0 }
	w := wanted{Kind: "idtoken", Key: i % held()}
	withKid, parties, parts := coin(), coin(), coin()
	if i < 12 { // each key with its name, then the five that may have parties or no name
		withKid, parties, parts = i < held() || i == 10, i >= held() && i < 10, false
		w.Key = []int{0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 5}[i]
	} else if coin() {
		w.Kind = "userinfo"
	}
	r := recipients[w.Key]
	w.Head = members{{"alg", r.alg}, {"enc", "A256GCM"}, {"cty", "JWT"}}
	name := r.kid
	if withKid {
		w.Head = append(w.Head, member{"kid", r.kid})
	} else {
		name += " without kid"
	}
	if r.alg == "ECDH-ES" && parties {
		name += ", apu, apv"
		for _, party := range []string{"apu", "apv"} {
			said := make([]byte, 1+by.IntN(40))
			for k := range said {
				said[k] = byte(by.Uint32())
			}
			w.Head = append(w.Head, member{party, base64.RawURLEncoding.EncodeToString(said)})
		}
	}
	if i < 12 || coin() { // FranceConnect+ repeats them
		w.Head = append(w.Head, member{"iss", p.Issuer}, member{"aud", p.ClientID})
	}
	if parts {
		w.Head = append(w.Head, member{"typ", "JWT"})
	}
	w.Signed = members{{"alg", "ES256"}, {"kid", "pkcs11:hsm"}}
	if i >= 12 && coin() {
		w.Signed = append(w.Signed, member{"typ", "JWT"})
	}
	if i >= 12 && coin() {
		w.Signed = w.Signed.set("kid", nil)
	}
	claims := p.claims(w.Kind)
	if i >= 12 && coin() {
		name += ", shuffled"
		for _, m := range []members{w.Head, w.Signed, claims} {
			by.Shuffle(len(m), func(a, b int) { m[a], m[b] = m[b], m[a] })
		}
	}
	w.Name, w.Claims = name, claims.text()
	return w
}

func (p *plan) claims(kind string) members {
	c := members{{"sub", p.Subject}, {"aud", p.ClientID}, {"exp", p.Now + 60}, {"iat", p.Now}, {"iss", p.Issuer}}
	if kind == "userinfo" {
		return append(members{{"given_name", "Angèle Zoé"}, {"family_name", "L’HÉRITIER"}, {"birthdate", "1962-08-00"}, {"address", map[string]string{"country": "France 🇫🇷"}}}, c...)
	}
	return append(members{{"auth_time", p.Now}, {"acr", "eidas2"}, {"nonce", p.Nonce}}, c...)
}

// mistakes are what a library is asked to do wrong.
var mistakes = []struct {
	name   string
	change func(*plan, *wanted, *members)
}{
	{"for another key of this name", func(_ *plan, w *wanted, _ *members) {
		w.Key = held()
		w.Head = w.Head.set("alg", "ECDH-ES").set("kid", "ec-256")
	}},
	{"signed by a stranger", func(_ *plan, w *wanted, _ *members) { w.Signer = 1 }},
	{"not signed", func(_ *plan, w *wanted, _ *members) { w.Signed = nil }},
	{"signed under a name that nobody has", func(_ *plan, w *wanted, _ *members) { w.Signed = w.Signed.set("kid", "other") }},
	{"for a name that nobody has", func(_ *plan, w *wanted, _ *members) { w.Head = w.Head.set("kid", "other") }},
	{"without cty", func(_ *plan, w *wanted, _ *members) { w.Head = w.Head.set("cty", nil) }},
	{"with another cty", func(_ *plan, w *wanted, _ *members) { w.Head = w.Head.set("cty", "JSON") }},
	{"with A128GCM", func(_ *plan, w *wanted, _ *members) { w.Head = w.Head.set("enc", "A128GCM") }},
	{"with A256CBC-HS512", func(_ *plan, w *wanted, _ *members) { w.Head = w.Head.set("enc", "A256CBC-HS512") }},
	{"with ECDH-ES+A256KW", func(_ *plan, w *wanted, _ *members) {
		w.Key = 0
		w.Head = w.Head.set("alg", "ECDH-ES+A256KW").set("kid", "ec-256")
	}},
	{"whose header is of another issuer", func(p *plan, w *wanted, _ *members) { w.Head = w.Head.set("iss", p.Issuer+"/") }},
	{"whose header is for another client", func(_ *plan, w *wanted, _ *members) { w.Head = w.Head.set("aud", "other") }},
	{"of another issuer", func(p *plan, _ *wanted, c *members) { *c = c.set("iss", p.Issuer+"/") }},
	{"for another client", func(_ *plan, _ *wanted, c *members) { *c = c.set("aud", "other") }},
	{"of another login", func(_ *plan, _ *wanted, c *members) { *c = c.set("nonce", "other") }},
	{"of no login", func(_ *plan, _ *wanted, c *members) { *c = c.set("nonce", nil) }},
	{"over long ago", func(p *plan, _ *wanted, c *members) { *c = c.set("exp", p.Now-3600) }},
	{"without subject", func(_ *plan, _ *wanted, c *members) { *c = c.set("sub", nil) }},
	{"that is a userinfo", func(p *plan, _ *wanted, c *members) { *c = p.claims("userinfo") }},
	{"that is a JWE no more", func(_ *plan, w *wanted, _ *members) { w.Head = nil }},
}

func (p *plan) wrong(i int) wanted {
	key := i % held()
	r, m, claims := recipients[key], mistakes[i%len(mistakes)], p.claims("idtoken")
	w := wanted{Wrong: true, Kind: "idtoken", Key: key, Name: m.name,
		Head:   members{{"alg", r.alg}, {"enc", "A256GCM"}, {"cty", "JWT"}, {"kid", r.kid}, {"iss", p.Issuer}, {"aud", p.ClientID}},
		Signed: members{{"alg", "ES256"}, {"kid", "pkcs11:hsm"}}}
	m.change(p, &w, &claims)
	w.Claims = claims.text()
	return w
}

// forMakers returns a plan as the libraries need it: with the public halves of the recipients.
func (p *plan) forMakers() ([]byte, error) {
	public := *p
	public.Recipients.Keys = nil
	for _, k := range p.Recipients.Keys {
		public.Recipients.Keys = append(public.Recipients.Keys, k.Public())
	}
	text, err := json.Marshal(public)
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	return text, nil
}
