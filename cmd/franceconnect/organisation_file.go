package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// Where examples/organisations has the page with the button and the way to
// FranceConnect, on each of its portals.
const (
	organisationSignIn = "/"
	organisationLogin  = "/connexion"
)

// readOrganisation reads a file in the format of examples/organisations: the
// name of an organisation, its hosts, the last days of its secret and of its
// habilitation, and below "franceconnect" its settings, which are returned. Any
// other text is the settings themselves.
func (p *portal) readOrganisation(content []byte) []byte {
	fields, wrong := organisationFields(content)
	if fields["name"] == nil && fields["host"] == nil && fields["franceconnect"] == nil {
		return content // and what is wrong with it, FromJSON says
	}
	var name string
	if wrong.English == "" && (json.Unmarshal(fields["name"], &name) != nil || strings.TrimSpace(name) == "") {
		wrong = settings.Problem{Name: "name", Text: text.Of("est absent ou n’est pas un texte", "is missing or is not a text")}
	}
	hosts := organisationHosts(fields["host"])
	if wrong.English == "" && hosts == nil {
		wrong = settings.Problem{Name: "host", Text: text.Of("n’est ni une adresse de la forme aides.ville.fr, ni une liste d’adresses, sans accent ni chemin", "is neither an address such as aides.ville.fr nor a list of them, in ASCII and without a path")}
	}
	if wrong.English == "" && fields["franceconnect"] == nil {
		wrong = settings.Problem{Name: "franceconnect", Text: text.Of("est absent", "is missing")}
	}
	if wrong.English != "" {
		p.addProblem(wrong)
	}
	p.readLastDays(fields)
	if p.registration.organisation == "" {
		p.registration.organisation = strings.TrimSpace(visible(name))
	}
	if hosts != nil {
		p.address = hosts[0] // the others lead there
	}
	if p.paths.login == "" && p.paths.signIn == "" && !p.asksEditor() {
		p.paths.signIn, p.paths.login = organisationSignIn, organisationLogin
	}
	if fields["franceconnect"] == nil {
		p.unreadable = true
		return []byte("{}")
	}
	return fields["franceconnect"]
}

// organisationKeys are those of a file.
var organisationKeys = []string{"name", "host", "client_secret_expires", "habilitation_expires", "franceconnect"}

// organisationFields reads one object. Of a key that is there twice, the portal
// takes neither.
func organisationFields(content []byte) (fields map[string]json.RawMessage, wrong settings.Problem) {
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // of editors on Windows
	if !json.Valid(content) {
		return nil, wrong
	}
	d := json.NewDecoder(bytes.NewReader(content))
	if t, _ := d.Token(); t != json.Delim('{') {
		return nil, wrong
	}
	fields = map[string]json.RawMessage{}
	for d.More() {
		t, _ := d.Token() // it is JSON, as was seen above
		key, _ := t.(string)
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, wrong
		}
		switch {
		case !slices.Contains(organisationKeys, key):
			wrong = settings.Problem{Name: "JSON", Text: text.Of("contient un champ qui n’est aucun de ceux-ci : "+strings.Join(organisationKeys, ", "), "holds a field that is none of these: "+strings.Join(organisationKeys, ", "))}
		case fields[key] != nil:
			wrong = settings.Problem{Name: key, Text: text.Of("est écrit deux fois", "is written twice")}
		}
		fields[key] = value
	}
	return fields, wrong
}

// organisationHosts returns the addresses of one host or several, or nil if one
// is wrong.
func organisationHosts(value json.RawMessage) (addresses []string) {
	var list []string
	if json.Unmarshal(value, &list) != nil {
		list = make([]string, 1)
		if json.Unmarshal(value, &list[0]) != nil {
			return nil
		}
	}
	for _, host := range list {
		host = strings.ToLower(strings.TrimSpace(host))
		host = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(host, "https://"), "http://"), "/")
		u, err := url.Parse("https://" + host)
		if err != nil || u.Host != host || u.Hostname() == "" || strings.HasSuffix(host, ":") ||
			strings.ContainsFunc(host, func(r rune) bool {
				return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-.:[]", r)
			}) {
			return nil
		}
		scheme, port := "https://", ":443"
		if isLoopback(u.Hostname()) {
			scheme, port = "http://", ":80"
		}
		addresses = append(addresses, scheme+strings.TrimSuffix(host, port))
	}
	return addresses
}
