package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/franceconnect-go/franceconnect"
)

// The addresses of a portal, below its host. A file can have other ones for the
// first two: those that were registered at FranceConnect before.
const (
	callbackPath  = "/franceconnect/callback"
	loggedOutPath = "/franceconnect/logout"
	keysPath      = "/franceconnect/jwks.json" // on FranceConnect+
)

// settings are what one file says.
type settings struct {
	name    string   // of the organisation, for people
	hosts   []string // as browsers name them; people are brought to the first
	url     string   // https://, or http:// on this machine, and the first host
	config  franceconnect.Config
	expires expiries

	callback, loggedOut string // the paths of its addresses at FranceConnect
}

// ownFields are those of a file.
var ownFields = []string{"name", "host", "client_secret_expires", "habilitation_expires", "franceconnect"}

// A complaint is one thing that is wrong with a file, in whole sentences.
type complaint struct{ french, english string }

func (c complaint) Error() string { return c.english }

// complaints are all that is wrong with a file.
type complaints []complaint

func (c complaints) Error() string {
	var all []string
	for _, one := range c {
		all = append(all, one.english)
	}
	return strings.Join(all, " ")
}

// orNil returns the complaints as an error, or nil if there is none.
func (c complaints) orNil() error {
	if len(c) == 0 {
		return nil
	}
	return c
}

// complaintsOf returns what an administrator is told about an error: of the
// library's, a complaint for each field.
func complaintsOf(err error) complaints {
	switch err := err.(type) {
	case complaint:
		return complaints{err}
	case complaints:
		return err
	}
	var all complaints
	for _, field := range franceconnect.ConfigErrors(err) {
		french, english := franceconnect.OperatorAdvice(field)
		all = append(all, complaint{french, english})
	}
	if all == nil {
		french, english := franceconnect.OperatorAdvice(err)
		all = complaints{{french, english}}
	}
	return all
}

// readSettings reads the JSON of a file, which may name files of secrets. With an
// error, name and hosts are what could be read of them.
func readSettings(text []byte, secrets fs.FS) (s settings, err error) {
	if !utf8.Valid(text) {
		return s, complaint{"Le fichier n’est pas en UTF-8\u00a0: enregistrez-le dans cet encodage.", "The file is not UTF-8: save it in that encoding."}
	}
	fields, err := object(text)
	if err != nil {
		return s, err
	}
	var wrong complaints
	for key := range fields {
		if !slices.Contains(ownFields, key) {
			names := strings.Join(ownFields, ", ")
			wrong = append(wrong, complaint{"Un champ n’est aucun de ceux-ci\u00a0: " + names + ".", "A field is none of these: " + names + "."})
			break
		}
	}
	wrong = append(wrong, s.expires.read(fields)...)
	if json.Unmarshal(fields["name"], &s.name) != nil || strings.TrimSpace(s.name) == "" {
		wrong = append(wrong, complaint{"Le champ «\u00a0Nom de l’organisation\u00a0» (name) est absent ou n’est pas un texte.", "The field “Name of the organisation” (name) is missing or is not a text."})
	}
	if s.hosts = readHosts(fields["host"]); s.hosts != nil {
		s.url = scheme(s.hosts[0]) + s.hosts[0]
	} else {
		wrong = append(wrong, complaint{"Le champ «\u00a0Adresse du portail\u00a0» (host) n’est ni une adresse de la forme aides.ville.fr, ni une liste d’adresses, sans accent ni chemin.", "The field “Address of the portal” (host) is neither an address such as aides.ville.fr nor a list of them, in ASCII and without a path."})
	}
	if fields["franceconnect"] == nil {
		return s, append(wrong, complaint{"Le champ «\u00a0FranceConnect\u00a0» (franceconnect) est absent.", "The field “FranceConnect” (franceconnect) is missing."})
	}
	if s.config, err = franceconnect.ConfigFromJSON(fields["franceconnect"], secrets); err != nil {
		wrong = append(wrong, complaintsOf(err)...)
	}
	s.callback, s.loggedOut = callbackPath, loggedOutPath
	if len(wrong) == 0 && !s.config.Disabled {
		wrong = s.readAddresses()
	}
	return s, wrong.orNil()
}

// object reads one JSON object, each key once. A name for whom the last one
// counts, as encoding/json has it, is a setting that is not the one seen.
func object(text []byte) (map[string]json.RawMessage, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // of editors on Windows
	d := json.NewDecoder(bytes.NewReader(text))
	malformed := func() error {
		line := strconv.Itoa(1 + bytes.Count(text[:min(d.InputOffset(), int64(len(text)))], []byte("\n")))
		return complaint{"Le fichier n’est pas un seul objet JSON, {\u00a0…\u00a0}, bien formé\u00a0: voyez à partir de la ligne " + line + ".",
			"The file is not one well-formed JSON object, { … }: look from line " + line + " on."}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, malformed()
	}
	fields := map[string]json.RawMessage{}
	for d.More() {
		key, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, malformed()
		}
		if fields[key.(string)] != nil {
			return nil, complaint{"Un champ est écrit deux fois dans le fichier.", "A field is written twice in the file."}
		}
		fields[key.(string)] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, malformed()
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, malformed()
	}
	return fields, nil
}

// ownPaths are those of the portal's pages.
var ownPaths = []string{"/", "/connexion", "/mon-compte", "/deconnexion", "/style.css", keysPath}

// readAddresses computes the addresses that are registered at FranceConnect, or
// checks that those of the file are this portal's.
func (s *settings) readAddresses() (wrong complaints) {
	complain := func(field, french, english string) {
		wrong = append(wrong, complaintsOf(&franceconnect.ConfigError{Field: field, French: french, English: english})...)
	}
	read := func(at, path *string, field, allowed string) {
		if *at == "" {
			*at = s.url + *path
			return
		}
		u, err := url.Parse(*at)
		if err != nil || u.Scheme+"://"+cleanHost(u.Host) != s.url || u.Path != allowed && (u.Path == "" || slices.Contains(ownPaths, u.Path)) {
			complain(field, "n’est pas une adresse libre sous celle du portail ("+s.url+")", "is not a free address below the portal’s ("+s.url+")")
			return
		}
		*path = u.Path
	}
	read(&s.config.RedirectURL, &s.callback, "redirect_url", callbackPath)
	read(&s.config.PostLogoutRedirectURL, &s.loggedOut, "post_logout_redirect_url", "/")
	if len(wrong) == 0 && s.callback == s.loggedOut {
		complain("post_logout_redirect_url", "est la même adresse que redirect_url", "is the same address as redirect_url")
	}
	return wrong
}
