package mockidp

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A platform holds what differs between the interfaces of FranceConnect, and
// ProConnect. It is read-only.
type platform struct {
	name           Platform
	product        string   // what people call it
	base           string   // path below the origin
	cookie         string   // of a browser's session; cookies of one host go to all its ports
	acrs           []string // those allowed, the lowest first
	defaultACR     string   // used if acr_values is empty or unknown
	signingAlgs    []string // the first is the default of a client
	encryptionAlgs []string // nil means that nothing is encrypted
	ssoACR         string   // the level at which a second login skips the identity provider; "" is any
	lifetimes      Lifetimes
	sliding        bool // each request extends the session
	amr            []string
	providers      []identityProvider
	// bodyArrays means that the form parser reads name[]=value as name=value,
	// and that a JSON body is read, too.
	bodyArrays bool
	cures      map[string]string // what to change, by parameter or code
	exact      bool              // addresses are compared letter by letter

	scopes   map[string][]string // claims by scope
	claims   map[string]bool     // those of all scopes, and protocolClaims
	identity []string            // the scopes about the person
}

// An identityProvider can be chosen on a page, or by idp_hint.
type identityProvider struct {
	UID      string
	Name     string
	european bool // the eIDAS node, where European people come from and no others
}

// hinted returns the identity provider that an idp_hint means, or "". The
// documents of the European path have a word for the eIDAS node.
func (p *platform) hinted(hint string) (uid string) {
	for _, known := range p.providers {
		if known.UID == hint || known.european && hint == "eidas-bridge" {
			return known.UID
		}
	}
	return ""
}

// knownACRs lists the levels, the lowest first. Any other is ignored.
var knownACRs = []string{"eidas1", "eidas2", "eidas3"}

var platforms = withScopes(map[Platform]*platform{
	V2: {
		name: V2, product: "FranceConnect", base: "/api/v2", cookie: "fc_session_id", cures: cures,
		acrs: []string{"eidas1"}, defaultACR: "eidas1", ssoACR: "eidas1",
		signingAlgs: []string{"ES256", "RS256", "HS256"},
		lifetimes:   Lifetimes{Session: 30 * time.Minute}, sliding: true,
		amr: []string{"fc", "pwd"},
		providers: []identityProvider{
			{"8dfc4080-c90d-4234-969b-f6c961de3e90", "Identité Lavande", false},
		},
		bodyArrays: true,
	},
	Plus: {
		name: Plus, product: "FranceConnect", base: "/api/v2", cookie: "fc_session_id", cures: cures,
		acrs: []string{"eidas2", "eidas3"}, defaultACR: "eidas3", ssoACR: "eidas2",
		signingAlgs:    []string{"ES256"},
		encryptionAlgs: []string{"ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"},
		lifetimes:      Lifetimes{Session: 10 * time.Minute},
		amr:            []string{"fc", "pop", "pin", "mfa"},
		providers: []identityProvider{
			{"dedc7160-8811-4d0f-9dd7-c072c15f2f18", "Identité Genêt", false},
			{"0cbdf732-aaea-4566-a99e-4430f388ff18", "Identité Bruyère", false},
			{"8aa849db-8402-4f2e-bad9-7471dd21ff94", "Autre pays de l’Union européenne", true},
		},
	},
	V1: {
		name: V1, product: "FranceConnect", base: "/api/v1", cookie: "fc_session_id", cures: cures,
		acrs: []string{"eidas1", "eidas2", "eidas3"}, defaultACR: "eidas1", ssoACR: "eidas1",
		signingAlgs: []string{"HS256"},
		lifetimes:   Lifetimes{Session: 30 * time.Minute}, sliding: true,
		amr:       []string{"pwd"},
		providers: []identityProvider{{"8dfc4080-c90d-4234-969b-f6c961de3e90", "Identité Lavande", false}},
	},
	ProConnect: {
		name: ProConnect, product: "ProConnect", base: "/api/v2", cookie: "pc_session_id", exact: true,
		acrs:        []string{"eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3", executive},
		defaultACR:  "eidas1",
		signingAlgs: []string{"ES256", "RS256", "HS256"},
		lifetimes: Lifetimes{Code: time.Minute, Grant: 12 * time.Hour, AccessToken: time.Hour, IDToken: time.Hour,
			Refresh: 2 * time.Hour, Session: 12 * time.Hour},
		amr: []string{"pwd"},
		providers: []identityProvider{
			{"5d6a1f0e-3c1b-4f0b-9d44-0c8f7b1a2e63", "Identité Mimosa", false},
			{"b61f1b52-77a4-4a53-8a56-3f0d6a9c5d10", "Identité Glycine", false},
		},
	},
})

//go:embed data/scopes.json
var scopesJSON []byte

// withScopes adds the scopes, which are read from a file: identity scopes with
// their claims, and those of data providers, each of which is a claim without a
// value in userinfo.
func withScopes(all map[Platform]*platform) map[Platform]*platform {
	var data map[Platform]struct {
		Identity map[string][]string
		Data     []string
	}
	if err := json.Unmarshal(scopesJSON, &data); err != nil {
		panic(fmt.Sprintf("mockidp: embedded scopes: %v", err)) // a test reads them
	}
	for name, p := range all {
		p.scopes, p.claims = data[name].Identity, map[string]bool{}
		for s := range p.scopes {
			if s != "amr" && (s != "idp_id" || name == ProConnect) { // granted separately
				p.identity = append(p.identity, s)
			}
		}
		slices.Sort(p.identity)
		for _, s := range data[name].Data {
			p.scopes[s] = []string{s}
		}
		for _, claims := range p.scopes {
			for _, c := range claims {
				p.claims[c] = true
			}
		}
		for _, c := range protocolClaims {
			p.claims[c] = true
		}
	}
	return all
}

// protocolClaims are about the login, not about the person.
var protocolClaims = []string{"acr", "amr", "auth_time", "iss", "sid", "sub"}

func (p *platform) scopesSupported() []string { return slices.Sorted(maps.Keys(p.scopes)) }
func (p *platform) claimsSupported() []string { return slices.Sorted(maps.Keys(p.claims)) }

// chooseACR returns the lowest known level of those asked for, in whatever
// order, or the default if none is known.
func (p *platform) chooseACR(asked []string) string {
	for _, known := range knownACRs {
		if slices.Contains(asked, known) {
			return known
		}
	}
	return p.defaultACR
}

// registered reports whether an address is in a list, as the platform compares them.
func (p *platform) registered(list []string, address string) bool {
	if p.exact {
		return slices.Contains(list, address)
	}
	return registered(list, address)
}

// acrBelow reports whether level a is lower than b.
func acrBelow(a, b string) bool { return slices.Index(knownACRs, a) < slices.Index(knownACRs, b) }
