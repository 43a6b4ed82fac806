package main

import (
	"slices"
	"strings"
)

// inSentence says how the name of a country, which has no article, stands in a
// French sentence: « en Algérie », « au Maroc », « aux États-Unis », « à Cuba ».
//
// The rule: plural names take aux; feminine ones, and those that begin with a
// vowel, en; the others au. A name is feminine if its first word ends in e.
// ../testdata/countries.golden has what it gives for every country: read it when
// it changes.
func inSentence(name string) (form byte, phrase string) {
	first, _, _ := strings.Cut(strings.ReplaceAll(name, "-", " "), " ")
	folded := unaccented.Replace(strings.ToLower(first))
	switch {
	case irregular[name] != "":
		return 'p', irregular[name]
	case slices.Contains(cities, name), first == "Saint", first == "Sainte":
		return 'a', ""
	case slices.Contains(plural, name), first == "Îles":
		return 'x', ""
	case strings.ContainsAny(folded[:1], "aeiou"):
		return 'e', ""
	case slices.Contains(masculine, name):
		return 'u', ""
	case strings.HasSuffix(folded, "e"), slices.Contains(feminine, name):
		return 'e', ""
	}
	return 'u', ""
}

// cities, and islands that French treats as such: à.
var cities = []string{
	"Antigua-et-Barbuda", "Aruba", "Bahreïn", "Ceylan", "Chypre", "Cuba", "Curaçao", "Djibouti", "Gibraltar", "Hong-Kong",
	"Kiribati", "Macao", "Madagascar", "Malte", "Maurice", "Monaco", "Nauru", "Niue", "Oman", "Sao Tomé-et-Principe",
	"Singapour", "Taïwan", "Tanger", "Terre-Neuve", "Trinité-et-Tobago", "Zanzibar",
}

var plural = []string{
	"Antilles néerlandaises", "Bahamas", "Comores", "Émirats arabes unis", "États-Unis", "Fidji", "Maldives", "Nouvelles-Hébrides",
	"Pays-Bas", "Philippines", "Samoa", "Seychelles", "Tonga", "Tuvalu",
}

// masculine names whose first word ends in e.
var masculine = []string{
	"Belize", "Cambodge", "Mexique", "Mozambique", "Royaume-Uni", "Suriname", "Zimbabwe",
}

// feminine names whose first word does not.
var feminine = []string{
	"Haïti", "Sierra Leone",
}

// irregular are those that need an article, or an « ou » between two.
var irregular = map[string]string{
	"Açores, Madère":                                    "aux Açores ou à Madère",
	"Barbade":                                           "à la Barbade",
	"Bonaire, Saint-Eustache et Saba":                   "à Bonaire, Saint-Eustache ou Saba",
	"Cameroun et Togo":                                  "au Cameroun ou au Togo",
	"Dépendances de la Couronne britannique":            "dans les dépendances de la Couronne britannique",
	"Dominique":                                         "à la Dominique",
	"El Salvador":                                       "au Salvador",
	"État de Palestine":                                 "en Palestine",
	"États fédérés de Micronésie":                       "dans les États fédérés de Micronésie",
	"États malais non fédérés":                          "dans les États malais non fédérés",
	"Grenade":                                           "à la Grenade",
	"Île des Faisans":                                   "sur l’île des Faisans",
	"Île Pitcairn":                                      "sur l’île Pitcairn",
	"Îles Palaos":                                       "aux Palaos",
	"Îles portugaises de l’océan Indien":                "dans les îles portugaises de l’océan Indien",
	"Possessions britanniques au Proche-Orient":         "dans les possessions britanniques au Proche-Orient",
	"Protectorat d’Arabie du Sud":                       "dans le protectorat d’Arabie du Sud",
	"Provinces espagnoles d’Afrique":                    "dans les provinces espagnoles d’Afrique",
	"Sainte-Hélène, Ascension et Tristan da Cunha":      "à Sainte-Hélène, Ascension ou Tristan da Cunha",
	"Soudan anglo-égyptien, Kenya, Ouganda":             "au Soudan anglo-égyptien, au Kenya ou en Ouganda",
	"Terres australes norvégiennes":                     "dans les Terres australes norvégiennes",
	"Territoire antarctique argentin":                   "dans le Territoire antarctique argentin",
	"Territoire antarctique chilien":                    "dans le Territoire antarctique chilien",
	"Territoire britannique de l’océan Indien":          "dans le Territoire britannique de l’océan Indien",
	"Territoire français des Afars et des Issas":        "dans le Territoire français des Afars et des Issas",
	"Territoires australiens de l’océan Indien":         "dans les territoires australiens de l’océan Indien",
	"Territoires de l’Australie en Océanie":             "dans les territoires de l’Australie en Océanie",
	"Territoires de la Nouvelle-Zélande":                "dans les territoires de la Nouvelle-Zélande",
	"Territoires norvégiens en Atlantique Nord":         "dans les territoires norvégiens en Atlantique Nord",
	"Territoires des États-Unis d’Amérique en Amérique": "dans les territoires des États-Unis d’Amérique en Amérique",
	"Territoires des États-Unis d’Amérique en Océanie":  "dans les territoires des États-Unis d’Amérique en Océanie",
	"Territoires du Royaume-Uni aux Antilles":           "dans les territoires du Royaume-Uni aux Antilles",
	"Territoires du Royaume-Uni dans l’Atlantique sud":  "dans les territoires du Royaume-Uni dans l’Atlantique sud",
}
