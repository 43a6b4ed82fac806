package mockidp

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A platform is what differs between the interfaces of FranceConnect. It is
// never written to.
type platform struct {
	name           Platform
	base           string   // path below the origin
	acrs           []string // allowed, the lowest first
	defaultACR     string   // stands for acr_values that are empty or unknown
	signingAlgs    []string // the first is that of a client that has none
	encryptionAlgs []string // nil: nothing is encrypted
	ssoACR         string   // the level for which a second login skips the identity provider
	session        time.Duration
	sliding        bool // the session lasts from the last request, not from the last login
	amr            []string
	providers      []identityProvider
	// bodyArrays: the form parser in front reads name[]=value as name=value,
	// and there is a JSON parser as well.
	bodyArrays bool

	scopes   map[string][]string // claims by scope
	claims   map[string]bool     // all that scopes can bring, and protocolClaims
	identity []string            // the scopes about the person
}

// An identityProvider can be chosen, and hinted at with idp_hint.
type identityProvider struct {
	UID      string
	Name     string
	european bool // the eIDAS node, where European people come from and no others
}

// knownACRs are ordered; what is not in the list counts for nothing.
var knownACRs = []string{"eidas1", "eidas2", "eidas3"}

var platforms = withScopes(map[Platform]*platform{
	V2: {
		name: V2, base: "/api/v2",
		acrs: []string{"eidas1"}, defaultACR: "eidas1", ssoACR: "eidas1",
		signingAlgs: []string{"ES256", "RS256", "HS256"},
		session:     30 * time.Minute, sliding: true,
		amr: []string{"fc", "pwd"},
		providers: []identityProvider{
			{"8dfc4080-c90d-4234-969b-f6c961de3e90", "Identité Lavande", false},
		},
		bodyArrays: true,
	},
	Plus: {
		name: Plus, base: "/api/v2",
		acrs: []string{"eidas2", "eidas3"}, defaultACR: "eidas3", ssoACR: "eidas2",
		signingAlgs:    []string{"ES256"},
		encryptionAlgs: []string{"ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"},
		session:        10 * time.Minute,
		amr:            []string{"fc", "pop", "pin", "mfa"},
		providers: []identityProvider{
			{"dedc7160-8811-4d0f-9dd7-c072c15f2f18", "Identité Genêt", false},
			{"0cbdf732-aaea-4566-a99e-4430f388ff18", "Identité Bruyère", false},
			{"8aa849db-8402-4f2e-bad9-7471dd21ff94", "Autre pays de l’Union européenne", true},
		},
	},
	V1: {
		name: V1, base: "/api/v1",
		acrs: []string{"eidas1", "eidas2", "eidas3"}, defaultACR: "eidas1", ssoACR: "eidas1",
		signingAlgs: []string{"HS256"},
		session:     30 * time.Minute, sliding: true,
		amr:       []string{"pwd"},
		providers: []identityProvider{{"8dfc4080-c90d-4234-969b-f6c961de3e90", "Identité Lavande", false}},
	},
})

//go:embed data/scopes.json
var scopesJSON []byte

// withScopes adds the scopes, which are data: identity scopes with their
// claims, and those of data providers, which are their own claim and have no
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
			if s != "amr" && s != "idp_id" { // rights that are granted apart
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

// chooseACR keeps one level of those asked for: the lowest that is known, whatever
// the order, or the default if none is known.
func (p *platform) chooseACR(asked []string) string {
	for _, known := range knownACRs {
		if slices.Contains(asked, known) {
			return known
		}
	}
	return p.defaultACR
}

// acrBelow tells whether a level is lower than another.
func acrBelow(a, b string) bool { return slices.Index(knownACRs, a) < slices.Index(knownACRs, b) }
