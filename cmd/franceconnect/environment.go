package main

import (
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A place is a FranceConnect, as far as people and probes need it.
type environment struct {
	preset   franceconnect.Environment // nil if the variables name none
	name     string                    // "sandbox", or "" for one without a preset
	platform franceconnect.Platform
	issuer   string
}

// placeOf takes an environment apart.
func environmentOf(env franceconnect.Environment) environment {
	if env == nil {
		return environment{}
	}
	parts := env.Parts()
	e := environment{preset: env, platform: parts.Platform, issuer: parts.Issuer}
	if preset, ok := env.(franceconnect.Preset); ok {
		e.name = string(preset)
	}
	return e
}

// origin is scheme and host: the address that is typed into a product's screen.
func (e environment) origin() string {
	u, err := url.Parse(e.issuer)
	if err != nil || u.Host == "" {
		return e.issuer
	}
	return u.Scheme + "://" + u.Host
}

// base is what FranceConnect's paths are below.
func (e environment) base() string {
	if e.platform == franceconnect.V1 {
		return e.issuer + "/api/v1"
	}
	return e.issuer
}

// production tells whether it is the one for real people.
func (e environment) production() bool { return strings.HasPrefix(e.name, "production") }

// The forms and sites of the registration.
const (
	terms             = "https://partenaires.franceconnect.gouv.fr/cgu"
	dataPass          = "https://datapass.api.gouv.fr/"
	partners          = "https://espace.partenaires.franceconnect.gouv.fr/login"
	newClient         = "https://www.demarches-simplifiees.fr/commencer/demande-creation-fs-fc"
	newClientPlus     = "https://www.demarches-simplifiees.fr/commencer/demande-de-creation-d-un-fs-fc-plus"
	newClientV1       = "https://www.demarches-simplifiees.fr/commencer/demande-creation-fs-fc-v1-editeurs"
	changeClient      = "https://www.demarches-simplifiees.fr/commencer/demande-modification-fs-fc"
	qualification     = "https://www.demarches-simplifiees.fr/commencer/demande-qualification-fs"
	qualificationPlus = "https://www.demarches-simplifiees.fr/commencer/demande-qualification-fs-fcplus"
)

// creation is the form where a client of this place is made.
func (e environment) creation() string {
	switch {
	case e.preset == nil:
		return ""
	case e.platform == franceconnect.Plus:
		return newClientPlus
	case e.platform == franceconnect.V1:
		return newClientV1
	case e.preset == franceconnect.Sandbox || e.name == "":
		return partners
	}
	return newClient
}

// change is the form where it is changed.
func (e environment) change() string {
	if e.preset == franceconnect.Production {
		return changeClient
	}
	return e.creation()
}

// placeNames are what FranceConnect calls its places.
var environmentTitles = map[string]text.Text{
	"production":       text.Of("FranceConnect, Production", "FranceConnect, production"),
	"integration":      text.Of("FranceConnect, Intégration (ancienne procédure)", "FranceConnect, integration (older procedure)"),
	"sandbox":          text.Of("FranceConnect, bac à sable", "FranceConnect, sandbox"),
	"production-plus":  text.Of("FranceConnect+, Production", "FranceConnect+, production"),
	"integration-plus": text.Of("FranceConnect+, Intégration", "FranceConnect+, integration"),
	"production-v1":    text.Of("FranceConnect v1, Production (obsolète)", "FranceConnect v1, production (obsolete)"),
	"integration-v1":   text.Of("FranceConnect v1, Intégration (obsolète)", "FranceConnect v1, integration (obsolete)"),
}

// title is what people call the place.
func (e environment) title() text.Text {
	if known, ok := environmentTitles[e.name]; ok {
		return known
	}
	name := map[franceconnect.Platform]string{franceconnect.V2: "FranceConnect", franceconnect.Plus: "FranceConnect+", franceconnect.V1: "FranceConnect v1"}[e.platform]
	return text.Of(name+", à une adresse particulière", name+", at an address of its own")
}
