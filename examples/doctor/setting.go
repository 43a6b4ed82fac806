package main

import (
	"cmp"
	"errors"
	"flag"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// A portal is what the doctor looks at: the settings of one, and its addresses.
type portal struct {
	config   franceconnect.Config
	problems []*franceconnect.ConfigError // of the variables and of the Config
	client   *franceconnect.Client        // nil if there are problems
	place    place

	url     string   // as in PORTAL_URL
	sites   []string // origins of the portal: PORTAL_URL's, and others
	site    []string // addresses of the page with the button, in each spelling
	granted []string // scopes of the habilitation, if they were given
	editor  string
	page    string // file with the sign-in page

	paths paths
}

// paths are those of the portal; the defaults are the example portal's.
type paths struct{ signIn, login, callback, loggedOut, keys, sector string }

// portalFlags are what no variable says.
func (p *portal) portalFlags(flags *flag.FlagSet) (env *string) {
	for _, f := range []struct {
		at         *string
		name, path string
		what       string
	}{
		{&p.paths.signIn, "connexion", "/connexion", "`chemin` de la page qui porte le bouton / path of the page with the button"},
		{&p.paths.login, "depart", "/franceconnect/login", "`chemin` qui envoie vers FranceConnect / path that sends people to FranceConnect"},
		{&p.paths.callback, "retour", "/franceconnect/callback", "`chemin` de retour de connexion / path of the callback"},
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
		p.sites = append(p.sites, o)
		return nil
	})
	flags.Func("habilitation", "`scopes` accordés, séparés par des espaces / scopes granted, separated by spaces", func(scopes string) error {
		p.granted = append(p.granted, strings.Fields(scopes)...)
		return nil
	})
	flags.StringVar(&p.editor, "editeur", "", "`éditeur` du produit certifié, comme MGDIS / editor of the certified product")
	return flags.String("env", "", "`environnement` à la place de / instead of FRANCECONNECT_ENVIRONMENT")
}

// read reads the variables.
func (p *portal) read(getenv func(string) string, env string) {
	lookup := func(name string) string {
		if name == "FRANCECONNECT_ENVIRONMENT" && env != "" {
			return env
		}
		return getenv(name)
	}
	var err error
	p.config, err = franceconnect.ConfigFromEnv(lookup)
	p.problems = append(p.problems, configErrors(err)...)
	p.place = placeOf(p.config.Environment)

	port := "8080"
	if _, its, err := net.SplitHostPort(getenv("PORTAL_ADDR")); err == nil {
		port = its
	}
	p.url = cmp.Or(getenv("PORTAL_URL"), "http://localhost:"+port)
	own, ok := originOf(p.url)
	if !ok {
		own = p.url // New says what is wrong with it
	}
	p.sites = slices.Insert(p.sites, 0, own)
	p.site = siteOf(p.url, p.paths.signIn, p.editor)
	p.config.RedirectURL = own + p.paths.callback
	if p.paths.loggedOut != "" {
		p.config.PostLogoutRedirectURL = own + p.paths.loggedOut
	}
}

// build makes the client of the settings.
func (p *portal) build(getenv func(string) string) {
	if len(p.config.Keys) == 0 && getenv("FRANCECONNECT_KEYS") == "" {
		p.config.Keys = []franceconnect.Key{franceconnect.NewKey()}
	}
	client, err := franceconnect.New(p.config)
	for _, e := range configErrors(err) {
		if !slices.ContainsFunc(p.problems, func(known *franceconnect.ConfigError) bool { return variable(known) == variable(e) }) {
			p.problems = append(p.problems, e)
		}
	}
	if len(p.problems) == 0 {
		p.client = client
	}
}

// each is an address below every origin of the portal.
func (p *portal) each(path string) []string {
	all := make([]string, len(p.sites))
	for i, s := range p.sites {
		all[i] = s + path
	}
	return all
}

// many tells whether the portal is on several hosts, so that FranceConnect
// wants a sector identifier.
func (p *portal) many() bool {
	return slices.ContainsFunc(p.sites, func(s string) bool { return s != p.sites[0] })
}

// originOf is the beginning of an address, up to the end of the host.
func originOf(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), true
}

// siteOf is the address of the site as the forms want it: the page with the
// button, or the path that the portal is below, without and with a slash at its
// end. On Aiden it is the origin of the users' space, whatever page of it is
// open, and /aides; people meet that page's path in two spellings.
func siteOf(address, signIn, editor string) []string {
	origin, ok := originOf(address)
	if !ok {
		return nil
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil
	}
	at := path.Clean("/" + u.Path)
	for _, aiden := range []string{"/accout-management", "/account-management"} {
		if at == aiden || strings.HasPrefix(at, aiden+"/") {
			at = "/aides"
		}
	}
	switch {
	case strings.EqualFold(editor, "MGDIS"):
		at = "/aides"
	case at == "/":
		return []string{origin + signIn}
	}
	return []string{origin + at, origin + at + "/"}
}

// variables are where the fields of a Config come from.
var variables = map[string]string{
	"Environment": "FRANCECONNECT_ENVIRONMENT", "ClientID": "FRANCECONNECT_CLIENT_ID", "ClientSecret": "FRANCECONNECT_CLIENT_SECRET",
	"Scopes": "FRANCECONNECT_SCOPES", "Level": "FRANCECONNECT_LEVEL", "Keys": "FRANCECONNECT_KEYS",
	"DecryptionKeys": "FRANCECONNECT_DECRYPTION_KEYS", "RedirectURL": "PORTAL_URL", "PostLogoutRedirectURL": "PORTAL_URL",
}

func variable(e *franceconnect.ConfigError) string { return cmp.Or(variables[e.Field], e.Field) }

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
