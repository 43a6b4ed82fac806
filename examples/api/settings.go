package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// settings are what the environment's variables say: those that
// franceconnect.ConfigFromEnv reads, and
//
//	PORTAL_ADDR                where to listen; default 127.0.0.1:8080
//	PORTAL_URL                 the address that people know; default http://localhost and the port
//	API_PARTICULIER_URL        such as https://staging.particulier.api.gouv.fr
//	API_PARTICULIER_RECIPIENT  SIRET of who the data is for: the town, not whoever runs its portal
//	API_PARTICULIER_SCOPES     the data to ask for, separated by spaces; default: what the pages show
//	API_PARTICULIER_BAD_DAY    of the simulator: a name in particulier.json, such as muet
//
// Without FRANCECONNECT_ENVIRONMENT there are simulators of both FranceConnect
// and API Particulier. One alone would not do: API Particulier asks FranceConnect
// about each token.
//
// Two callbacks are registered at FranceConnect: PORTAL_URL with
// /franceconnect/callback, and with /franceconnect/donnees/callback. The client
// has the right to identite_pivot, by which data providers know a person, and to
// the scopes of the data.
type settings struct {
	url      string
	config   franceconnect.Config
	api      *api
	listener net.Listener
	mocks    *mocks   // nil with a FranceConnect
	notices  []string // for the person who starts the portal
}

// readSettings reads the variables, and goes on after a wrong one, so that all
// of them are told at once. It listens already; close undoes it, whatever the
// error.
func readSettings(getenv func(string) string, log *slog.Logger) (s settings, err error) {
	var problems []error
	wrong := func(variable, french, english string) {
		problems = append(problems, &franceconnect.ConfigError{Field: variable, French: french, English: english})
	}
	port := "8080"
	if s.listener, err = net.Listen("tcp", cmp.Or(getenv("PORTAL_ADDR"), "127.0.0.1:"+port)); err != nil {
		wrong("PORTAL_ADDR", "n’est pas une adresse libre de cette machine, de la forme 127.0.0.1:8080", "cannot be listened on: "+err.Error())
	} else {
		_, port, _ = net.SplitHostPort(s.listener.Addr().String())
	}
	s.url = cmp.Or(getenv("PORTAL_URL"), "http://localhost:"+port)
	if !isOrigin(s.url) {
		wrong("PORTAL_URL", "n’est pas de la forme https://aides.example.fr, sans chemin", "is not of the form https://aides.example.fr, without a path")
	}
	dataScopes := strings.Fields(getenv("API_PARTICULIER_SCOPES"))
	if len(dataScopes) == 0 {
		dataScopes = defaultDataScopes
	}
	day, ok := findBadDay(getenv("API_PARTICULIER_BAD_DAY"))
	if !ok && getenv("API_PARTICULIER_BAD_DAY") != "" {
		wrong("API_PARTICULIER_BAD_DAY", "n’est pas un nom de particulier.json", "is no name in particulier.json")
	}
	if getenv("FRANCECONNECT_ENVIRONMENT") == "" && getenv("FRANCECONNECT_ENABLED") != "false" {
		switch {
		case getenv("API_PARTICULIER_URL") != "":
			wrong("API_PARTICULIER_URL", "demande FRANCECONNECT_ENVIRONMENT aussi\u00a0: l’API ne connaît pas les jetons du simulateur", "wants FRANCECONNECT_ENVIRONMENT too: the API does not know the simulator’s tokens")
		case !onThisMachine(s.url):
			wrong("FRANCECONNECT_ENVIRONMENT", "est absent, et le simulateur ne sert qu’un portail de cette machine (PORTAL_URL en localhost)", "is missing, and the simulator serves a portal on this machine only (PORTAL_URL on localhost)")
		default:
			if s.mocks, err = startMocks(s.url, dataScopes, day); err != nil {
				wrong("FRANCECONNECT_ENVIRONMENT", "est absent, et le simulateur n’a pas pu démarrer", "is missing, and the simulator could not start: "+err.Error())
				break
			}
			getenv = s.mocks.env(getenv)
			s.notices = append(s.notices, "Ni FranceConnect ni API Particulier\u00a0: des simulateurs les remplacent tant que FRANCECONNECT_ENVIRONMENT est absent. / Neither FranceConnect nor API Particulier: simulators stand in for them while FRANCECONNECT_ENVIRONMENT is missing.")
		}
		if s.mocks == nil {
			return s, errors.Join(problems...)
		}
	}
	if s.config, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", getenv); err != nil {
		problems = append(problems, err)
	}
	if len(s.config.Scopes) == 0 {
		s.config.Scopes = []string{"identite_pivot", "preferred_username"}
	}
	if len(s.config.CookieKeys) == 0 && getenv("FRANCECONNECT_COOKIE_KEYS") == "" {
		s.config.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
		s.notices = append(s.notices, "FRANCECONNECT_COOKIE_KEYS est absent\u00a0: une clé neuve sert jusqu’à l’arrêt. / FRANCECONNECT_COOKIE_KEYS is missing: a fresh key is used until the portal stops.")
	}
	s.api = &api{origin: getenv("API_PARTICULIER_URL"), recipient: getenv("API_PARTICULIER_RECIPIENT"), scopes: dataScopes, patience: patience, log: log}
	if !s.config.Disabled && !isOrigin(s.api.origin) {
		wrong("API_PARTICULIER_URL", "n’est pas de la forme https://particulier.api.gouv.fr, sans chemin", "is not of the form https://particulier.api.gouv.fr, without a path")
	}
	if !s.config.Disabled && !validSIRET(s.api.recipient) {
		wrong("API_PARTICULIER_RECIPIENT", "n’est pas un SIRET\u00a0: 14 chiffres, ceux de la collectivité qui reçoit les données", "is not a SIRET: the 14 digits of the organisation that the data is for")
	}
	if e := s.config.Environment; e != nil {
		s.notices = append(s.notices, scopeWarnings(dataScopes, string(e.Parts().Platform))...)
	}
	return s, errors.Join(problems...)
}

func (s settings) close() {
	if s.listener != nil {
		s.listener.Close()
	}
	if s.mocks != nil {
		s.mocks.close()
	}
}

// complain writes what is wrong with the settings, a line for each, in French
// and in English.
func complain(w io.Writer, err error) {
	all := franceconnect.ConfigErrors(err)
	if len(all) == 0 {
		fmt.Fprintln(w, err)
	}
	for _, e := range all {
		fmt.Fprintf(w, "%s %s / %[1]s %[3]s\n", e.Field, e.French, e.English)
	}
}

// isOrigin reports whether an address is https://host, or http on this machine.
func isOrigin(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && address == u.Scheme+"://"+u.Host &&
		(u.Scheme == "https" || u.Scheme == "http" && onThisMachine(address))
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
