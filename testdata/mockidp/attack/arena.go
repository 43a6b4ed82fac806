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

// An arena is a portal that is under attack, and what all attacks on it share.
type arena struct {
	Portal
	urls        portalURLs
	trap        *trap
	people      [2]mockidp.Person // the victim and the attacker
	userNames   [2]string         // as Portal.WhoIs names them
	clockOffset time.Duration     // how far the mock's clock is ahead of ours
	parameters  url.Values        // of the portal's authorization request
	levels      []string          // of FranceConnect, the lowest first

	nextMu   sync.Mutex // from Provider.Next to the authorization request that takes the scenario
	honestMu sync.Mutex // during an honest login: where FranceConnect did not answer, some portals let one person at a time try
}

const (
	victim = iota
	attacker
)

// newArena checks that two people can sign in and that the portal tells them
// apart: otherwise there is nothing to attack. It returns what is wrong.
func newArena(p Portal, trap *trap) (*arena, string) {
	at, err := p.parseURLs()
	if err != nil {
		return nil, err.Error()
	}
	f := &arena{Portal: p, urls: at, trap: trap}
	people := p.IDP.People()
	if len(people) < len(f.people) {
		return nil, "Portal.IDP has fewer than two people"
	}
	f.people = [2]mockidp.Person(people)
	s := f.run(func(s *attempt) {
		s.checkPlatform()
		f.parameters = s.victim.startLogin("").url.Query()
		if !f.isPlus() {
			own := s.genuineTokens("", f.people[victim])
			iat, _ := own.claims["iat"].(float64)
			f.clockOffset = time.Until(time.Unix(int64(iat), 0))
		}
		for i := range f.people {
			b := s.newBrowser()
			if who := b.whoIs(); who != "" {
				s.fatalf("Portal.WhoIs says %q of a browser where nobody signed in", who)
			}
			b.signIn(i)
			f.userNames[i] = b.whoIs()
			b.expected = f.userNames[i]
			if f.userNames[i] == "" {
				s.fatalf("%q went through FranceConnect and back, and Portal.WhoIs says that nobody is signed in", f.people[i].Login)
			}
		}
		if f.userNames[victim] == f.userNames[attacker] {
			s.fatalf("Portal.WhoIs says %q of two different people", f.userNames[0])
		}
	})
	if s.fatal != "" {
		return nil, "the portal is not set up right, and nothing was attacked: " + s.fatal
	}
	return f, ""
}

// runAttack carries out one attack and returns what is wrong after it.
func (f *arena) runAttack(a attack) []string {
	return f.run(func(s *attempt) {
		before := 0
		if a.noTokenCall { // of another process's mock all requests are fetched to count them
			before = f.tokenCalls()
		}
		a.carryOut(s)
		s.verify()
		if a.noTokenCall {
			if n := f.tokenCalls() - before; n != 0 {
				s.errorf("the portal sent the code to FranceConnect's token endpoint (%d calls)", n)
			}
		}
		s.checkHonestLogin()
	}).errors
}

// now returns the mock's time.
func (f *arena) now() time.Time { return time.Now().Add(f.clockOffset) }

// ownAccept is the Accept header of this package's calls to the mock. It tells
// them from the portal's in Requests.
const ownAccept = "application/json, application/jwt, application/x-attack"

// calls returns how often the portal has called an endpoint.
func (f *arena) calls(path string) (n int) {
	for _, r := range f.IDP.Requests() {
		if r.Path == path && r.Accept != ownAccept {
			n++
		}
	}
	return n
}

// tokenCalls returns how often the portal has called the token endpoint.
func (f *arena) tokenCalls() int { return f.calls("/token") }

// isPlus reports whether the portal uses FranceConnect+.
func (f *arena) isPlus() bool { return !slices.Contains(f.levels, "eidas1") }

// isProConnect reports whether the portal uses ProConnect, which alone has the
// level.
func (f *arena) isProConnect() bool { return slices.Contains(f.levels, "eidas0") }

// acrClaim returns what the portal asks ProConnect for in the claims parameter: the
// levels, and whether one of them is required.
func (f *arena) acrClaim(q url.Values) (levels []string, essential bool) {
	var asked struct {
		IDToken struct {
			ACR struct {
				Essential bool
				Value     string
				Values    []string
			}
		} `json:"id_token"`
	}
	_ = json.Unmarshal([]byte(q.Get("claims")), &asked) // what cannot be read asks for nothing
	acr := asked.IDToken.ACR
	if acr.Value != "" {
		acr.Values = []string{acr.Value}
	}
	return acr.Values, acr.Essential
}

// asksForLevels reports whether the portal asks for levels, which at FranceConnect
// every portal does.
func (f *arena) asksForLevels() bool {
	levels, _ := f.acrClaim(f.parameters)
	return !f.isProConnect() || levels != nil || f.parameters.Get("acr_values") != ""
}

// catalogue returns the attacks that can be made on the portal's platform.
func (f *arena) catalogue() []attack {
	if f.isPlus() {
		return attacksWithoutTokens()
	}
	return catalogue()
}

// checkPlatform ends the attempt unless the mock is a FranceConnect v2, a
// FranceConnect+ or a ProConnect.
func (s *attempt) checkPlatform() {
	var d struct {
		ACR []string `json:"acr_values_supported"`
	}
	text := s.callMock(http.MethodGet, s.urls.issuer.String()+"/.well-known/openid-configuration", nil, "")
	if json.Unmarshal([]byte(text), &d) != nil || !strings.HasSuffix(s.urls.issuer.Path, "/api/v2") || len(d.ACR) == 0 {
		s.fatalf("the mock is neither a FranceConnect v2 (mockidp.V2) nor a FranceConnect+ (mockidp.Plus) nor a ProConnect (mockidp.ProConnect), the platforms that are attacked so far")
	}
	s.levels = d.ACR
}

// publishedKeys returns the keys that the mock publishes now.
func (s *attempt) publishedKeys() (set jose.JSONWebKeySet) {
	if err := json.Unmarshal([]byte(s.callMock(http.MethodGet, s.urls.issuer.String()+"/jwks", nil, "")), &set); err != nil || len(set.Keys) == 0 {
		s.fatalf("the mock publishes no keys: %v", err)
	}
	return set
}
