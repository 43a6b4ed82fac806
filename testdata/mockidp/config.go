package mockidp

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Platform is one of the three interfaces of FranceConnect, or ProConnect.
type Platform string

const (
	V2   Platform = "v2"   // FranceConnect, level eidas1, signed answers
	Plus Platform = "plus" // FranceConnect+, levels eidas2 and eidas3, encrypted answers
	V1   Platform = "v1"   // the interface before v2: HS256 and plain JSON

	// ProConnect is the State's sign-in for professionals. It follows the public
	// source of its server, and has not been measured against a running one yet.
	ProConnect Platform = "proconnect"
)

// Config configures a Provider. Its zero value is a FranceConnect v2 that has
// one client and the people of [People], and shows its pages.
type Config struct {
	// Platform is the interface that is mocked. Default: V2.
	Platform Platform
	// Clients are the registered clients. Default: [DefaultClient] alone.
	Clients []Client
	// People can sign in. Default: [People], on ProConnect [Professionals].
	People []Person
	// Auto signs Person in without a page or a click. To sign out, a browser still
	// sends the form on FranceConnect's page, as its script does.
	Auto bool
	// Person is the Login of the person whom Auto signs in. Default: the first
	// of People.
	Person string
	// Default is the scenario of every login that takes none from
	// [Provider.Next]; [BadDays] lists some.
	Default Scenario
	// Lifetimes are how long codes, tokens and sessions last.
	Lifetimes Lifetimes
	// Origin is scheme://host[:port], without a slash, under which the provider
	// is reached. [Start] fills it in.
	Origin string
	// Note hears what was refused, and what was dropped without a word: one note for
	// each thing that is wrong with a request, before it is answered. Default: nobody.
	Note func(Note)
	// HTTPClient fetches the clients' jwks_uri. Default: one with a timeout of
	// five seconds that keeps no connection open.
	HTTPClient *http.Client
	// Now is the clock that decides what has expired. Default: time.Now.
	Now func() time.Time
}

// New returns a Provider. It starts nothing and reads nothing but its argument;
// its error names the field that is wrong.
func New(cfg Config) (*Provider, error) {
	cfg.Platform = cmp.Or(cfg.Platform, V2)
	platform, ok := platforms[cfg.Platform]
	if !ok {
		return nil, fmt.Errorf("mockidp: Platform is %q, want %q, %q, %q or %q", cfg.Platform, V2, Plus, V1, ProConnect)
	}
	if err := checkOrigin(cfg.Origin); err != nil {
		return nil, fmt.Errorf("mockidp: Origin: %w", err)
	}
	if len(cfg.Clients) == 0 {
		cfg.Clients = []Client{DefaultClient(cfg.Platform)}
	}
	if cfg.People == nil {
		cfg.People = peopleOf(cfg.Platform)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = &http.Client{Timeout: fetchTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	}
	p := &Provider{
		platform:        platform,
		issuer:          cfg.Origin + platform.base,
		baseURL:         cfg.Origin + platform.base,
		now:             cfg.Now,
		note:            cfg.Note,
		auto:            cfg.Auto,
		defaultScenario: cfg.Default,
		lifetimes:       cfg.Lifetimes.withDefaults(platform),
		httpClient:      cfg.HTTPClient,
		clients:         map[string]*client{},
		sessions:        map[key]*session{},
		codes:           map[key]*grant{},
		tokens:          map[key]token{},
		refreshTokens:   map[key]token{},
		terms:           map[termsKey]*terms{},
		faults:          map[string]Fault{},
	}
	if platform.name == V1 {
		p.issuer = cfg.Origin
	}
	for i, c := range cfg.Clients {
		known, err := registerClient(c, platform)
		if err != nil {
			return nil, fmt.Errorf("mockidp: Clients[%d]: %w", i, err)
		}
		if p.clients[c.ID] != nil {
			return nil, fmt.Errorf("mockidp: Clients[%d]: client_id is that of another client", i)
		}
		p.clients[c.ID] = known
		p.registered = append(p.registered, known)
	}
	if err := p.checkPeople(cfg.People, cfg.Person); err != nil {
		return nil, err
	}
	var err error
	if p.keys, err = publishedKeys(platform); err != nil {
		return nil, fmt.Errorf("mockidp: %w", err)
	}
	return p, nil
}

// checkPeople sets the people who exist on the platform, and the one whom Auto
// signs in.
func (p *Provider) checkPeople(people []Person, login string) error {
	for i, who := range people {
		if who.Login == "" {
			return fmt.Errorf("mockidp: People[%d]: Login is empty", i)
		}
		if _, twice := p.findPerson(who.Login); twice {
			return fmt.Errorf("mockidp: People[%d]: Login %q is that of another person", i, who.Login)
		}
		if who.ACR != "" && !slices.Contains(knownACRs, who.ACR) {
			return fmt.Errorf("mockidp: People[%d]: acr is %q, want one of %s", i, who.ACR, strings.Join(knownACRs, ", "))
		}
		if who.Refuse != "" && !isYCode(who.Refuse) {
			return fmt.Errorf("mockidp: People[%d]: refuse: %q is no Y code, as Y010015 is", i, who.Refuse)
		}
		if !who.existsOn(p.platform.name) {
			continue
		}
		p.people = append(p.people, who)
	}
	if len(p.people) == 0 {
		return errors.New("mockidp: People has nobody for this platform")
	}
	p.autoPerson = &p.people[0]
	if login != "" {
		who, ok := p.findPerson(login)
		if !ok {
			return fmt.Errorf("mockidp: Person: nobody has the login %q on %s", login, p.platform.name)
		}
		p.autoPerson = who
	}
	return nil
}

func (p *Provider) findPerson(login string) (*Person, bool) {
	i := slices.IndexFunc(p.people, func(who Person) bool { return who.Login == login })
	if i < 0 {
		return nil, false
	}
	return &p.people[i], true
}

func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil {
		return err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Count(origin, "/") != 2 {
		return fmt.Errorf("%q is not scheme://host[:port]", origin)
	}
	return nil
}
