package mockidp

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed data/control.json
var controlDocument []byte

// Control returns a handler that does for a program in any language what a test
// in Go does by calling: JSON over HTTP, described by the OpenAPI document at
// /openapi.json. The clock is the one whose Now is [Config].Now. Serve it on an
// address of this machine alone: whoever reaches it can do all of that. A web page
// cannot: a request with an Origin is refused.
func (p *Provider) Control(clock *Clock) http.Handler {
	c := control{p, clock}
	mux := http.NewServeMux()
	for route, do := range c.routes() {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			a := do(r)
			a.header.Set("Cache-Control", "no-store")
			a.write(w, r)
		})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			refuseControl(http.StatusForbidden, errors.New("web pages may not control the mock")).write(w, r)
			return
		}
		if _, known := mux.Handler(r); known == "" {
			c.refuseRoute(r).write(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// refuseRoute answers what is no call.
func (c control) refuseRoute(r *http.Request) *response {
	var allowed []string
	for route := range c.routes() {
		if method, path, _ := strings.Cut(route, " "); strings.TrimSuffix(path, "{$}") == r.URL.Path {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return refuseControl(http.StatusNotFound, fmt.Errorf("%q is no call: /openapi.json has them", r.URL.Path))
	}
	slices.Sort(allowed)
	methods := strings.Join(allowed, ", ")
	return refuseControl(http.StatusMethodNotAllowed, fmt.Errorf("%s is called by %s", r.URL.Path, methods)).withHeader("Allow", methods)
}

type control struct {
	p     *Provider
	clock *Clock
}

// routes returns the handlers, by method and path.
func (c control) routes() map[string]func(*http.Request) *response {
	return map[string]func(*http.Request) *response{
		"GET /{$}": func(*http.Request) *response {
			return jsonResponse(http.StatusOK, map[string]any{"what": "the control of a mock FranceConnect", "openapi": "/openapi.json", "issuer": c.p.issuer})
		},
		"GET /openapi.json": func(*http.Request) *response { return newResponse(http.StatusOK, typeJSON, controlDocument) },
		"GET /ready": func(*http.Request) *response {
			return jsonResponse(http.StatusOK, map[string]any{"issuer": c.p.issuer, "platform": c.p.platform.name})
		},
		"GET /clients":  func(*http.Request) *response { return jsonResponse(http.StatusOK, c.p.Clients()) },
		"GET /people":   func(*http.Request) *response { return jsonResponse(http.StatusOK, c.p.people) },
		"GET /bad-days": c.badDays,
		"GET /requests": func(*http.Request) *response { return jsonResponse(http.StatusOK, c.p.Requests()) },
		"GET /clock":    c.time,
		"POST /next":    c.next,
		"POST /break":   c.breakEndpoint,
		"POST /mend":    c.mend,
		"POST /rotate":  c.rotate,
		"POST /clock":   c.setClock,
		"POST /secret":  c.changeSecret,
		"POST /forget":  c.forget,
		"POST /reset":   c.reset,
	}
}

// done is the answer to what has no other.
func done() *response { return newResponse(http.StatusNoContent, typeJSON, nil) }

// refuseControl says what is wrong with a request.
func refuseControl(status int, err error) *response {
	return jsonResponse(status, map[string]string{"error": err.Error()})
}

// maxControl bounds a body, which holds that of a response, escaped.
const maxControl = 4 * MaxPad

// given reads the body of a request; an empty one is {}.
func given[T any](r *http.Request, do func(T) *response) *response {
	var v T
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxControl))
	if err == nil && len(text) > 0 {
		err = decodeStrictly(text, &v)
	}
	if err != nil {
		return refuseControl(http.StatusBadRequest, fmt.Errorf("the body is not what is wanted: %w", withoutGo(err)))
	}
	return do(v)
}

func (c control) badDays(*http.Request) *response {
	all := []map[string]string{}
	for _, d := range BadDays() {
		if d.On(c.p.platform.name) {
			all = append(all, map[string]string{"name": d.Name, "english": d.English, "french": d.French})
		}
	}
	return jsonResponse(http.StatusOK, all)
}

// nextLogin is the body of POST /next: a scenario, or the name of a bad day.
type nextLogin struct {
	Scenario
	BadDay string `json:"bad_day"`
}

func (c control) next(r *http.Request) *response {
	return given(r, func(v nextLogin) *response {
		if v.BadDay != "" {
			day, ok := findBadDay(v.BadDay)
			if !ok || !day.On(c.p.platform.name) {
				return refuseControl(http.StatusBadRequest, fmt.Errorf("bad_day: nothing goes wrong on %s under the name %q; GET /bad-days has the names", c.p.platform.name, v.BadDay))
			}
			person := v.Person
			if v.Person = ""; !isZero(v.Scenario) {
				return refuseControl(http.StatusBadRequest, errors.New("bad_day: person alone goes with it"))
			}
			v.Scenario = day.Scenario
			v.Person = cmp.Or(person, v.Person)
		}
		if err := c.p.checkScenario(v.Scenario); err != nil {
			return refuseControl(http.StatusBadRequest, err)
		}
		c.p.Next(v.Scenario)
		return done()
	})
}

// brokenEndpoint is the body of POST /break and POST /mend.
type brokenEndpoint struct {
	Path  string `json:"path"` // below the issuer, such as /token
	Fault Fault  `json:"fault,omitzero"`
}

func (c control) breakEndpoint(r *http.Request) *response {
	return given(r, func(v brokenEndpoint) *response {
		err := cmp.Or(c.p.checkEndpoint(v.Path), named("fault", v.Fault.check()))
		if err == nil && isZero(v.Fault) {
			err = errors.New(`fault: it changes nothing; {"status":503} does`)
		}
		if err != nil {
			return refuseControl(http.StatusBadRequest, err)
		}
		c.p.InjectFault(v.Path, v.Fault)
		return done()
	})
}

func (c control) mend(r *http.Request) *response {
	return given(r, func(v brokenEndpoint) *response {
		if err := c.p.checkEndpoint(v.Path); err != nil {
			return refuseControl(http.StatusBadRequest, err)
		}
		c.p.ClearFault(v.Path)
		return done()
	})
}

// keyRotation is the body of POST /rotate.
type keyRotation struct {
	SameKIDs bool `json:"same_kids"`
}

func (c control) rotate(r *http.Request) *response {
	return given(r, func(v keyRotation) *response {
		if v.SameKIDs {
			c.p.RotateUnderSameKIDs()
		} else {
			c.p.Rotate()
		}
		return done()
	})
}

// clockChange is the body of POST /clock: one of its members.
type clockChange struct {
	Advance duration  `json:"advance"`
	Set     time.Time `json:"set"`
}

func (c control) setClock(r *http.Request) *response {
	return given(r, func(v clockChange) *response {
		if (v.Advance != 0) == !v.Set.IsZero() {
			return refuseControl(http.StatusBadRequest, errors.New("want either advance, such as 31s, or set, a time of RFC 3339"))
		}
		to := v.Set
		if v.Advance != 0 {
			to = c.clock.Now().Add(time.Duration(v.Advance))
		}
		if to.Year() < 1970 || to.Year() > 2200 { // within what a clock can be put to
			return refuseControl(http.StatusBadRequest, fmt.Errorf("the clock would be at %s: want a time from 1970 to 2200", to.UTC().Format(time.RFC3339)))
		}
		if v.Advance != 0 {
			c.clock.Advance(time.Duration(v.Advance))
		} else {
			c.clock.Set(v.Set)
		}
		return c.time(r)
	})
}

func (c control) time(*http.Request) *response {
	return jsonResponse(http.StatusOK, map[string]any{"now": c.clock.Now().UTC().Format(time.RFC3339Nano)})
}

// newSecret is the body of POST /secret.
type newSecret struct {
	ClientID string `json:"client_id"`
	Secret   string `json:"client_secret"`
}

func (c control) changeSecret(r *http.Request) *response {
	return given(r, func(v newSecret) *response {
		if c.p.clients[v.ClientID] == nil || len(v.Secret) < minSecret {
			return refuseControl(http.StatusBadRequest, fmt.Errorf("want a registered client_id and a client_secret of %d characters or more", minSecret))
		}
		c.p.ChangeSecret(v.ClientID, v.Secret)
		return done()
	})
}

func (c control) forget(r *http.Request) *response {
	return given(r, func(struct{}) *response {
		return jsonResponse(http.StatusOK, map[string]int{"connections": c.p.Forget()})
	})
}

func (c control) reset(r *http.Request) *response {
	return given(r, func(struct{}) *response {
		if err := c.p.Reset(); err != nil {
			return refuseControl(http.StatusInternalServerError, err)
		}
		c.clock.Set(time.Now())
		return done()
	})
}

// Reset makes the provider what it was when it began: nobody is signed in, nothing
// is broken or queued, no request was seen, and the keys and the clients' secrets
// are the first ones. What [Provider.Getenv] registered stays.
func (p *Provider) Reset() error {
	keys, err := publishedKeys(p.platform)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys, p.nextScenarios, p.loginFaults, p.requests, p.forgotten, p.nextPrune = keys, nil, nil, nil, 0, time.Time{}
	clear(p.sessions)
	clear(p.codes)
	clear(p.tokens)
	clear(p.refreshTokens)
	clear(p.faults)
	for _, c := range p.registered {
		c.secret.Store(&c.Secret)
		c.kept = keptKeys{}
	}
	return nil
}
