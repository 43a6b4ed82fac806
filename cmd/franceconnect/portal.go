package main

import (
	"cmp"
	"errors"
	"flag"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
)

// A portal is what the doctor looks at: the settings of one, and its addresses.
type portal struct {
	config      franceconnect.Config
	problems    []*franceconnect.ConfigError // of the variables and of the Config
	client      *franceconnect.Client        // nil if there are problems
	environment environment

	url           string   // as in PORTAL_URL
	origins       []string // origins of the portal: PORTAL_URL's, and others
	siteURL       string   // address of the site, as the forms want it
	grantedScopes []string // scopes of the habilitation, if they were given
	registration  registration

	aiden bool // the portal is MGDIS’s product

	pageFile, cssFile string // files with the sign-in page and its style
	hintFile          string // file with an ID token

	disabled bool // by FRANCECONNECT_ENABLED

	file    string // with the settings as JSON, instead of the variables
	secrets string // folder of the files that it names

	plus             bool                      // the variables are those of FranceConnect+ beside another
	otherEnvironment franceconnect.Environment // that other one; nil if there is none
	getenv           func(string) string       // of this client

	paths paths
}

// paths are those of the portal; the defaults are the example portal's.
type paths struct {
	signIn, login, callback, loggedOut, keys, sector string
	assumed                                          bool // nobody said where the callback is
	outsideOrigin                                    bool // an address of the variables is not below PORTAL_URL
}

// The example portal's two ways to FranceConnect.
const (
	exampleLogin        = "/franceconnect/login"
	exampleCallback     = "/franceconnect/callback"
	exampleLoginPlus    = "/franceconnect-plus/login"
	exampleCallbackPlus = "/franceconnect-plus/callback"
)

// portalFlags are what no variable says.
func (p *portal) portalFlags(flags *flag.FlagSet) (env *string) {
	for _, f := range []struct {
		at         *string
		name, path string
		what       string
	}{
		{&p.paths.signIn, "connexion", "/connexion", "`chemin` de la page qui porte le bouton / path of the page with the button"},
		{&p.paths.login, "depart", "", "`chemin` qui envoie vers FranceConnect / path that sends people to FranceConnect (default " + exampleLogin + ")"},
		{&p.paths.callback, "retour", "", "`chemin` de retour de connexion / path of the callback (default " + exampleCallback + ")"},
		{&p.paths.loggedOut, "deconnexion", "/franceconnect/logout", "`chemin` de retour de déconnexion / path after logout"},
		{&p.paths.keys, "jwks", "/franceconnect/jwks.json", "`chemin` des clés publiques / path of the public keys"},
		{&p.paths.sector, "secteur", "/franceconnect/secteur.json", "`chemin` de l’identifiant de secteur / path of the sector identifier"},
	} {
		flags.StringVar(f.at, f.name, f.path, f.what)
	}
	flags.Func("aussi", "autre `adresse` du même portail, répétable / another address of the portal, repeatable", func(address string) error {
		o, ok := originOf(address)
		if !ok {
			return errors.New("https://…")
		}
		p.origins = append(p.origins, o)
		return nil
	})
	flags.Func("habilitation", "`scopes` accordés, séparés par des espaces / scopes granted, separated by spaces", func(scopes string) error {
		p.grantedScopes = append(p.grantedScopes, strings.Fields(scopes)...)
		return nil
	})
	p.registration.flags(flags)
	flags.StringVar(&p.file, "reglages", "", "`fichier` JSON des réglages, au lieu des variables / JSON file with the settings, instead of the variables")
	flags.StringVar(&p.secrets, "secrets", "", "`dossier` des fichiers que -reglages nomme, par défaut le sien / folder of the files that -reglages names, by default its own")
	flags.BoolVar(&p.plus, "plus", false, "les variables FRANCECONNECT_PLUS_…, de FranceConnect+ à côté d’un autre / of FranceConnect+ beside another")
	return flags.String("env", "", "`environnement` à la place de / instead of FRANCECONNECT_ENVIRONMENT")
}

// read reads the variables.
func (p *portal) readSettings(getenv func(string) string, env string) {
	own := p.getenvOfClient(getenv)
	p.getenv = func(name string) string {
		if name == "FRANCECONNECT_ENVIRONMENT" && env != "" {
			return env
		}
		return own(name)
	}
	p.readOtherEnvironment(getenv)
	p.readConfig()
	port := "8080"
	if _, its, err := net.SplitHostPort(getenv("PORTAL_ADDR")); err == nil {
		port = its
	}
	registered, _ := originOf(p.config.RedirectURL)
	p.url = cmp.Or(getenv("PORTAL_URL"), registered, "http://localhost:"+port)
	at, ok := originOf(p.url)
	if !ok {
		at = p.url // New says what is wrong with it
	}
	p.origins = slices.Insert(p.origins, 0, at)
	p.aiden = p.registration.mgdis() || aidenUsersSpace.MatchString(p.url)
	p.siteURL = siteOf(p.url, p.paths.signIn, p.aiden)
	login, callback := exampleLogin, exampleCallback
	if p.plus {
		login, callback = exampleLoginPlus, exampleCallbackPlus
	}
	p.paths.assumed = p.paths.callback == ""
	p.paths.login, p.paths.callback = cmp.Or(p.paths.login, login), cmp.Or(p.paths.callback, callback)
	p.reconcile(&p.config.RedirectURL, &p.paths.callback, at)
	if p.paths.loggedOut != "" {
		p.reconcile(&p.config.PostLogoutRedirectURL, &p.paths.loggedOut, at)
	}
}

// readConfig reads what the library reads. What is switched off is looked at all
// the same: it is to be switched on one day.
func (p *portal) readConfig() {
	config, err := franceconnect.ConfigFromEnv(p.getenv)
	if p.disabled = config.Disabled; p.disabled {
		config, err = franceconnect.ConfigFromEnv(func(name string) string {
			if name == "FRANCECONNECT_ENABLED" {
				return ""
			}
			return p.getenv(name)
		})
	}
	p.config, p.environment = config, environmentOf(config.Environment)
	p.problems = append(p.problems, configErrors(err)...)
}

// settle makes an address that the variables have whole agree with the path that
// other addresses of the portal share with it; without one, it is at a path.
func (p *portal) reconcile(address, path *string, at string) {
	if below, ok := strings.CutPrefix(*address, at); *address == "" {
		*address = at + *path
	} else if ok {
		*path, p.paths.assumed = below, false
	} else {
		p.paths.outsideOrigin = true
	}
}

// build makes the client of the settings.
func (p *portal) buildClient() {
	if len(p.config.CookieKeys) == 0 && p.getenv("FRANCECONNECT_COOKIE_KEYS") == "" {
		p.config.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
	}
	client, err := franceconnect.New(p.config)
	for _, e := range configErrors(err) {
		if !slices.ContainsFunc(p.problems, func(known *franceconnect.ConfigError) bool { return p.variableOf(known) == p.variableOf(e) }) {
			p.problems = append(p.problems, e)
		}
	}
	if len(p.problems) == 0 {
		p.client = client
	}
}

// each is an address below every origin of the portal.
func (p *portal) urlsOf(path string) []string {
	all := make([]string, len(p.origins))
	for i, s := range p.origins {
		all[i] = s + path
	}
	return all
}

// many tells whether the portal is on several hosts, so that FranceConnect
// wants a sector identifier.
func (p *portal) hasSeveralHosts() bool {
	return slices.ContainsFunc(p.origins, func(s string) bool { return s != p.origins[0] })
}

// originOf is the beginning of an address, up to the end of the host.
func originOf(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), true
}

// usersSpace is an address of Aiden’s Espace Usagers, whose path is met in two
// spellings: that of the guide, and the one that it should be.
var aidenUsersSpace = regexp.MustCompile(`(?i)^https?://[^/?#]+/([^?#]*/)?acc(out|ount)-management([/?#]|$)`)

// siteOf is the address of the site as the forms want it: the page with the
// button, or the path that the portal is below. On Aiden it is the origin of the
// Espace Usagers, whatever page of it is open, and /aides.
func siteOf(address, signIn string, aiden bool) string {
	origin, ok := originOf(address)
	if !ok {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	at := path.Clean("/" + u.Path)
	switch {
	case aiden:
		at = "/aides"
	case at == "/":
		at = signIn
	}
	return origin + at
}

// variable is the one that an error is about.
func (p *portal) variableOf(e *franceconnect.ConfigError) string {
	whole := settings.VariableOf(e.Field)
	if (e.Field == "RedirectURL" || e.Field == "PostLogoutRedirectURL") && p.getenv(whole) == "" {
		return "PORTAL_URL" // they were made of it
	}
	return cmp.Or(whole, e.Field)
}

// configErrors takes apart what errors.Join joined.
func configErrors(err error) (all []*franceconnect.ConfigError) {
	if e, ok := err.(*franceconnect.ConfigError); ok {
		return []*franceconnect.ConfigError{e}
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			all = append(all, configErrors(err)...)
		}
	}
	return all
}
