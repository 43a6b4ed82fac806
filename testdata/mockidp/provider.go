package mockidp

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Provider is a FranceConnect: an http.Handler for everything below its
// issuer. It is safe for concurrent use.
type Provider struct {
	platform   *platform
	issuer     string // the iss claim
	baseURL    string // what endpoints are below
	now        func() time.Time
	auto       bool
	httpClient *http.Client // of the clients' key sets
	clients    map[string]*client
	people     []Person

	autoPerson      Person   // whom Auto signs in
	defaultScenario Scenario // of a login that Next says nothing about
	lifetimes       Lifetimes

	mu            sync.Mutex // guards all that follows
	keys          *keySet
	sessions      map[string]*session
	codes         map[string]*code
	tokens        map[string]*token
	nextScenarios []Scenario
	faults        map[string]Fault
	loginFaults   map[string]Fault // what the latest login broke
	requests      []Request
}

// Issuer is the issuer identifier: the origin with /api/v2, or on v1 the
// origin alone.
func (p *Provider) Issuer() string { return p.issuer }

// A request is what a handler works from.
type request struct {
	*http.Request
	path  string // below the base, lower case, without a slash at its end
	exact bool   // the path was written just so
	query form
	body  form
}

// A handler answers. It writes nothing itself: ServeHTTP does, in one place,
// so that a fault can be laid over any answer.
type handler func(*request) *response

// ServeHTTP implements http.Handler.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, err := p.readRequest(w, r)
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	p.recordRequest(req)
	p.mu.Lock()
	fault, broken := p.faults[req.path]
	if !broken {
		fault, broken = p.loginFaults[req.path]
	}
	p.mu.Unlock()
	if broken {
		p.applyFault(fault, func() *response { return p.route(req) }).write(w, r)
		return
	}
	p.route(req).write(w, r)
}

// readRequest prepares a request. The path is taken as it was sent: FranceConnect
// neither cleans nor decodes it before it looks for a route, but letter case
// and one slash at the end do not matter to it.
func (p *Provider) readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	req := &request{Request: r, path: notFound, query: parseForm(r.URL.RawQuery)}
	if written, ok := strings.CutPrefix(r.URL.EscapedPath(), p.platform.base); ok {
		req.path = strings.TrimSuffix(strings.ToLower(written), "/")
		req.exact = req.path == written
	}
	body, err := readBody(w, r)
	if err == nil {
		req.body = p.parseBody(r, body)
	}
	return req, err
}

// notFound is a path that no route has.
const notFound = "?"

// route finds the handler of a request. HEAD is GET without its body, which
// net/http sees to.
func (p *Provider) route(r *request) *response {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	routes := p.routes
	if p.platform.name == V1 {
		routes = p.routesV1
	}
	if h := routes(method, r.path); h != nil {
		return h(r)
	}
	return p.errorPage(http.StatusNotFound, yNotFound, nil)
}

func (p *Provider) routes(method, path string) handler {
	switch method + " " + path {
	case "GET ":
		return p.home
	case "GET /.well-known/openid-configuration":
		return p.discovery
	case "GET /jwks":
		return p.jwks
	case "GET /authorize":
		return p.authorize
	case "POST /authorize":
		return p.authorizePost
	case "POST /token":
		return p.token
	case "POST /token/revocation":
		return p.revoke
	case "GET /userinfo":
		return p.userinfo
	case "GET /session/end":
		return p.endSession
	case "POST /session/end/confirm":
		return p.confirmLogout
	case "GET /session/end/success":
		return p.showLoggedOut
	}
	return p.browserRoutes(method, path)
}

// browserRoutes are those of the pages between authorize and the callback.
func (p *Provider) browserRoutes(method, path string) handler {
	section, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	uid, step, _ := strings.Cut(rest, "/")
	switch {
	case method+" "+path == "GET /redirect-to-sp-with-error":
		return p.followErrorLink
	case method+" "+path == "POST /login":
		return p.onForm(p.requireSignIn(p.takeConsent))
	case uid == "":
		return nil
	case section == "authorize" && method == http.MethodGet && step == "":
		return p.finishLogin
	case section != "interaction":
		return nil
	}
	switch method + " " + step {
	case "GET ":
		return p.onPath(p.showProviders)
	case "POST identity-provider":
		return p.onForm(p.takeProvider)
	case "GET person":
		return p.onPath(p.showPeople)
	case "POST person":
		return p.onForm(p.takePerson)
	case "GET verify":
		return p.onPath(p.requireSignIn(p.startConsent))
	case "GET consent":
		return p.onPath(p.requireSignIn(p.showConsent))
	}
	return nil
}

// home is the issuer's own address.
func (p *Provider) home(*request) *response {
	const to = "https://franceconnect.gouv.fr"
	a := textResponse(http.StatusMovedPermanently, "Moved Permanently. Redirecting to "+to)
	a.header.Set("Location", to)
	return a
}
