package main

import (
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An environment is a FranceConnect, as the settings name it. Its address and
// agreements are the library's (franceconnect.Environment); here is what people
// call it, and which forms it has.
type environment struct {
	name                 string // "sandbox", or "" for one without a preset
	franceconnect.Custom        // empty if the settings name none
}

// environmentOf takes an Environment apart; it may be nil.
func environmentOf(env franceconnect.Environment) environment {
	if env == nil {
		return environment{}
	}
	e := environment{Custom: env.Parts()}
	if preset, ok := env.(franceconnect.Preset); ok {
		e.name = string(preset)
	}
	return e
}

// presets lists the library's, for completion.
var presets = []franceconnect.Preset{
	franceconnect.Production, franceconnect.Integration, franceconnect.Sandbox, franceconnect.ProductionPlus, franceconnect.IntegrationPlus,
	//lint:ignore SA1019 whoever is on v1 still has its settings checked
	franceconnect.ProductionV1, franceconnect.IntegrationV1,
}

// presetNames returns what the presets are called in settings.
func presetNames() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = string(p)
	}
	return names
}

// productionOf returns the environment of a platform for real people.
func productionOf(on franceconnect.Platform) environment {
	//lint:ignore SA1019 v1 has a path of its own
	return environmentOf(map[franceconnect.Platform]franceconnect.Preset{franceconnect.V2: franceconnect.Production, franceconnect.Plus: franceconnect.ProductionPlus, franceconnect.V1: franceconnect.ProductionV1}[on])
}

// testOf returns the one for a first try.
func testOf(on franceconnect.Platform) environment {
	//lint:ignore SA1019 v1 has a path of its own
	return environmentOf(map[franceconnect.Platform]franceconnect.Preset{franceconnect.V2: franceconnect.Sandbox, franceconnect.Plus: franceconnect.IntegrationPlus, franceconnect.V1: franceconnect.IntegrationV1}[on])
}

// isKnown reports whether the settings name an environment.
func (e environment) isKnown() bool { return e.Platform != "" }

// is reports whether the environment is a preset.
func (e environment) is(preset franceconnect.Preset) bool { return e.name == string(preset) }

// origin returns scheme and host: the address that is typed into a product's
// screen.
func (e environment) origin() string {
	u, err := url.Parse(e.Issuer)
	if err != nil || u.Host == "" {
		return e.Issuer
	}
	return u.Scheme + "://" + u.Host
}

// isProduction reports whether it is one for real people.
func (e environment) isProduction() bool { return e.purpose() == "production" }

// purpose returns what the environment is for: the first word of its name.
func (e environment) purpose() string {
	purpose, _, _ := strings.Cut(e.name, "-")
	return purpose
}

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

// creation returns the form where a client of this environment is made.
func (e environment) creation() string {
	switch {
	case !e.isKnown():
		return ""
	case e.Platform == franceconnect.Plus:
		return newClientPlus
	case e.Platform == franceconnect.V1:
		return newClientV1
	case e.is(franceconnect.Sandbox) || e.name == "":
		return partners
	}
	return newClient
}

// change returns the form where it is changed.
func (e environment) change() string {
	if e.is(franceconnect.Production) {
		return changeClient
	}
	return e.creation()
}

var platformNames = map[franceconnect.Platform]string{franceconnect.V2: "FranceConnect", franceconnect.Plus: "FranceConnect+", franceconnect.V1: "FranceConnect v1"}

// purposeNames has what FranceConnect calls its environments.
var purposeNames = map[string]text.Text{
	"":            text.Of("à une adresse particulière", "at an address of its own"),
	"production":  text.Of("Production", "production"),
	"integration": text.Of("Intégration", "integration"),
	"sandbox":     text.Of("bac à sable", "sandbox"),
}

// title returns what people call the environment.
func (e environment) title() text.Text {
	purpose, note := purposeNames[e.purpose()], text.Text{}
	switch {
	case e.name != "" && e.Platform == franceconnect.V1:
		note = text.Of(" (obsolète)", " (obsolete)")
	case e.is(franceconnect.Integration):
		note = text.Of(" (ancienne procédure)", " (older procedure)")
	}
	platform := platformNames[e.Platform] + ", "
	return text.Of(platform+purpose.French+note.French, platform+purpose.English+note.English)
}
