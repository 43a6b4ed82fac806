package main

import (
	"cmp"
	"slices"
	"strings"
)

// defaultDataScopes are what the two calls need, and no more: not who else is in
// the family, nor where they live.
var defaultDataScopes = []string{quotientScope, scholarshipScope, "cnous_echelon_bourse"}

// A dataScope is one that this portal has words for.
type dataScope struct {
	label     string // in French
	platforms string // which FranceConnect has it: v2, plus
}

// dataScopes are the scopes of API Particulier's two families that this portal
// calls. It is no closed list: data providers add scopes before anybody tells us.
var dataScopes = map[string]dataScope{
	quotientScope:             {"Quotient familial", "v2"},
	"cnaf_allocataires":       {"Allocataires", "v2"},
	"cnaf_enfants":            {"Enfants", "v2"},
	"cnaf_adresse":            {"Adresse", "v2"},
	scholarshipScope:          {"Statut de boursier", "v2 plus"},
	"cnous_echelon_bourse":    {"Échelon de la bourse", "v2 plus"},
	"cnous_email":             {"Adresse électronique", "v2 plus"},
	"cnous_periode_versement": {"Période de versement", "v2 plus"},
	"cnous_statut_bourse":     {"Statut de la bourse", "v2 plus"},
	"cnous_ville_etudes":      {"Ville d’études", "v2 plus"},
	"cnous_identite":          {"Identité", "v2 plus"},
}

// dataProviders are who has the data, by what their scopes begin with.
var dataProviders = map[string]string{
	"cnaf": "CNAF et MSA", "cnam": "Assurance maladie (CNAM)", "cnous": "CNOUS", "dgfip": "Impôts (DGFiP)", "mesri": "Enseignement supérieur",
}

// identityScopes are FranceConnect's own.
var identityScopes = strings.Fields(`openid identite_pivot profile birth given_name family_name gender birthdate
	birthplace birthcountry preferred_username email phone address`)

// A wanted datum is one that a page says will be asked for.
type wanted struct{ Label, Provider string }

// labels returns in words what scopes ask for. A scope that has no label here is
// called by its name.
func labels(scopes []string) (all []wanted) {
	for _, scope := range scopes {
		family, _, _ := strings.Cut(scope, "_")
		all = append(all, wanted{cmp.Or(dataScopes[scope].label, scope), dataProviders[family]})
	}
	return all
}

// doubts returns a sentence for each scope that somebody may want to look at
// again: FranceConnect drops a name that it does not know without a word, and a
// call for data that was not granted fails. They are asked for all the same.
func doubts(scopes []string, platform string) (all []string) {
	for _, scope := range scopes {
		known, ok := dataScopes[scope]
		switch {
		case slices.Contains(identityScopes, scope):
			all = append(all, "API_PARTICULIER_SCOPES\u00a0: "+scope+" est une donnée de FranceConnect\u202f; sa place est dans FRANCECONNECT_SCOPES. / "+scope+" is FranceConnect’s own: it belongs in FRANCECONNECT_SCOPES.")
		case !ok:
			all = append(all, "API_PARTICULIER_SCOPES\u00a0: "+scope+" n’est pas connu de ce portail\u202f; est-il bien écrit\u202f? / "+scope+" is not known to this portal: is it spelt right?")
		case !slices.Contains(strings.Fields(known.platforms), platform):
			all = append(all, "API_PARTICULIER_SCOPES\u00a0: "+scope+" n’est pas connu de cette plateforme ("+known.platforms+"). / "+scope+" is of other platforms ("+known.platforms+").")
		}
	}
	return all
}
