package main

import (
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// A place is a FranceConnect, as far as people and probes need it.
type place struct {
	env      franceconnect.Environment // nil if the variables name none
	name     string                    // "sandbox", or "" for one without a preset
	platform franceconnect.Platform
	issuer   string
}

// placeOf takes an environment apart.
func placeOf(env franceconnect.Environment) place {
	if env == nil {
		return place{}
	}
	parts := env.Parts()
	p := place{env: env, platform: parts.Platform, issuer: parts.Issuer}
	if preset, ok := env.(franceconnect.Preset); ok {
		p.name = string(preset)
	}
	return p
}

// origin is scheme and host: the address that is typed into a product's screen.
func (p place) origin() string {
	u, err := url.Parse(p.issuer)
	if err != nil || u.Host == "" {
		return p.issuer
	}
	return u.Scheme + "://" + u.Host
}

// base is what FranceConnect's paths are below.
func (p place) base() string {
	if p.platform == franceconnect.V1 {
		return p.issuer + "/api/v1"
	}
	return p.issuer
}

// production tells whether it is the one for real people.
func (p place) production() bool { return strings.HasPrefix(p.name, "production") }

// The forms and sites of the registration.
const (
	terms         = "https://partenaires.franceconnect.gouv.fr/cgu"
	dataPass      = "https://datapass.api.gouv.fr/"
	partners      = "https://espace.partenaires.franceconnect.gouv.fr/login"
	newClient     = "https://www.demarches-simplifiees.fr/commencer/demande-creation-fs-fc"
	newClientPlus = "https://www.demarches-simplifiees.fr/commencer/demande-de-creation-d-un-fs-fc-plus"
	newClientV1   = "https://www.demarches-simplifiees.fr/commencer/demande-creation-fs-fc-v1-editeurs"
	changeClient  = "https://www.demarches-simplifiees.fr/commencer/demande-modification-fs-fc"
	qualify       = "https://www.demarches-simplifiees.fr/commencer/demande-qualification-fs"
	qualifyPlus   = "https://www.demarches-simplifiees.fr/commencer/demande-qualification-fs-fcplus"
)

// creation is the form where a client of this place is made.
func (p place) creation() string {
	switch {
	case p.env == nil:
		return ""
	case p.platform == franceconnect.Plus:
		return newClientPlus
	case p.platform == franceconnect.V1:
		return newClientV1
	case p.env == franceconnect.Sandbox || p.name == "":
		return partners
	}
	return newClient
}

// change is the form where it is changed.
func (p place) change() string {
	if p.env == franceconnect.Production {
		return changeClient
	}
	return p.creation()
}

// placeNames are what FranceConnect calls its places.
var placeNames = map[string]text{
	"production":       {"FranceConnect, Production", "FranceConnect, production"},
	"integration":      {"FranceConnect, Intégration (ancienne procédure)", "FranceConnect, integration (older procedure)"},
	"sandbox":          {"FranceConnect, bac à sable", "FranceConnect, sandbox"},
	"production-plus":  {"FranceConnect+, Production", "FranceConnect+, production"},
	"integration-plus": {"FranceConnect+, Intégration", "FranceConnect+, integration"},
	"production-v1":    {"FranceConnect v1, Production (obsolète)", "FranceConnect v1, production (obsolete)"},
	"integration-v1":   {"FranceConnect v1, Intégration (obsolète)", "FranceConnect v1, integration (obsolete)"},
}

// title is what people call the place.
func (p place) title() text {
	if known, ok := placeNames[p.name]; ok {
		return known
	}
	name := map[franceconnect.Platform]string{franceconnect.V2: "FranceConnect", franceconnect.Plus: "FranceConnect+", franceconnect.V1: "FranceConnect v1"}[p.platform]
	return text{name + ", à une adresse particulière", name + ", at an address of its own"}
}
