package main

import (
	"fmt"
	"slices"
	"strings"
)

// titles are what people call the checks; programs have their words.
var titles = map[string]text{
	"environment": {"environnement", "environment"}, "cookie-keys": {"clés des cookies", "cookie keys"}, "decryption-keys": {"clés de déchiffrement", "decryption keys"},
	"client-id": {"identifiant client", "client id"}, "client-secret": {"secret client", "client secret"}, "leaks": {"fuite du secret", "leak of the secret"},
	"logout-url": {"adresse de déconnexion", "logout URL"}, "addresses": {"adresses", "addresses"}, "sector": {"identifiant de secteur", "sector identifier"},
	"scopes": {"scopes", "scopes"}, "level": {"niveau eIDAS", "eIDAS level"}, "purpose": {"production ou essai", "production or test"},
	"enabled": {"activation", "switch"}, "swapped": {"clients confondus", "clients mixed up"}, "algorithm": {"algorithme de signature", "signature algorithm"},
	"siret": {"SIRET", "SIRET"}, "organisation": {"nom de l’organisme", "name of the organisation"}, "body": {"droit à FranceConnect", "right to FranceConnect"},
	"request": {"demande à FranceConnect", "request to FranceConnect"}, "datapass": {"numéro DataPass", "DataPass number"}, "mobile": {"téléphone portable", "mobile phone"}, "contact": {"contact technique", "technical contact"},
	"button": {"bouton", "button"}, "look": {"aspect du bouton", "look of the button"}, "other-way": {"autre connexion", "other sign-in"}, "cookies": {"cookies", "cookies"},
	"connection": {"connexion réseau", "network connection"}, "dns": {"DNS", "DNS"}, "proxy": {"mandataire", "proxy"}, "tls": {"TLS", "TLS"}, "clock": {"horloge", "clock"},
	"discovery": {"découverte", "discovery"}, "keys": {"clés de FranceConnect", "FranceConnect’s keys"}, "authorize": {"inscription du client", "client registration"},
	"token": {"vérification du secret", "check of the secret"}, "logout": {"déconnexion de FranceConnect", "FranceConnect’s logout"},
	"sign-in-page": {"page de connexion", "sign-in page"}, "headers": {"en-têtes", "headers"}, "login": {"départ vers FranceConnect", "way to FranceConnect"},
	"callback": {"retour de connexion", "callback"}, "logged-out": {"retour de déconnexion", "return from logout"}, "published-keys": {"clés publiées", "published keys"},
}

// A verdict is what a check comes to.
type verdict string

const (
	good    verdict = "ok"
	warning verdict = "warning" // it works, and should not stay so
	bad     verdict = "failed"
	skipped verdict = "skipped" // another check failed before, or there is nothing to check
)

// A side is whose a failure is.
type side string

const (
	ofPortal        side = "portal"
	ofFranceConnect side = "franceconnect"
	ofNetwork       side = "network"
	ofRegistration  side = "registration"
)

var sideNames = map[side]text{
	ofPortal:        {"portail", "portal"},
	ofFranceConnect: {"FranceConnect", "FranceConnect"},
	ofNetwork:       {"réseau", "network"},
	ofRegistration:  {"inscription", "registration"},
}

// A finding is what one check found.
type finding struct {
	check   string // a stable word: "redirect-url"
	verdict verdict
	side    side
	what    text
	action  text   // what to do; empty if nothing
	form    string // where, if it is on a form
}

// findings gathers them in order.
type findings []finding

func (f *findings) ok(check string, what text) {
	*f = append(*f, finding{check: check, verdict: good, what: what})
}

func (f *findings) skip(check string, what text) {
	*f = append(*f, finding{check: check, verdict: skipped, what: what})
}

func (f *findings) warn(check string, s side, what, action text) *finding {
	*f = append(*f, finding{check: check, verdict: warning, side: s, what: what, action: action})
	return &(*f)[len(*f)-1]
}

func (f *findings) fail(check string, s side, what, action text) *finding {
	*f = append(*f, finding{check: check, verdict: bad, side: s, what: what, action: action})
	return &(*f)[len(*f)-1]
}

// any tells whether there is a verdict among them.
func (f findings) any(v verdict) bool {
	for _, one := range f {
		if one.verdict == v {
			return true
		}
	}
	return false
}

// A told finding is one in a language, for programs.
type told struct {
	Check   string  `json:"check"`
	Verdict verdict `json:"verdict"`
	Whose   side    `json:"whose,omitempty"`
	What    string  `json:"what"`
	Action  string  `json:"action,omitempty"`
	Form    string  `json:"form,omitempty"`
}

func (f findings) told(d *doctor) []told {
	all := make([]told, len(f))
	for i, one := range f {
		all[i] = told{one.check, one.verdict, one.side, d.say(one.what), d.say(one.action), one.form}
	}
	return all
}

// marks are read without colour too.
var marks = map[verdict]struct {
	sign   string
	colour colour
	name   text
}{
	good:    {"✓", green, text{"bon", "good"}},
	warning: {"!", yellow, text{"attention", "warning"}},
	bad:     {"✗", red, text{"échec", "failed"}},
	skipped: {"–", dim, text{"non vérifié", "not checked"}},
}

// A group is what the findings up to one are about.
type group struct {
	title text
	end   int
}

// print writes them for reading.
func (f findings) print(d *doctor, groups []group) {
	from := 0
	for _, g := range groups {
		fmt.Fprintln(d.out, d.paint(bold, d.say(g.title)))
		for _, one := range f[from:g.end] {
			one.print(d)
		}
		fmt.Fprintln(d.out)
		from = g.end
	}
	count := map[verdict]int{}
	var failures []string
	for _, one := range f {
		if name := d.say(titles[one.check]); one.verdict == bad && !slices.Contains(failures, name) {
			failures = append(failures, name)
		}
		count[one.verdict]++
	}
	var sums []string
	for _, v := range []verdict{good, warning, bad, skipped} {
		if count[v] > 0 {
			sums = append(sums, fmt.Sprintf("%s%s%d", d.say(marks[v].name), d.say(text{" : ", ": "}), count[v]))
		}
	}
	fmt.Fprintln(d.out, strings.Join(sums, ", "))
	if len(failures) > 0 {
		fmt.Fprintln(d.out, d.paint(red, d.say(text{"À corriger d’abord : ", "To be corrected first: "})+strings.Join(failures, ", ")))
	}
}

func (one finding) print(d *doctor) {
	m := marks[one.verdict]
	head := d.paint(m.colour, m.sign) + " " + d.say(titles[one.check]) + d.say(text{" : ", ": "}) + d.say(one.what)
	if one.side != "" {
		head += " [" + d.say(sideNames[one.side]) + "]"
	}
	fmt.Fprintln(d.out, head)
	for _, line := range []string{d.say(one.action), one.form} {
		if line != "" {
			fmt.Fprintln(d.out, "    → "+line)
		}
	}
}
