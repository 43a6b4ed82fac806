package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	frenchTowns  = "Ville;Adresse;Environnement;Identifiant client;Données;Habilitation;Version;SIRET;Actif\r\n"
	englishTowns = "name,address,environment,client_id,scopes,granted scopes,version,siret,enabled\n"
	otherTown    = "Val-du-Secret;https://aides.val.example.fr;production;" + next + ";email;;9.2025.93;;\r\n"
	goodTown     = "Bourg-les-Eaux;https://aides.bourg.example.fr/;production;" + clientID + ";identite_pivot email;identite_pivot email;9.2025.93;21330063500017;oui\r\n"
)

// writeList writes a CSV of towns.
func writeList(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "villes.csv")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

func TestAListOfTownsIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	t.Parallel()
	want := runOf(t, callFleet(t, succeeded, system{}, "-json", writeList(t, frenchTowns+goodTown)).out)
	require.Equal(t, townReport{Town: "Bourg-les-Eaux", Name: "Bourg-les-Eaux", Address: "https://aides.bourg.example.fr", Environment: "production", Platform: "v2", Version: "9.2025.93",
		State: townReady, Findings: []townFinding{}, Secretless: true, Settings: want.Towns[0].Settings}, want.Towns[0])
	comma := strings.ReplaceAll(goodTown, ";", ",")
	for name, list := range map[string]string{
		"a byte order mark": "\ufeff" + frenchTowns + goodTown, "sep": "\ufeffsep=;\r\n" + frenchTowns + goodTown, "commas": englishTowns + comma,
		"quotation marks": `"` + strings.ReplaceAll(strings.TrimSpace(frenchTowns), ";", `";"`) + "\"\r\n" + goodTown, "no accents, and capitals": strings.ToUpper(strings.NewReplacer("é", "e").Replace(frenchTowns)) + goodTown,
		"empty lines": frenchTowns + ";;;;;;;;\r\n\r\n" + goodTown + ";;\r\n", "no scheme": frenchTowns + strings.Replace(goodTown, "https://", "", 1), "spaces": frenchTowns + strings.ReplaceAll(goodTown, ";", " ; "),
	} {
		require.Equal(t, want.Towns, runOf(t, callFleet(t, succeeded, system{}, "-json", writeList(t, list)).out).Towns, name)
	}
	off := runOf(t, callFleet(t, succeeded, system{}, "-json", writeList(t, frenchTowns+strings.Replace(goodTown, ";oui", ";NON", 1))).out)
	require.Equal(t, townOff, off.Towns[0].State)

	list := writeList(t, strings.Replace(frenchTowns, "Version", "Commercial", 1)+goodTown)
	got := callFleet(t, succeeded, system{}, list).out
	require.Contains(t, got, "Colonnes qui ne disent rien ici\u00a0: Commercial")
}

// Paths are those of the town’s own portal.
func TestAListMaySayWhereEachTownComesBack(t *testing.T) {
	t.Parallel()
	list := "ville;adresse;environnement;client_id;retour;deconnexion\n" +
		"Un;https://un.example.fr;production;" + clientID + ";/fc/retour;/fc/fin\n" +
		"Deux;https://deux.example.fr;production;" + next + ";https://deux.example.fr/fc/retour;https://deux.example.fr/fc/retour\n"
	run := runOf(t, callFleet(t, failed, system{}, "-json", writeList(t, list)).out)
	require.Equal(t, townReady, run.Towns[0].State, "%v", run)
	require.Contains(t, run.Towns[1].Findings[0].What, "même adresse")
}

func TestAWrongCellIsNamedByItsColumnAndLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, new, check, says string }{
		{"Bourg-les-Eaux", "", "organisation", "Ville (A3) est vide"},
		{"https://aides.bourg.example.fr/", "aides", "addresses", "Adresse (B3) n’est pas une adresse complète"},
		{"https://aides.bourg.example.fr/", "", "addresses", "Adresse (B3) est vide"},
		{"https://aides.bourg", "http://aides.bourg", "addresses", "Adresse (B3)"},
		{"production", "produktion", "environment", "Environnement (C3) "},
		{"production", "", "environment", "Environnement (C3) est absent"},
		{clientID, "", "client-id", "Identifiant client (D3) est absent"},
		{clientID, "«\u00a0" + clientID + "\u00a0»", "client-id", "Identifiant client (D3) est entre guillemets"},
		{";identite_pivot email;i", ";identite_pivot,email;i", "scopes", "Données (E3) sépare les noms par des virgules"},
		{"21330063500017", "2,13301E+13", "siret", "SIRET (H3) : ce n’est pas un SIRET"},
		{";oui", ";peut-être", "enabled", "Actif (I3) n’est ni oui ni non"},
		{";oui", ";oui;;de trop", "settings", "K3 est au-delà des colonnes de la première ligne"},
	} {
		list := frenchTowns + otherTown + strings.Replace(goodTown, c.old, c.new, 1)
		run := runOf(t, callFleet(t, failed, system{}, "-json", writeList(t, list)).out)
		require.Equal(t, townReady, run.Towns[0].State, "the other town is none the worse: %v", run.Towns[0])
		var said strings.Builder
		for _, one := range run.Towns[1].Findings {
			if one.Check == c.check {
				said.WriteString(one.What + "\n")
			}
		}
		require.Contains(t, said.String(), c.says, "%v", run.Towns[1])
	}
	namesake := strings.Replace(otherTown, "Val-du-Secret", "Bourg-les-Eaux", 1)
	run := runOf(t, callFleet(t, failed, system{}, "-json", writeList(t, frenchTowns+goodTown+namesake)).out)
	require.Contains(t, run.Towns[1].Findings[0].What, "Ville (A3) est déjà à la ligne 2")
	require.NotEqual(t, run.Towns[0].Town, run.Towns[1].Town)
	coded := strings.Replace(frenchTowns, "Version", "Code", 1) + goodTown + strings.Replace(namesake, "9.2025.93", "35238", 1)
	callFleet(t, succeeded, system{}, writeList(t, coded))
}

// What is wrong with the whole list is said in two lines, with no word of a cell.
func TestAListThatIsNoneIsSaidToBe(t *testing.T) {
	t.Parallel()
	for list, says := range map[string]string{
		"":          "vide",
		frenchTowns: "aucune ville",
		strings.Replace(frenchTowns, "Adresse", "Lieu", 1) + goodTown: "la première ligne n’a pas de colonne «\u00a0adresse\u00a0»",
		goodTown: "pas de colonne",
		strings.Replace(frenchTowns, "Version", "Client secret", 1) + strings.Replace(goodTown, "9.2025.93", secret, 1): "la colonne G est celle d’un secret",
		strings.Replace(frenchTowns, "Version", "Commune", 1) + goodTown:                                                "la colonne G est là deux fois",
		frenchTowns + goodTown + "Ch\xe2teau;;;\r\n":                                                                    "UTF-8, ligne 3",
		frenchTowns + "\"Bourg;https\r\n":                                                                               "mal formée, ligne",
		"sep=\t\r\n" + frenchTowns + goodTown:                                                                           "autrement que par",
	} {
		got := callFleet(t, misused, system{}, writeList(t, list))
		require.Contains(t, got.errs, says)
		require.Empty(t, got.out)
		requireNoSecret(t, got.errs, secret)
		require.NotContains(t, got.errs, "Bourg")
	}
	for path, says := range map[string]string{"nulle/part": "fleet nulle/part\u00a0: ni un dossier", t.TempDir(): "aucun fichier", os.DevNull: "fichier ordinaire"} {
		require.Contains(t, callFleet(t, misused, system{}, path).errs, says)
	}
	require.Contains(t, callFleet(t, misused, system{}).errs, "il faut un dossier")
	require.Contains(t, callFleet(t, misused, system{}, "a", "b").errs, "il faut un dossier")
}

func TestColumnsAreNamedAsInSpreadsheets(t *testing.T) {
	t.Parallel()
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		require.Equal(t, want, columnName(i))
	}
}

func TestEveryColumnIsInTheGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/fr/editeur.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(guide), "| Colonne | En anglais | Contenu |")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, c := range townColumns {
		for _, name := range []string{c.names[0], c.names[len(c.names)-1]} {
			found := false
			for i, cell := range strings.Split(table, "`") {
				found = found || i%2 == 1 && foldHeader(cell) == name
			}
			require.True(t, found, "%s is not in the table", name)
		}
	}
	for i, cell := range strings.Split(table, "`") {
		if name := foldHeader(cell); i%2 == 1 && !strings.Contains("production sandbox franceconnect_platform franceconnect_level _secrets check", name) {
			require.True(t, slices.ContainsFunc(townColumns, func(c townColumn) bool { return slices.Contains(c.names, name) }), name)
		}
	}
}

// A secret that was pasted into a wrong cell is shown nowhere.
func TestASecretInACellIsRefusedAndNotShown(t *testing.T) {
	t.Parallel()
	pasted := strings.Repeat("5ec3e7", 11)[:64]
	for _, column := range []int{0, 1, 2, 4, 5, 6, 7, 8} {
		cells := strings.Split(strings.TrimSpace(goodTown), ";")
		cells[column] = pasted
		out := callFleet(t, failed, system{}, "-json", writeList(t, frenchTowns+strings.Join(cells, ";")+"\r\n")).out
		require.NotContains(t, out, pasted)
		if column != 2 {
			require.Contains(t, out, "("+columnName(column)+"2) a la forme d’un secret")
		}
	}
	out := callFleet(t, succeeded, system{}, writeList(t, strings.Replace(frenchTowns, "Données", pasted, 1)+goodTown)).out
	require.Contains(t, out, "Colonnes qui ne disent rien ici\u00a0: E\n")
}

// Whoever knows no path of the product still sees that its portal is on http.
func TestATownOnHTTPIsNotReady(t *testing.T) {
	t.Parallel()
	list := frenchTowns + strings.Replace(goodTown, "https:", "http:", 1)
	run := runOf(t, callFleet(t, failed, system{}, "-json", "-profil", "mgdis", writeList(t, list)).out)
	require.Equal(t, "addresses", run.Towns[0].Findings[0].Check)
	require.Contains(t, run.Towns[0].Findings[0].What, "Adresse (B2) n’est pas en https")
}
