package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An output is what a call wrote.
type output struct{ out, errs string }

// call runs the command with some variables. Whatever it is asked, it does not
// say the secret.
func call(t *testing.T, status int, env map[string]string, args ...string) output {
	t.Helper()
	return callSystem(t, status, system{getenv: func(name string) string { return env[name] }, args: args})
}

func callSystem(t *testing.T, status int, w system) output {
	t.Helper()
	var out, errs bytes.Buffer
	w.stdout, w.stderr = &out, &errs
	if w.now == nil {
		w.now = time.Now
	}
	require.Equal(t, status, run(t.Context(), w), "%s%s", &out, &errs)
	requireNoSecret(t, out.String()+errs.String(), w.getenv("FRANCECONNECT_CLIENT_SECRET"))
	return output{out.String(), errs.String()}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	const invented = "testdata/profiles/mairie-facile.json"
	town := map[string]string{"PORTAL_URL": "https://portaildesaides.mgcloud.fr/accout-management/"}
	portal := map[string]string{
		"PORTAL_URL": "https://aides.example.fr", "FRANCECONNECT_ENVIRONMENT": "production-plus", "FRANCECONNECT_SCOPES": "identite_pivot email dgfip_rfr",
		"FRANCECONNECT_CLIENT_ID": "0123456789abcdef", "FRANCECONNECT_CLIENT_SECRET": "5ec3e75ec3e75ec3e7",
	}
	for name, c := range map[string]struct {
		env  map[string]string
		args string
	}{
		"sheet-sandbox.txt":    {nil, "sheet"},
		"sheet-sandbox.en.txt": {nil, "-lang en sheet"},
		"sheet-mgdis.txt":      {nil, "sheet -profil mgdis"},
		"sheet-mgdis-v2.txt":   {town, "sheet -profil mgdis -version-produit 9.2025.93 -contact dsi@mgdis.fr"},
		"sheet-mgdis-v1.md":    {town, "sheet -profil mgdis -version-produit 9.2025.92 -format md"},
		"sheet-mgdis-old.txt":  {nil, "sheet -profil mgdis -env integration -portail portaildesaides.mgcloud.fr"},
		"sheet-mgdis-try.txt":  {nil, "sheet -profil mgdis -env sandbox"},
		"sheet-invented.txt":   {nil, "sheet -portail mairie.example.fr/portail -profil " + invented},
		"sheet-editor.txt":     {nil, "sheet -editeur Lac"},
		"sheet-mgdis.html":     {town, "sheet -profil mgdis -version-produit 9.2025.93 -format html"},
		"steps-mgdis.html":     {nil, "steps -profil mgdis -format html"},
		"explain-y.html":       {nil, "explain y030007 -format html"},
		"booklet.txt":          {nil, "booklet -portail aides.example.fr"},
		"booklet.en.txt":       {nil, "booklet -env sandbox -lang en"},
		"booklet-mgdis.html":   {town, "booklet -profil mgdis -env sandbox -format html"},
		"mails.txt":            {portal, "mails -service Aides -organisation Bourg -datapass 1234"},
		"mails-mgdis.en.txt":   {town, "mails -profil mgdis -lang en"},
		"mails.html":           {portal, "mails -format html"},
		"check-mgdis.txt":      {nil, "check -profil mgdis"},
		"sheet-plus.json":      {portal, "sheet -json"},
		"sheet-plus.txt":       {portal, "sheet -aussi https://demarches.example.fr"},
		"sheet-v1.txt":         {portal, "sheet -env production-v1"},
		"sheet-integration.md": {portal, "sheet -env integration -format md"},
		"steps.txt":            {nil, "steps"},
		"steps.en.txt":         {nil, "steps -lang en"},
		"steps-plus.txt":       {nil, "steps -plateforme plus"},
		"steps-v1.json":        {nil, "steps -json -plateforme v1"},
		"steps-mgdis.txt":      {nil, "steps -profil mgdis"},
		"steps-mgdis-v2.txt":   {nil, "steps -profil mgdis -version-produit 9.2025.93"},
		"steps-mgdis-v1.txt":   {nil, "steps -profil mgdis -version-produit 9.2025.9"},
		"steps-invented.json":  {nil, "steps -json -profil " + invented},
		"steps-done.txt":       {portal, "steps -plateforme plus"},
		"steps-editor.txt":     {nil, "steps -editeur Lac -certifie"},
		"explain-y.txt":        {nil, "explain y030007"},
		"explain-oauth.en.txt": {nil, "explain access_denied -lang en"},
		"explain-unknown.json": {nil, "explain -json Y470099"},
		"explain-reason.txt":   {nil, "explain id_token.nonce"},
		"explain-event.json":   {nil, "explain -json -lang en used.full"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call(t, succeeded, c.env, strings.Fields(c.args)...)
			require.Empty(t, got.errs)
			requireGolden(t, name, got.out)
		})
	}
}

// requireGolden compares with a file, which UPDATE_GOLDEN=1 writes anew.
func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
	if strings.HasSuffix(name, ".json") {
		require.True(t, json.Valid(want))
	} else if !strings.Contains(name, ".en.") {
		requireFrench(t, html.UnescapeString(markupOrStyle.ReplaceAllString(got, "\n")))
	}
}

// markupOrStyle is what of a page is not its words.
var markupOrStyle = regexp.MustCompile(`(?s)<style>.*</style>|</?[a-z!][^>]*>`)

// Whoever builds the program audits the library and nothing else.
func TestImportsAreTheLibraryAndNothingElse(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "./...").Output()
	require.NoError(t, err)
	const module = "github.com/franceconnect-go/franceconnect"
	for path := range strings.FieldsSeq(string(out)) {
		first, _, _ := strings.Cut(path, "/")
		own := path == module || path == module+"/proconnect" || strings.HasPrefix(path, module+"/internal/") || strings.HasPrefix(path, module+"/cmd/franceconnect/internal/")
		require.True(t, own || !strings.Contains(first, "."), path)
	}
}

// breakable matches French with a space where a line must not break, or without
// one. Addresses and Markdown are none of its business.
var (
	breakable = regexp.MustCompile(`[ \x{202f}][:»]|« |[ \x{a0}][;!?]|[\pL][;!?»]|\pL:\s|\pL'\pL`)
	addresses = regexp.MustCompile("(?s)```.*?```|" + `https?://\S*|<br>|Content-Security-Policy|[a-zA-Z-]+: (nosniff|no-store)|(?m)^ +[A-Z][a-z]+-[A-Za-z-]+: .*$`)
)

func requireFrench(t *testing.T, s string) {
	t.Helper()
	require.NotRegexp(t, breakable, addresses.ReplaceAllString(s, ""))
}

// A client of one platform is no step on the path of another; a test client is
// none of production’s.
func TestStepsAreThoseThatTheVariablesShow(t *testing.T) {
	t.Parallel()
	env := map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox", "FRANCECONNECT_CLIENT_ID": clientID, "FRANCECONNECT_CLIENT_SECRET": secret}
	for args, done := range map[string]int{"steps": 2, "steps -plateforme plus": 0, "steps -plateforme v1": 0} {
		out := call(t, succeeded, env, strings.Fields(args)...).out
		require.Equal(t, done, strings.Count(out, "☑ ")-strings.Count(out, "☑ :"), args)
	}
	env["FRANCECONNECT_ENVIRONMENT"], env["FRANCECONNECT_PLATFORM"] = "http://127.0.0.1:8600/api/v2", "v2" // the mock's
	require.NotContains(t, call(t, succeeded, env, "steps").out, "☑")
	env["FRANCECONNECT_ENVIRONMENT"] = "sandbox"
	delete(env, "FRANCECONNECT_CLIENT_SECRET")
	require.NotContains(t, call(t, succeeded, env, "steps").out, "☑")
}

// What is used wrongly is said in two lines, in one language.
func TestMisuse(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"": "commande", "guérir": "guérir", "help guérir": "guérir", "-lang de sheet": "-lang de", "-version=1": "-version=1", "check guérir-avec-un-mot-qui-est-bien-trop-long-pour-en-etre": "…", "-foo": "-foo", "-lang": "valeur",
		"sheet x": "x : sheet ne prend que des options", "sheet -format pdf": "-format pdf : cette option prend l’un de text, html, md, json", "sheet -env nulle-part": "-env", "sheet -aussi nulle-part": "https://…", "sheet -portail nulle-part": "-portail nulle-part", "sheet -profil nulle-part": "-profil nulle-part", "sheet -version-produit 1": "par -profil",
		"sheet -profil mgdis -editeur x": "le profil mgdis", "steps -profil mgdis -certifie": "le profil mgdis", "check -profil main.go": "vers la ligne 1",
		"sheet -profil testdata/profiles/mairie-facile.json -version-produit 2": "toutes ses versions", "sheet -foo": "-foo",
		"sheet -organisme autre": "public", "sheet -aussi": "valeur", "sheet -reglages nulle/part": "ne peut pas être lu",
		"check x": "que des options", "check -foo": "-foo", "check -reseau=oui": "valeur", "check -organisme autre": "public", "check -online": "-online",
		"steps -version-produit neuf": "neuf", "check -profil mgdis -version-produit 9,2": "9,2", "steps -profil mgdis -version-produit 9.2025.93 -plateforme v1": "-plateforme v1", "steps -profil mgdis -plateforme plus": "-plateforme plus", "steps -plateforme v3": "v2, plus, v1", "steps x": "que des options",
		"explain": "un code", "explain a b": "un code", "explain <script>": "<script>", "help a b": "a b",
		"keys x": "x : il faut franceconnect keys", "keys decryption": "franceconnect keys", "keys -alg RSA1_5 decryption f": "ECDH-ES", "keys -add": "vont avec", "keys decryption f g": "decryption f g", "keys -kid <b>": "-kid <b>",
		"fleet": "un dossier", "fleet -format pdf x": "junit", "fleet -env sandbox x": "-env", "parc nulle/part": "nulle/part",
		"completion": "bash", "completion csh": "csh", "completion -json bash": "JSON", "-json completion bash": "JSON",
	} {
		got := call(t, misused, nil, strings.Fields(args)...)
		require.Empty(t, got.out, args)
		require.Contains(t, got.errs, want, args)
		require.Equal(t, 2, strings.Count(got.errs, "\n"), got.errs)
		require.Contains(t, got.errs, "franceconnect help")
		requireFrench(t, strings.TrimPrefix(got.errs, "franceconnect:"))
	}
	require.Contains(t, call(t, misused, nil, "-lang", "en", "check", "-foo").errs, "-foo: there is no option of this name")
}

// Help is an answer: it goes to the standard output, whichever way it is asked
// for, and says the same.
func TestHelp(t *testing.T) {
	t.Parallel()
	whole := call(t, succeeded, nil, "-h")
	require.Empty(t, whole.errs)
	require.Equal(t, whole, call(t, succeeded, nil, "help"))
	require.Equal(t, whole, call(t, succeeded, nil, "--help"))
	require.Equal(t, whole, call(t, succeeded, nil, "help", "-h"))
	requireFrench(t, whole.out)
	for _, c := range commands() {
		require.Contains(t, whole.out, "  "+c.name)
		one := call(t, succeeded, nil, "help", c.name)
		require.Empty(t, one.errs)
		for _, name := range c.names() {
			require.Equal(t, one, call(t, succeeded, nil, "help", name))
			require.Equal(t, one, call(t, succeeded, nil, name, "-h"))
		}
		requireFrench(t, one.out)
		english := call(t, succeeded, nil, "help", c.name, "-lang", "en").out
		options, _ := c.prepare(&program{})
		for _, o := range append(options, (&program{}).commonOptions()...) {
			if o.name != "json" || c.json {
				require.Contains(t, one.out, "  -"+o.name)
				require.Contains(t, english, "  -"+o.name)
			} else {
				require.NotContains(t, one.out, "-json")
			}
			require.True(t, (o.value.French == "") == (o.value.English == "") && o.usage.French != "" && o.usage.English != "", o.name)
		}
		require.Contains(t, english, "usage: franceconnect "+c.name)
	}
}

// The names of the commands are English, and French.
func TestCommandsHaveFrenchNames(t *testing.T) {
	t.Parallel()
	for french, english := range map[string]string{"sheet": "sheet", "etapes": "steps", "étapes": "steps", "verifier": "check", "vérifier": "check", "cles": "keys", "clés": "keys", "erreur": "explain", "parc": "fleet"} {
		c, ok := findCommand(french)
		require.True(t, ok, french)
		require.Equal(t, english, c.name)
	}
	require.Equal(t, call(t, succeeded, nil, "sheet"), call(t, succeeded, nil, "sheet"))
}

func TestEveryCommandIsInTheDocumentation(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("main.go")
	require.NoError(t, err)
	page, err := os.ReadFile("../../docs/program.md")
	require.NoError(t, err)
	for _, c := range commands() {
		require.Regexp(t, `(?m)^//\tfranceconnect `+c.name+` `, string(doc))
		require.Regexp(t, "`"+c.name+"[` ]", string(page))
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	require.Regexp(t, `^franceconnect \S+ \(.+\)\n$`, call(t, succeeded, nil, "-version").out)
}

// After --, a word may begin with a dash.
func TestWordsAndOptionsMix(t *testing.T) {
	t.Parallel()
	var text string
	var on bool
	options := []option{textOption("a", &text, english("x"), english("x")), switchOption("b", &on, english("x"))}
	words, err := parse([]string{"one", "--a=1", "two", "-b", "--", "-c", "-a"}, options)
	require.Nil(t, err)
	require.Equal(t, []string{"one", "two", "-c", "-a"}, words)
	require.Equal(t, "1", text)
	require.True(t, on)
	_, err = parse([]string{"-a", "-b", "-"}, options)
	require.Nil(t, err)
	require.Equal(t, "-b", text, "the value of -a")
}

func english(s string) text.Text { return text.Of(s, s) }

func TestColoursAreForTerminals(t *testing.T) {
	t.Parallel()
	at := func(terminal bool, env map[string]string) string {
		return callSystem(t, succeeded, system{terminal: terminal, getenv: func(n string) string { return env[n] }, args: []string{"steps"}}).out
	}
	require.Contains(t, at(true, nil), "\x1b[1m")
	for _, plain := range []string{at(false, nil), at(true, map[string]string{"NO_COLOR": "1"}), at(true, map[string]string{"TERM": "dumb"})} {
		require.NotContains(t, plain, "\x1b")
	}
	require.False(t, isTerminal(&bytes.Buffer{}))
}

func TestCookieKey(t *testing.T) {
	t.Parallel()
	got := call(t, succeeded, nil, "keys")
	text, ok := strings.CutPrefix(strings.TrimSpace(got.out), "FRANCECONNECT_COOKIE_KEYS=")
	require.True(t, ok)
	_, err := franceconnect.ParseCookieKey(text)
	require.NoError(t, err)
	var read map[string]string
	require.NoError(t, json.Unmarshal([]byte(call(t, succeeded, nil, "keys", "-json").out), &read))
	require.NotEqual(t, text, read["FRANCECONNECT_COOKIE_KEYS"])
	raw, err := base64.StdEncoding.DecodeString(read["FRANCECONNECT_COOKIE_KEYS"])
	require.NoError(t, err)
	require.Len(t, raw, 32)
}

func TestDecryptionKey(t *testing.T) {
	t.Parallel()
	for _, alg := range keyfile.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "cles.json")
			got := call(t, succeeded, nil, "keys", "-alg", alg, "decryption", file)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			keys, err := franceconnect.ParseDecryptionKeys(text)
			require.NoError(t, err)
			require.Len(t, keys, 1)
			var set struct{ Keys []map[string]string }
			require.NoError(t, json.Unmarshal(text, &set))
			require.NotContains(t, got.out+got.errs, set.Keys[0]["d"])
			require.Contains(t, got.out, set.Keys[0]["kid"])
			p := &portal{publicKeys: publicKeysOf(string(text))}
			require.Equal(t, []string{alg}, p.keyAlgorithms())

			call(t, failed, nil, "keys", "decryption", file)
			again, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, text, again)
		})
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range codes.All() {
		require.Contains(t, whereLabels, c.Where)
		require.Contains(t, sideLabels, c.Side)
		got := call(t, succeeded, nil, "explain", c.Name)
		require.Contains(t, got.out, c.Citizen.French)
		requireFrench(t, strings.TrimPrefix(got.out, c.Name))
	}
	for _, r := range codes.Reasons() {
		require.Contains(t, decisions, r.Decision, r.Name)
		got := call(t, succeeded, nil, "explain", r.Name)
		require.Contains(t, got.out, r.Cause.French)
		require.Equal(t, r.Quiet, !strings.Contains(got.out, "À dire à l’usager"))
	}
}

// Whoever is called takes the whole line from the log.
func TestALineOfTheLogIsExplained(t *testing.T) {
	t.Parallel()
	for line, title := range map[string]string{
		`WARN franceconnect stage=callback error="franceconnect: FranceConnect cannot be reached (keys.unreachable, HTTP 503)" advice="Côté FranceConnect"`: "keys.unreachable\n",
		"franceconnect: the login is no longer open (token.over, HTTP 400, invalid_grant, Y049E20B, 12fbcc6e-a675-49da-b75f-9541676f35ec)":                  "Y049E20B\n",
		`{"stage":"callback", "error":"franceconnect: an answer could not be verified (id_token.nonce)"}`:                                                   "id_token.nonce\n",
		"(callback.refused, invalid_scope)":            "invalid_scope\n",
		"(callback.unknown, invalid_client, Y04EA6EF)": "callback.unknown\n",
	} {
		require.Contains(t, call(t, succeeded, nil, "explain", line).out, title)
	}
	require.Empty(t, call(t, misused, nil, "explain", "a line about a network").out)
}

// The presets are those of the library, and each has a name in both languages, a
// form and an address.
func TestEveryPresetOfTheLibraryIsKnown(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../environments.go")
	require.NoError(t, err)
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +Preset = "([a-z0-9-]+)"`).FindAllStringSubmatch(string(source), -1) {
		want = append(want, m[1])
	}
	require.ElementsMatch(t, want, presetNames())
	titles := map[string]bool{}
	for _, preset := range presets {
		e := environmentOf(preset)
		require.True(t, e.is(preset))
		require.Contains(t, purposeNames, e.purpose(), "%s has no name", preset)
		require.Contains(t, platformNames, e.Platform, "%s has no name", preset)
		require.False(t, titles[e.title().French] || titles[e.title().English], preset)
		titles[e.title().French], titles[e.title().English] = true, true
		require.NotContains(t, e.origin(), "/api")
		require.NotEmpty(t, e.creation())
		require.NotEmpty(t, e.change())
		require.NotEmpty(t, e.clientIDSource().French)
		require.NotEmpty(t, e.secretSource().French)
	}
}

// The Go names that sentences give to developers are there.
func TestSentencesNameWhatTheLibraryHas(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	require.NoError(t, err)
	doc, err := exec.Command("go", "doc", "-all", "../..").Output()
	require.NoError(t, err)
	found := 0
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`[( ](franceconnect|Client|Session)\.([A-Z]\w+)[^"\n(]*(?:", "|"\))`).FindAllStringSubmatch(string(source), -1) {
			found++
			require.Regexp(t, `(?m)^(func (\(\w+ \*?\w+\) )?|\t)`+m[2]+`\b`, string(doc), "%s: %s.%s", file, m[1], m[2])
		}
	}
	require.NotZero(t, found)
}

// What has the form of a secret is refused wherever an option takes any text, and
// never said again; the former client id has that form too.
func TestASecretInAnOptionIsRefusedAndNotShown(t *testing.T) {
	t.Parallel()
	pasted := strings.Repeat("5ec3e7", 11)[:64]
	for _, c := range commands() {
		options, _ := c.prepare(&program{})
		for _, o := range options {
			if o.isSwitch() || o.path || o.name == "ancien-client" {
				continue
			}
			got := call(t, misused, nil, c.name, "-"+o.name, "x "+strings.ToUpper(pasted))
			require.NotContains(t, strings.ToLower(got.out+got.errs), pasted, "%s -%s", c.name, o.name)
			require.Contains(t, got.errs, "-"+o.name+"\u00a0: la valeur a la forme d’un secret")
		}
	}
	require.Contains(t, call(t, succeeded, nil, "sheet", "-env", "production", "-ancien-client", pasted).out, pasted)
}

func TestASecretInASettingThatIsShownIsRefusedAndNotShown(t *testing.T) {
	t.Parallel()
	pasted := strings.Repeat("5ec3e7", 11)[:64]
	for _, name := range []string{"PORTAL_URL", "FRANCECONNECT_ENVIRONMENT", "FRANCECONNECT_SCOPES", "FRANCECONNECT_REDIRECT_URL", "FRANCECONNECT_POST_LOGOUT_REDIRECT_URL"} {
		for _, command := range []string{"sheet", "check", "mails", "booklet"} {
			got := call(t, misused, map[string]string{name: "https://" + pasted + ".example.fr/"}, command)
			require.NotContains(t, got.out+got.errs, pasted, "%s %s", command, name)
			require.Contains(t, got.errs, name+" : la valeur a la forme d’un secret")
		}
	}
}

// Nothing that was typed steers the terminal, turns what is read around, or is markup
// where a sheet is pasted.
func TestWhatIsTypedIsTextEverywhere(t *testing.T) {
	t.Parallel()
	const typed = "Aides\u200b de \u202eBourg\x1b[31m\n[x](javascript:1)<b>`|\\"
	for _, format := range []string{"text", "html", "md"} {
		out := call(t, succeeded, nil, "sheet", "-service", typed, "-format", format).out
		require.Contains(t, out, "Aides de Bourg")
		require.NotContains(t, out, "\u202e")
		require.NotContains(t, out, "\x1b")
	}
	require.Contains(t, call(t, succeeded, nil, "sheet", "-service", typed, "-format", "md").out, `| Aides de Bourg\[31m \[x](javascript:1)&lt;b>\`+"`"+`\|\\ |`)
	require.Contains(t, call(t, succeeded, nil, "sheet", "-siret", "2133\u200b0063500017").out, "SIRET\u00a0: 21330063500017")
}
