package mockidp

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Provider is a mock FranceConnect, or ProConnect: an http.Handler for all paths below its
// issuer. It is safe for concurrent use.
type Provider struct {
	platform   *platform
	issuer     string // the iss claim
	baseURL    string // what endpoints are below
	now        func() time.Time
	auto       bool
	httpClient *http.Client       // of the clients' key sets
	clients    map[string]*client // by id; their addresses and keys are guarded by mu
	registered []*client          // in their order
	people     []Person

	autoPerson      *Person  // whom Auto signs in
	defaultScenario Scenario // of a login that Next says nothing about
	lifetimes       Lifetimes

	note func(Note) // may be nil

	lines sync.Map // of *line, of the listeners that Behind returned

	mu            sync.Mutex // guards all that follows
	keys          *keySet
	sessions      map[key]*session
	codes         map[key]*grant
	tokens        map[key]token
	refreshTokens map[key]token       // ProConnect alone has them
	terms         map[termsKey]*terms // what clients asked for, by all of it
	nextPrune     time.Time
	nextScenarios []Scenario
	faults        map[string]Fault
	loginFaults   map[string]Fault // what the latest login broke
	requests      []Request
	forgotten     int // requests that are no longer in the list
}

// Issuer returns the issuer identifier: the origin with /api/v2, or on V1 the
// origin alone.
func (p *Provider) Issuer() string { return p.issuer }

// A request is an HTTP request with its path and its forms read.
type request struct {
	*http.Request
	path  string // below the base, lower case, without a slash at its end
	exact bool   // the path was sent exactly so
	query form
	body  form
}

// A handler returns a response. Only ServeHTTP writes it, so that a fault can
// be applied to any response.
type handler func(*request) *response

// ServeHTTP implements http.Handler.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, err := p.readRequest(w, r)
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	seen := p.recordRequest(req)
	p.noteCall(req)
	p.mu.Lock()
	fault, broken := p.faults[req.path]
	if !broken {
		fault, broken = p.loginFaults[req.path]
	}
	p.mu.Unlock()
	var a *response
	if route := func() *response { return p.route(req) }; broken {
		a = p.applyFault(fault, route)
	} else {
		a = route()
	}
	p.tell(req, seen, a.notes)
	a.write(w, r)
}

// readRequest reads a request. Like FranceConnect it neither cleans nor decodes
// the path, but ignores letter case and one slash at the end.
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

// notFound is a path without a route.
const notFound = "?"

// route calls the handler of a request. HEAD is answered as GET; net/http drops
// the body.
func (p *Provider) route(r *request) *response {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if h := p.handlerOf(method, r.path); h != nil {
		return h(r)
	}
	if r.URL.Path == "/app" && p.platform.name != V1 && (method == http.MethodGet || method == http.MethodPost) {
		return p.app(r)
	}
	if r.URL.Path == "/" {
		v := view{Base: p.baseURL, Issuer: p.issuer, English: english(r)}
		if p.platform.name != V1 {
			v.To = p.appPage()
		}
		return p.renderPage(r, http.StatusOK, "front", v)
	}
	return p.errorPage(http.StatusNotFound, yNotFound, nil)
}

// handlerOf returns the handler of a path below the base, or nil.
func (p *Provider) handlerOf(method, path string) handler {
	switch p.platform.name {
	case V1:
		return p.routesV1(method, path)
	case ProConnect:
		return p.routesProConnect(method, path)
	}
	return p.routes(method, path)
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
	}
	return p.browserRoutes(method, path)
}

// browserRoutes returns the handlers of the pages of a login and a logout.
func (p *Provider) browserRoutes(method, path string) handler {
	section, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	uid, step, _ := strings.Cut(rest, "/")
	switch {
	case method+" "+path == "GET /redirect-to-sp-with-error":
		return p.followErrorLink
	case method+" "+path == "POST /session/end/confirm":
		return p.confirmLogout
	case method+" "+path == "GET /session/end/success":
		return p.showLoggedOut
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

// home answers at the issuer's own address.
func (p *Provider) home(*request) *response {
	const to = "https://franceconnect.gouv.fr"
	a := textResponse(http.StatusMovedPermanently, "Moved Permanently. Redirecting to "+to)
	a.header.Set("Location", to)
	return a
}
