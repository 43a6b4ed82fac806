package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever page of the people's space was pasted, the form has what the product
// makes of it.
func TestSiteOfAProduct(t *testing.T) {
	t.Parallel()
	const aides = "https://portaildesaides.mgcloud.fr/aides"
	for _, pasted := range []string{
		"https://portaildesaides.mgcloud.fr/accout-management/login?x=1#y", "https://PortailDesAides.mgcloud.fr/account-management", "portaildesaides.mgcloud.fr/account-management/",
		"https://portaildesaides.mgcloud.fr/x/accout-management/y", "https://portaildesaides.mgcloud.fr", aides, aides + "/",
	} {
		p := portal{environmentName: "production"}
		p.product.profile, _ = readProfile("mgdis")
		p.readSettings(func(name string) string { return map[string]string{"PORTAL_URL": pasted}[name] })
		require.Equal(t, aides, p.siteURL, pasted)
	}
}

// An address is taken as it is copied, without https; of a portal of one's own, the
// page with the button is meant.
func TestSiteOfOnesOwn(t *testing.T) {
	t.Parallel()
	for pasted, site := range map[string]string{
		"localhost:8080": "http://localhost:8080/connexion", "127.0.0.1:8080": "http://127.0.0.1:8080/connexion", "aides.example.fr": "https://aides.example.fr/connexion",
		"https://aides.example.fr/portail/": "https://aides.example.fr/portail", "aides": "", "ftp://aides.example.fr": "",
	} {
		p := portal{givenURL: pasted}
		p.readSettings(func(string) string { return "" })
		require.Equal(t, site, p.siteURL, pasted)
	}
}

// What is an editor's own is in its profile: none of its words is in a program.
func TestNoEditorIsInTheCode(t *testing.T) {
	t.Parallel()
	var words []string
	for _, name := range profileNames() {
		d, why := readProfile(name)
		require.Empty(t, why.French)
		words = append(append(append(words, d.Editor, d.Product, d.FirstV2), d.MailDomains...), d.Site.Cut...)
		words = append(append(words, d.Screen.Path...), d.Screen.Role, d.Site.Space)
	}
	require.Contains(t, words, "MGDIS")
	require.NoError(t, filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, word := range words {
			require.False(t, strings.Contains(strings.ToLower(string(source)), strings.ToLower(word)), "%s: %s", path, word)
		}
		return nil
	}))
}

// Whatever the steps tell the reader to run has the options of the product that
// they gave, and can be run as it stands.
func TestStepsRepeatTheProduct(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"-profil mgdis -version-produit 9.2025.93", "-profil mgdis", "-profil testdata/profiles/mairie-facile.json", "-editeur Lac"} {
		out := call(t, succeeded, nil, append([]string{"steps"}, strings.Fields(given)...)...).out
		commands := regexp.MustCompile(`franceconnect (sheet|check)[^;,\n\x{202f}]*`).FindAllString(out, -1)
		require.Greater(t, len(commands), 3, given)
		for _, command := range commands {
			require.Contains(t, command, given)
			words := strings.Fields(strings.ReplaceAll(command, "ADRESSE", "https://portail.invalid"))[1:]
			if words[0] == "sheet" {
				call(t, succeeded, nil, words...)
			}
		}
	}
	require.Equal(t, "franceconnect sheet -profil 'un profil.json'", (&product{profileName: "un profil.json"}).command("sheet"))
}

// What is the library's is nothing to a town whose editor runs the product, and
// nothing is of the example portal's.
func TestHostedProduct(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"sheet -profil mgdis", "steps -profil mgdis", "check -profil mgdis", "sheet -profil mgdis -env sandbox", "sheet -profil mgdis -format md", "check -profil mgdis -json"} {
		out := call(t, succeeded, nil, strings.Fields(args)...).out
		for _, word := range []string{"FRANCECONNECT_", "cookie", "bibliothèque", "Content-Security-Policy", "localhost", "portail d’exemple", "/franceconnect/callback", "preferred_username", "franceconnect keys"} {
			require.NotContains(t, strings.ToLower(out), strings.ToLower(word), args)
		}
	}
}

// Whoever pastes an address of a product that the program has a profile of is told
// so, and nothing is done with it unasked.
func TestSheetSaysWhichProfileAnAddressIsOf(t *testing.T) {
	t.Parallel()
	for address, said := range map[string]bool{"https://x.mgcloud.fr/account-management/y": true, "https://x.mgcloud.fr/": false} {
		out := call(t, succeeded, nil, "sheet", "-portail", address).out
		require.Equal(t, said, strings.Contains(out, "ajoutez -profil mgdis"), out)
		require.Contains(t, out, "portail d’exemple")
	}
}

// A sheet for an environment that the version of the product does not speak says so
// where the environment is chosen, and which one to take.
func TestSheetComparesTheVersion(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]string{"sandbox": "integration-v1", "production": "production-v1", "integration": "integration-v1"} {
		out := call(t, failed, nil, "sheet", "-profil", "mgdis", "-version-produit", "9.2025.92", "-env", env).out
		require.Contains(t, out, "(à corriger\u00a0: Aiden 9.2025.92 parle FranceConnect v1, ")
		require.Contains(t, out, "Demandez "+want+" (-env)")
	}
}

func TestEachFaultOfAProductIsFound(t *testing.T) {
	t.Parallel()
	examineEach(t, faultsOfAProduct())
}

func faultsOfAProduct() map[string]breakage {
	mgdis := func(more ...string) func(*fixture) { return flags(append([]string{"-profil", "mgdis"}, more...)...) }
	whole := mgdis("-connexion", "/connexion", "-depart", exampleLogin, "-retour", exampleCallback, "-deconnexion", exampleLoggedOut)
	return map[string]breakage{
		"version of v1":              {mgdis("-version-produit", "9.2025.92"), "product-version", bad, sideRegistration, "-version-produit"},
		"version that fits":          {mgdis("-version-produit", "9.2025.100"), "product-version", good, "", "9.2025.93"},
		"no version":                 {mgdis(), "product-version", skipped, "", "-version-produit VERSION"},
		"no rule":                    {flags("-profil", "testdata/profiles/mairie-facile.json"), "product-version", "", "", ""},
		"contact at the editor’s":    {mgdis("-contact", "a@support.mgdis.fr"), "contact", warning, sideRegistration, "API Particulier"},
		"contact of another":         {mgdis("-contact", "a@notmgdis.fr"), "contact", good, "", ""},
		"no cookie key":              {offline(all(mgdis(), env("FRANCECONNECT_COOKIE_KEYS", ""))), "cookie-keys", "", "", ""},
		"no client":                  {offline(all(mgdis(), env("FRANCECONNECT_CLIENT_ID", "", "FRANCECONNECT_CLIENT_SECRET", ""))), "client-id", skipped, "", "l’écran du produit"},
		"client id cut":              {all(whole, env("FRANCECONNECT_CLIENT_ID", clientID[:60])), "client-id", warning, sidePortal, "64"},
		"no scopes":                  {offline(all(mgdis(), env("FRANCECONNECT_SCOPES", ""))), "scopes", skipped, "", "demandez à MGDIS"},
		"no addresses":               {mgdis(), "addresses", skipped, "", "demandez à MGDIS"},
		"nothing vouched for":        {mgdis(), "level", "", "", ""},
		"no callback to register":    {mgdis(), "authorize", skipped, "", "adresses de retour"},
		"no way to FranceConnect":    {mgdis("-connexion", "/connexion"), "login", skipped, "", "demandez à MGDIS"},
		"no headers of the editor’s": {mgdis("-connexion", "/connexion"), "headers", "", "", ""},
		"page of the site":           {mgdis(), "sign-in-page", bad, sidePortal, "404"},
		"no address of the portal":   {all(mgdis(), env("PORTAL_URL", "")), "sign-in-page", skipped, "", "-portail"},
		"all was given":              {whole, "login", good, "", ""},
		"setting by its label":       {all(whole, env("FRANCECONNECT_CLIENT_SECRET", "'"+secret+"'")), "client-secret", bad, sidePortal, "Corrigez Secret."},
		"client of the product":      {whole, "authorize", good, "", exampleCallback},
	}
}
