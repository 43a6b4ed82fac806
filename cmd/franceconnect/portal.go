package main

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A portal is what the program looks at: the settings of one, and its addresses.
type portal struct {
	config      franceconnect.Config
	problems    []*franceconnect.ConfigError // of the variables and of the Config
	client      *franceconnect.Client        // nil if there are problems
	environment environment

	environmentName string // instead of the one in the settings

	givenURL      string   // instead of PORTAL_URL
	url           string   // as in PORTAL_URL; empty if nobody gave that of a product
	origins       []string // origins of the portal: PORTAL_URL's, and others
	siteURL       string   // address of the site, as the forms want it
	grantedScopes []string // scopes of the habilitation, if they were given
	askedScopes   bool     // those of the running portal were compared with them
	registration  registration
	product       product

	pageFile, cssFile string // files with the sign-in page and its style
	hintFile          string // file with an ID token
	module            string // program that tries the keys held elsewhere, and its arguments
	background        string // colour below the button, if it was given

	disabled bool // by FRANCECONNECT_ENABLED

	file       string            // with the settings as JSON, instead of the variables
	content    []byte            // of it, if it is known already
	secrets    string            // folder of the files that it names
	unreadable bool              // the file has no settings in it
	address    string            // of the portal, if the file says it
	cells      map[string]string // where settings are written in a list of towns, by key
	lastDays   []lastDay         // that the file says
	elsewhere  map[string]bool   // checks of what is not here to be looked at

	publicKeys []publicKey // of the decryption keys, as the library publishes them

	plus             bool                // the variables are those of FranceConnect+ beside another
	otherEnvironment environment         // that other one; empty if there is none
	getenv           func(string) string // of this client

	paths paths
}

// options returns the options of what no variable says.
func (p *portal) options(stdin io.Reader) []option {
	p.paths = paths{keys: "/franceconnect/jwks.json", sector: "/franceconnect/secteur.json"}
	path, file := text.Of("chemin", "path"), text.Of("fichier", "file")
	all := []option{
		{
			name: "env", value: text.Of("environnement", "environment"), usage: text.Of("à la place de FRANCECONNECT_ENVIRONMENT", "instead of FRANCECONNECT_ENVIRONMENT"),
			suggest: presetNames(), set: func(name string) text.Text { p.environmentName = name; return text.Text{} },
		},
		textOption("portail", &p.givenURL, text.Of("adresse", "address"), text.Of("celle du portail, à la place de PORTAL_URL", "that of the portal, instead of PORTAL_URL")),
		switchOption("plus", &p.plus, text.Of("lit les variables FRANCECONNECT_PLUS_…, de FranceConnect+ à côté d’un autre", "reads the variables FRANCECONNECT_PLUS_…, of FranceConnect+ beside another")),
		pathOption("reglages", &p.file, file, text.Of("JSON des réglages, ou fichier d’une ville d’examples/organisations, au lieu des variables", "JSON file with the settings, or the file of a town of examples/organisations, instead of the variables")),
		pathOption("secrets", &p.secrets, text.Of("dossier", "folder"), text.Of("celui des fichiers que -reglages nomme ; sans lui, celui des réglages", "that of the files that -reglages names; without it, the one of the settings")),
		textOption("connexion", &p.paths.signIn, path, text.Of("page qui porte le bouton ; celle du portail d’exemple est "+exampleSignIn, "page with the button; the example portal’s is "+exampleSignIn)),
		textOption("depart", &p.paths.login, path, text.Of("envoie vers FranceConnect ; celui du portail d’exemple est "+exampleLogin, "sends people to FranceConnect; the example portal’s is "+exampleLogin)),
		textOption("retour", &p.paths.callback, path, text.Of("retour de connexion ; celui du portail d’exemple est "+exampleCallback, "callback; the example portal’s is "+exampleCallback)),
		{
			name: "deconnexion", value: path, usage: text.Of("retour de déconnexion ; celui du portail d’exemple est "+exampleLoggedOut, "return after logout; the example portal’s is "+exampleLoggedOut),
			set: func(path string) text.Text {
				p.paths.loggedOut, p.paths.saidLoggedOut = path, true
				return text.Text{}
			},
		},
		textOption("jwks", &p.paths.keys, path, text.Of("clés publiques", "public keys")),
		textOption("secteur", &p.paths.sector, path, text.Of("identifiant de secteur", "sector identifier")),
		{
			name: "aussi", value: text.Of("adresse", "address"), usage: text.Of("une autre du même portail, répétable", "another one of the portal, repeatable"),
			set: func(address string) text.Text {
				o, ok := originOf(withScheme(address))
				if !ok {
					return text.Of("-aussi "+address+" : ce n’est pas une adresse de la forme https://…", "-aussi "+address+": this is not an address such as https://…")
				}
				p.origins = append(p.origins, o)
				return text.Text{}
			},
		},
		{
			name: "habilitation", value: text.Of("scopes", "scopes"), usage: text.Of("ceux qui sont accordés, séparés par des espaces", "those that are granted, separated by spaces"),
			set: func(names string) text.Text {
				p.grantedScopes = append(p.grantedScopes, strings.Fields(names)...)
				return text.Text{}
			},
		},
	}
	all = append(all, p.product.options(stdin)...)
	all = append(all, option{
		name: "fond", value: text.Of("couleur", "colour"), usage: text.Of("fond de la page sous le bouton, de la forme 1e1e1e : dit lequel des deux boutons s’y voit", "background of the page below the button, such as 1e1e1e: says which of the two buttons is seen there"),
		set: p.setBackground,
	})
	return append(all, p.registration.options()...)
}

// readSettings reads the settings and computes the addresses.
func (p *portal) readSettings(getenv func(string) string) {
	own := p.getenvOfClient(getenv)
	p.getenv = func(name string) string {
		if name == "FRANCECONNECT_ENVIRONMENT" && p.environmentName != "" {
			return p.environmentName
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
	p.url = withScheme(cmp.Or(p.givenURL, p.address, getenv("PORTAL_URL"), registered))
	if p.url == "" && !p.asksEditor() {
		p.url = "http://localhost:" + port
	}
	origin, ok := originOf(p.url)
	if !ok {
		origin = p.url // New says what is wrong with it
	}
	p.origins = slices.Insert(p.origins, 0, origin)
	p.choosePaths()
	p.siteURL = p.siteOf(p.url)
	p.paths.signIn = cmp.Or(p.paths.signIn, strings.TrimPrefix(p.siteURL, origin))
	p.reconcile(&p.config.RedirectURL, &p.paths.callback, origin)
	if p.paths.loggedOut != "" || !p.paths.saidLoggedOut {
		p.reconcile(&p.config.PostLogoutRedirectURL, &p.paths.loggedOut, origin)
	}
	if len(p.config.Scopes) == 0 && p.product.profile != nil {
		p.config.Scopes = p.product.profile.Scopes
	}
}

// readConfig reads what the library reads. What is switched off is looked at all
// the same: it is to be switched on one day. Of a file that cannot be read at
// all, that is all there is to say.
func (p *portal) readConfig() {
	if p.unreadable {
		return
	}
	config, err := franceconnect.ConfigFromEnv(prefix, p.getenv)
	if p.disabled = config.Disabled; p.disabled {
		config, err = franceconnect.ConfigFromEnv(prefix, func(name string) string {
			if name == "FRANCECONNECT_ENABLED" {
				return ""
			}
			return p.getenv(name)
		})
	}
	p.config, p.environment = config, environmentOf(config.Environment)
	p.problems = append(p.problems, franceconnect.ConfigErrors(err)...)
	if set, problem := settings.FranceConnect.FromEnv(prefix, p.getenv).KeySet("decryption_keys"); problem == nil {
		p.publicKeys = publicKeysOf(set)
	}
}

// buildClient makes the client of the settings, and notes what New says of them.
func (p *portal) buildClient() {
	if p.unreadable || p.asksEditor() && p.config.RedirectURL == "" {
		return
	}
	if len(p.config.CookieKeys) == 0 && p.getenv("FRANCECONNECT_COOKIE_KEYS") == "" {
		p.config.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
	}
	if p.elsewhere["client-secret"] {
		p.config.ClientSecret = franceconnect.Secret(strings.Repeat("0", 64)) // which is sent nowhere
	}
	if p.elsewhere["direct"] {
		p.config.Direct = nil
	}
	if p.elsewhere["decryption-keys"] {
		if private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
			key, _ := franceconnect.NewDecryptionKey("elsewhere", "ECDH-ES", private) // New says what is wrong with it
			p.config.DecryptionKeys = []franceconnect.DecryptionKey{key}
		}
	}
	client, err := franceconnect.New(p.config)
	for _, e := range franceconnect.ConfigErrors(err) {
		if !slices.ContainsFunc(p.problems, func(known *franceconnect.ConfigError) bool { return p.variableOf(known) == p.variableOf(e) }) {
			p.problems = append(p.problems, e)
		}
	}
	if len(p.problems) == 0 {
		p.client = client
	}
}

// keptElsewhere notes that what a check is about is not here: it is not looked
// at, and is no fault.
func (p *portal) keptElsewhere(check string) {
	if p.elsewhere == nil {
		p.elsewhere = map[string]bool{}
	}
	p.elsewhere[check] = true
}

// isPlaced reports whether the settings say where the portal is.
func (p *portal) isPlaced() bool {
	return p.address != "" || !p.unreadable && p.getenv("FRANCECONNECT_REDIRECT_URL") != ""
}

// variableOf returns the variable that an error is about, by the name that the
// library knows it by.
func (p *portal) variableOf(e *franceconnect.ConfigError) string {
	variable := e.Field
	if key := settings.KeyOf(e.Field); key != "" {
		variable = prefix + strings.ToUpper(key)
	}
	if (e.Field == "RedirectURL" || e.Field == "PostLogoutRedirectURL") && p.getenv(variable) == "" {
		return "PORTAL_URL" // they were made of it
	}
	return variable
}
