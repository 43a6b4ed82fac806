package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// settings are what the environment's variables say: those that
// franceconnect.ConfigFromEnv reads, and two of the portal's own.
//
//	PORTAL_ADDR   where to listen; default 127.0.0.1:8080
//	PORTAL_URL    the address that people know; default http://localhost and the port
//
// Without FRANCECONNECT_ENVIRONMENT there is a simulator; FRANCECONNECT_PLATFORM
// says which FranceConnect it is: v2, plus or v1.
//
// A portal of FranceConnect can have FranceConnect+ beside it, as a client of
// its own, for the pages that want a stronger proof of identity. Its variables
// have the same names with PLUS in them: FRANCECONNECT_PLUS_ENVIRONMENT,
// FRANCECONNECT_PLUS_CLIENT_ID, FRANCECONNECT_PLUS_DECRYPTION_KEYS and so on;
// there is no platform to say, and FRANCECONNECT_PLUS_COOKIE_KEYS is FRANCECONNECT_COOKIE_KEYS
// if it is not set. Without FRANCECONNECT_PLUS_ENVIRONMENT it has none, and
// beside a simulator another simulator.
//
// Agents sign in with ProConnect if PROCONNECT_ENVIRONMENT and what goes with it are
// set (see proconnect.ConfigFromEnv; the cookie keys are those of FranceConnect if there
// are none), and beside a simulator at another simulator.
//
// So that a person is found to be the same on both sides, FRANCECONNECT_SCOPES
// has identite_pivot, as it has unless it is set, and the client at
// FranceConnect+ has the right to rnipp_identite_pivot.
type settings struct {
	url      string
	config   franceconnect.Config
	plus     *franceconnect.Config // of FranceConnect+ beside it, if there is one
	agents   *proconnect.Config    // of the other door, if there is one
	listener net.Listener
	mocks    []*mock  // of each FranceConnect that was not named
	notices  []string // for the person who starts the portal
}

// defaultScopes are what the pages of this portal show.
var defaultScopes = []string{"identite_pivot", "preferred_username", "email"}

// agentScopes are what the page of agents shows.
var agentScopes = []string{"given_name", "usual_name", "siret", "organizational_unit"}

// readSettings reads the variables, and goes on after a wrong one, so that all
// of them are told at once. It listens already, since with port 0 the address
// is not known before; close undoes it, whatever the error.
func readSettings(getenv func(string) string) (s settings, err error) {
	port := "8080"
	var problems []error
	wrong := func(variable, french, english string) {
		problems = append(problems, &franceconnect.ConfigError{Field: variable, French: french, English: english})
	}
	if s.listener, err = net.Listen("tcp", cmp.Or(getenv("PORTAL_ADDR"), "127.0.0.1:"+port)); err != nil {
		wrong("PORTAL_ADDR", "n’est pas une adresse libre de cette machine, de la forme 127.0.0.1:8080", "cannot be listened on: "+err.Error())
	} else {
		_, port, _ = net.SplitHostPort(s.listener.Addr().String())
	}
	s.url = strings.TrimSuffix(cmp.Or(getenv("PORTAL_URL"), "http://localhost:"+port), "/")
	if u, err := url.Parse(s.url); err == nil && (u.Path != "" || u.RawQuery != "" || u.Fragment != "") {
		wrong("PORTAL_URL", "a un chemin, alors que ce portail est à la racine de son site : https://aides.example.fr",
			"has a path, but this portal is at the root of its site: https://aides.example.fr")
	}
	simulated := getenv("FRANCECONNECT_ENVIRONMENT") == ""
	s.config, err = s.readClient(prefix, getenv, callbackPath)
	problems = append(problems, err)
	if len(s.config.Scopes) == 0 {
		s.config.Scopes = defaultScopes
	}
	if getenv("FRANCECONNECT_COOKIE_KEYS") == "" {
		s.config.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
		s.notices = append(s.notices, "FRANCECONNECT_COOKIE_KEYS est absent : une clé neuve sert jusqu’à l’arrêt ; qui se connecte pendant un redémarrage recommence. / FRANCECONNECT_COOKIE_KEYS is missing: a fresh key is used until the portal stops; who signs in during a restart starts again.")
	}
	named := getenv("FRANCECONNECT_PLUS_ENVIRONMENT") != ""
	switch {
	case named && isPlus(s.config.Environment):
		wrong("FRANCECONNECT_PLUS_ENVIRONMENT", "est de trop : FRANCECONNECT_ENVIRONMENT est déjà FranceConnect+", "is of no use: FRANCECONNECT_ENVIRONMENT is FranceConnect+ already")
	case named || simulated && !isPlus(s.config.Environment) && s.config.Environment != nil:
		plus, err := s.readClient(plusPrefix, onPlus(getenv), plusCallbackPath)
		if len(plus.CookieKeys) == 0 {
			plus.CookieKeys = s.config.CookieKeys
		}
		s.plus = &plus
		problems = append(problems, err)
	}
	if simulated || getenv(agentsPrefix+"ENVIRONMENT") != "" {
		agents, err := s.readAgents(getenv)
		if len(agents.CookieKeys) == 0 {
			agents.CookieKeys = s.config.CookieKeys
		}
		s.agents = &agents
		problems = append(problems, err)
	}
	if len(s.mocks) > 0 {
		s.notices = append(s.notices, "Ceci n’est pas FranceConnect : un simulateur le remplace tant que FRANCECONNECT_ENVIRONMENT est absent. / This is not FranceConnect: a simulator stands in for it while FRANCECONNECT_ENVIRONMENT is missing.")
	}
	s.noticeClientID(prefix, s.config)
	if s.plus != nil {
		s.noticeClientID(plusPrefix, *s.plus)
	}
	return s, errors.Join(problems...)
}

var hex64 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// noticeClientID says of a client id what its length was, if it has not the form
// of those that FranceConnect gives: one that was cut is an error page for the first
// person only. It refuses nothing, since the form is not promised; that of v1
// is not known.
func (s *settings) noticeClientID(prefix string, c franceconnect.Config) {
	if c.Disabled || c.ClientID == "" || c.Environment == nil || c.Environment.Parts().Platform == franceconnect.V1 || hex64.MatchString(c.ClientID) {
		return
	}
	s.notices = append(s.notices, fmt.Sprintf("%[1]sCLIENT_ID n’a pas la forme habituelle, 64 chiffres hexadécimaux : longueur vue, %[2]d. Comparez-le avec celui que vous avez reçu. / %[1]sCLIENT_ID does not have the usual form, 64 hexadecimal digits: length seen, %[2]d. Compare it with the one that you were given.", prefix, utf8.RuneCountInString(c.ClientID)))
}

// readClient reads what is agreed on with one FranceConnect. If none is named,
// it starts a simulator, with which everything is agreed.
func (s *settings) readClient(prefix string, getenv func(string) string, callback string) (franceconnect.Config, error) {
	simulated := getenv(prefix+"ENVIRONMENT") == ""
	if simulated {
		m, err := startMock(prefix, getenv, s.url, callback)
		if err != nil {
			return franceconnect.Config{}, err
		}
		s.mocks = append(s.mocks, m)
		getenv = m.env(prefix, getenv)
	}
	config, err := franceconnect.ConfigFromEnv(prefix, getenv)
	if err == nil && simulated && isPlus(config.Environment) && len(config.DecryptionKeys) == 0 {
		config.DecryptionKeys, err = drawKeys()
	}
	return config, err
}

// readAgents reads what is agreed on with ProConnect, in the same way.
func (s *settings) readAgents(getenv func(string) string) (proconnect.Config, error) {
	if getenv(agentsPrefix+"ENVIRONMENT") == "" {
		m, err := startMock(agentsPrefix, func(string) string { return string(mockidp.ProConnect) }, s.url, agentCallbackPath)
		if err != nil {
			return proconnect.Config{}, err
		}
		s.mocks = append(s.mocks, m)
		getenv = m.env(agentsPrefix, getenv)
	}
	config, err := proconnect.ConfigFromEnv(agentsPrefix, getenv)
	if len(config.Scopes) == 0 {
		config.Scopes = agentScopes
	}
	return config, err
}

func (s settings) close() {
	if s.listener != nil {
		s.listener.Close()
	}
	for _, m := range s.mocks {
		m.listener.Close()
	}
}

// variables are where the fields of a Config come from here, without the prefix.
var variables = map[string]string{
	"Environment":      "ENVIRONMENT",
	"ClientID":         "CLIENT_ID",
	"ClientSecret":     "CLIENT_SECRET",
	"NextClientSecret": "NEXT_CLIENT_SECRET",
	"Scopes":           "SCOPES",
	"Level":            "LEVEL",
	"ButtonText":       "TEXT",
	"HomePath":         "HOME_PATH",
	"CookieKeys":       "COOKIE_KEYS",
	"DecryptionKeys":   "DECRYPTION_KEYS",
	"Assurance":        "ASSURANCE",
	"Direct.Keys":      "DIRECT_KEYS",
	"Direct.Algorithm": "DIRECT_ALGORITHM",

	"Direct.DestinationClaim": "DIRECT_CLAIM",
}

// complain writes what is wrong with the settings: one line for a variable, in
// French and in English.
func complain(w io.Writer, err error) {
	all := franceconnect.ConfigErrors(err)
	if len(all) == 0 {
		fmt.Fprintln(w, err)
	}
	said := map[string]bool{}
	for _, e := range all {
		if !said[e.Field] {
			fmt.Fprintln(w, e.Field, e.French, "/", e.Field, e.English)
			said[e.Field] = true
		}
	}
}

// onThisMachine reports whether an address can only be opened from this machine.
func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
