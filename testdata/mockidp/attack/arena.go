package attack

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A arena is where all attacks on one portal take place.
type arena struct {
	Portal
	at     addresses
	trap   *trap
	people [2]mockidp.Person // the victim and the attacker
	names  [2]string         // what the portal calls them
	ahead  time.Duration     // of the mock's clock, to ours
	asked  url.Values        // what the portal asks for: its authorization request
	levels []string          // of FranceConnect, the lowest first

	leaving sync.Mutex // from mockidp's Next to the authorize request that takes it
}

const (
	victim = iota
	attacker
)

// newField makes sure that there is something to attack: that two people can
// sign in, and that the portal tells them apart. Otherwise it says what is
// wrong.
func newField(p Portal, trap *trap) (*arena, string) {
	at, err := p.parse()
	if err != nil {
		return nil, err.Error()
	}
	f := &arena{Portal: p, at: at, trap: trap, people: [2]mockidp.Person(mockidp.People())}
	s := f.try(func(s *scene) {
		s.checkPlatform()
		f.asked = s.victim.leave("").authorize.Query()
		if !f.plus() {
			own := s.genuine("", f.people[victim])
			iat, _ := own.claims["iat"].(float64)
			f.ahead = time.Until(time.Unix(int64(iat), 0))
		}
		for i := range f.people {
			b := s.browser()
			if who := b.whoIs(); who != "" {
				s.fatalf("Portal.WhoIs says %q of a browser where nobody signed in", who)
			}
			b.signIn(i)
			f.names[i] = b.whoIs()
			b.expected = f.names[i]
			if f.names[i] == "" {
				s.fatalf("%q went through FranceConnect and back, and Portal.WhoIs says that nobody is signed in", f.people[i].Login)
			}
		}
		if f.names[victim] == f.names[attacker] {
			s.fatalf("Portal.WhoIs says %q of two different people", f.names[0])
		}
	})
	if s.ended != "" {
		return nil, "the portal is not set up right, and nothing was attacked: " + s.ended
	}
	return f, ""
}

// play plays one attack and returns what is wrong after it.
func (f *arena) play(a attack) []string {
	return f.try(func(s *scene) {
		before := f.tokenCalls()
		a.perform(s)
		s.settle()
		if after := f.tokenCalls(); a.silent && after != before {
			s.wrongf("the portal sent the code to FranceConnect's token endpoint (%d calls)", after-before)
		}
		s.honest()
	}).wrong
}

// now is the mock's time.
func (f *arena) now() time.Time { return time.Now().Add(f.ahead) }

// ours marks the calls of this package, among those that the mock received.
const ours = "application/json, application/jwt, application/x-attack"

// tokenCalls counts how often the portal asked for tokens.
func (f *arena) tokenCalls() (n int) {
	for _, r := range f.IDP.Requests() {
		if r.Path == "/token" && r.Accept != ours {
			n++
		}
	}
	return n
}

// plus tells whether the portal is at FranceConnect+.
func (f *arena) plus() bool { return !slices.Contains(f.levels, "eidas1") }

// catalogue is all attacks that can be played on the portal's platform.
func (f *arena) catalogue() []attack {
	if f.plus() {
		return anywhere()
	}
	return catalogue()
}

// checkPlatform refuses what is neither FranceConnect v2 nor FranceConnect+.
func (s *scene) checkPlatform() {
	var d struct {
		ACR []string `json:"acr_values_supported"`
	}
	text := s.fetch(http.MethodGet, s.at.issuer.String()+"/.well-known/openid-configuration", nil, "")
	if json.Unmarshal([]byte(text), &d) != nil || !strings.HasSuffix(s.at.issuer.Path, "/api/v2") || len(d.ACR) == 0 {
		s.fatalf("the mock is neither a FranceConnect v2 (mockidp.V2) nor a FranceConnect+ (mockidp.Plus), the platforms that are attacked so far")
	}
	s.levels = d.ACR
}

// publishedKeys are the keys of the mock, of the moment.
func (s *scene) publishedKeys() (set jose.JSONWebKeySet) {
	if err := json.Unmarshal([]byte(s.fetch(http.MethodGet, s.at.issuer.String()+"/jwks", nil, "")), &set); err != nil || len(set.Keys) == 0 {
		s.fatalf("the mock publishes no keys: %v", err)
	}
	return set
}
