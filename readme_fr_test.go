package franceconnect_test

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// guide is all of the French guide.
func guide(t *testing.T) string {
	var all strings.Builder
	for _, file := range frenchPages(t) {
		all.WriteString(readText(t, file) + "\n")
	}
	return all.String()
}

// page is one page of it.
func page(t *testing.T, name string) string { return readText(t, "docs/fr/"+name+".md") }

// rowsOf are the rows of a table, cell by cell, without its head.
func rowsOf(text, head string) (rows [][]string) {
	_, text, _ = strings.Cut(text, head)
	_, text, _ = strings.Cut(text, "\n")
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	return rows
}

// The guide's code is in a test that runs, or in the example of README.md.
func TestTheFrenchGuideShowsCodeThatRuns(t *testing.T) {
	t.Parallel()
	var compiled strings.Builder
	for _, name := range []string{"example_test.go", "proconnect/example_test.go", "readme_fr_test.go"} {
		compiled.WriteString(dedented(readText(t, name)))
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(guide(t), -1)
	require.NotEmpty(t, blocks)
	for _, b := range blocks {
		require.True(t, strings.Contains(compiled.String(), dedented(b[1])), b[1])
	}
	require.Contains(t, page(t, "developpeur"), codeBelow(t, "README.md", inYourPortal), "one example for both")
}

// fromSettings is the guide's, word for word.
func fromSettings(reglages []byte, dossier string, cle franceconnect.CookieKey) (*franceconnect.Client, error) {
	secrets, err := os.OpenRoot(dossier) // celui de cet organisme seul
	if err != nil {
		return nil, err
	}
	defer secrets.Close()
	config, err := franceconnect.ConfigFromJSON(reglages, secrets.FS())
	if err != nil {
		conseil, _ := franceconnect.OperatorAdvice(err) // une ligne par champ, comme l’écran le nomme
		return nil, errors.New(conseil)
	}
	config.RedirectURL = "https://portail.example.fr/franceconnect/callback"
	config.PostLogoutRedirectURL = "https://portail.example.fr/"
	config.CookieKeys = []franceconnect.CookieKey{cle}
	return franceconnect.New(config)
}

func TestTheFrenchGuidesSettingsAreRead(t *testing.T) {
	t.Parallel()
	written := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(guide(t))
	require.NotNil(t, written)
	folder := t.TempDir()
	_, err := fromSettings([]byte(written[1]), folder, franceconnect.NewCookieKey())
	require.EqualError(t, err, "Le champ «\u00a0Fichier du secret (Client Secret)\u00a0» (client_secret_file) désigne un fichier qui n’existe pas.")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "client-secret"), []byte(strings.Repeat("5", 64)+"\n"), 0o600))
	fc, err := fromSettings([]byte(written[1]), folder, franceconnect.NewCookieKey())
	require.NoError(t, err)
	bouton := fc.Button(franceconnect.Button{
		Path:                "/franceconnect/login?next=%2Fmon-compte",
		PrincipalImage:      "/franceconnect/FCboutons-10.svg", // reçus de FranceConnect, servis par le portail
		PrincipalHoverImage: "/franceconnect/FCboutons-10-hover.svg",
	})
	require.Contains(t, bouton, `src="/franceconnect/FCboutons-10.svg"`)
}

func TestTheFrenchGuidesTestRuns(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	idp, navigateur := p.idp, visitor{newBrowser(t), p}
	idp.Next(mockidp.Scenario{Person: "moussa"}) // le jour de sa naissance est inconnu
	require.Equal(t, "1962-11-01", navigateur.connexion().Identity.BirthDate.String())
	idp.Next(mockidp.Scenario{Cancel: true})
	require.Contains(t, navigateur.connexion().Message, "n’a pas abouti")

	reglages := p.config
	reglages.ClientID = "another"
	var organismes franceconnect.Pool
	client, err := organismes.New(reglages)
	require.NoError(t, err)
	require.Equal(t, franceconnect.V2, client.Platform())
}

// What the guide says that people read is what they read.
func TestTheFrenchGuidesErrorsAreWhatPeopleRead(t *testing.T) {
	t.Parallel()
	tried := 0
	impatient := &portaltest.Impatient{}
	giving := func(c *franceconnect.Config) { c.HTTPClient = &http.Client{Transport: impatient} }
	for platform, p := range map[mockidp.Platform]*portal{mockidp.V2: newPortal(t, giving), mockidp.Plus: newPlusPortal(t, "ECDH-ES", giving)} {
		for _, row := range rowsOf(page(t, "recette"), "| Ce qui arrive | À faire arriver | Ce que la page doit dire |\n") {
			phrase := regexp.MustCompile(`«\x{a0}(.*?)\x{a0}»`).FindStringSubmatch(row[2])
			for _, name := range spans(row[1]) {
				i := slices.IndexFunc(mockidp.BadDays(), func(d mockidp.BadDay) bool { return d.Name == name })
				if i < 0 || !mockidp.BadDays()[i].On(platform) {
					continue
				}
				s := mockidp.BadDays()[i].Scenario
				impatient.Silence(map[string]bool{"/token": unanswered(s.TokenFault), "/userinfo": unanswered(s.UserInfoFault), "/jwks": unanswered(s.Faults["/jwks"])})
				p.idp.Next(s)
				require.Contains(t, visitor{newBrowser(t), p}.connexion().Message, phrase[1], name)
				tried++
			}
		}
	}
	require.NotZero(t, tried)
}

// unanswered reports whether nobody waits for what a fault leaves of an answer.
func unanswered(f mockidp.Fault) bool { return f.Hang || f.Delay > 0 }

type visitor struct {
	*browser
	portal *portal
}

func (v visitor) connexion() outcome { return v.open(v.leave(v.portal, "/")) }

// The table of codes is internal/codes. UPDATE_GOLDEN=1 writes it anew.
func TestTheGuideHasTheTableOfCodes(t *testing.T) {
	text := page(t, "codes")
	for name, table := range map[string]string{"décisions": decisionTable(t), "raisons": reasonTable(), "codes": codeTable()} {
		begin := regexp.MustCompile(`<!-- ` + name + `: UPDATE_GOLDEN=1 [^>]*-->\n`).FindStringIndex(text)
		end := strings.Index(text, "<!-- "+name+": fin -->")
		require.NotNil(t, begin, name)
		require.GreaterOrEqual(t, end, begin[1], name)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			text = text[:begin[1]] + table + text[end:]
			continue
		}
		require.Equal(t, table, text[begin[1]:end], "UPDATE_GOLDEN=1 writes it anew")
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile("docs/fr/codes.md", []byte(text), 0o644))
	}
}

// decisions are the errors that a portal decides by, by name.
var decisions = map[string]error{
	"ErrDenied": franceconnect.ErrDenied, "ErrLoginExpired": franceconnect.ErrLoginExpired, "ErrLevelTooLow": franceconnect.ErrLevelTooLow, "ErrUnavailable": franceconnect.ErrUnavailable,
	"ErrVerification": franceconnect.ErrVerification, "ErrMisconfigured": franceconnect.ErrMisconfigured, "ErrStillOpen": franceconnect.ErrStillOpen, "ErrDisabled": franceconnect.ErrDisabled,
}

func decisionTable(t *testing.T) string {
	b := &strings.Builder{}
	b.WriteString("\n| Erreur | Que faire | À dire à l’usager | Statut |\n| --- | --- | --- | --- |\n")
	source := readText(t, "errors.go")
	for _, m := range regexp.MustCompile(`(?m)^\t(Err\w+) += (?:errors\.New|failure\.)`).FindAllStringSubmatch(source, -1) {
		name, err := m[1], decisions[m[1]]
		require.Error(t, err, name)
		said, _ := franceconnect.UserMessage(err)
		advice, _ := franceconnect.OperatorAdvice(err)
		fmt.Fprintf(b, "| `%s` | %s | %s | %d |\n", name, advice, said, franceconnect.StatusCode(err))
	}
	return b.String() + "\n"
}

// reasonTable has the reasons of the library, with what it says of each, or where that
// is said of all errors of its kind.
func reasonTable() string {
	b := &strings.Builder{}
	b.WriteString("\n| Mot | Erreur, que faire | Cause |\n| --- | --- | --- |\n")
	names, last := []string(nil), ""
	flush := func() {
		if last != "" {
			fmt.Fprintf(b, "| `%s` | %s |\n", strings.Join(names, "`, `"), last)
		}
		names = nil
	}
	for _, r := range codes.Reasons() {
		kind := kindNamed(r.Decision)
		does, _ := franceconnect.OperatorAdvice(decisions[kind])
		if advice, _ := franceconnect.OperatorAdvice(&franceconnect.Error{Kind: decisions[kind], Reason: r.Name}); advice != does {
			kind += "`. " + advice
		} else {
			kind += "`"
		}
		if row := "`" + kind + " | " + r.Cause.French; row != last {
			flush()
			last = row
		}
		names = append(names, r.Name)
	}
	flush()
	return b.String() + "\n"
}

// kindNamed returns the name of the error that the table of texts has under a name.
func kindNamed(decision string) string {
	for name, err := range decisions {
		if french, _ := franceconnect.UserMessage(err); french == codes.Citizen(decision).French {
			return name
		}
	}
	return ""
}

// codeTable has a table for each place where a code is shown: codes of one cause stand
// together, and what to do stands beside them.
func codeTable() string {
	b := &strings.Builder{}
	for _, place := range []struct {
		where codes.Where
		title string
	}{
		{codes.Callback, "Revient au portail, par le navigateur"}, {codes.Token, "À l’échange du code"}, {codes.UserInfo, "À la lecture de l’identité"},
		{codes.Page, "Sur une page de FranceConnect"}, {codes.Logout, "À la déconnexion, sur une page de FranceConnect"},
	} {
		fmt.Fprintf(b, "\n### %s\n\n| Code | Que faire | Cause |\n| --- | --- | --- |\n", place.title)
		names, last := []string(nil), ""
		flush := func() {
			if last != "" {
				fmt.Fprintf(b, "| `%s` | %s |\n", strings.Join(names, "`, `"), last)
			}
			names = nil
		}
		for _, c := range codes.All() {
			if c.Where != place.where {
				continue
			}
			side, _, _ := strings.Cut(c.Advice().French, ". ")
			row := side + ". " + linked(c.Action.French) + " | " + c.Cause.French
			if row != last {
				flush()
			}
			names, last = append(names, c.Name), row
		}
		flush()
	}
	return b.String() + "\n"
}

// linked makes addresses of a text into links, which would widen a table.
func linked(text string) string {
	return regexp.MustCompile(`https://\S+`).ReplaceAllString(text, "[formulaire]($0)")
}

// What stands in backticks is there: a command with its flags, a setting, a Go
// name, a file, a code, a person or a bad day of the mock.
func TestThePagesNameWhatExists(t *testing.T) {
	t.Parallel()
	var nowhere []string
	w := world{t: t, help: map[string]string{}, docs: map[string]string{}, built: map[string]string{}}
	for _, file := range append(frenchPages(t), englishPages(t)...) {
		text := readText(t, file)
		strict := strings.HasSuffix(file, "/exigences.md") || strings.HasSuffix(file, "/recette.md")
		w.about = map[string]string{"docs/fr/proconnect.md": "proconnect"}[file]
		for _, s := range spans(text) {
			if file == "docs/fr/autres-logiciels.md" {
				break // what they name is other people's
			}
			known, there := w.exists(s)
			if !there && (known || strict) && !slices.Contains([]string{"sub", "idp_id", "idp.Next", "error_description"}, s) {
				nowhere = append(nowhere, file+": "+s)
			}
		}
		for _, line := range regexp.MustCompile(`(?m)^\$ (?:[A-Z_]+=\S+ )*((?:make|go run|franceconnect) [^#>;\n]*)`).FindAllStringSubmatch(text, -1) {
			if known, there := w.exists(strings.TrimSpace(line[1])); !known || !there {
				nowhere = append(nowhere, file+": "+line[1])
			}
		}
	}
	require.Empty(t, nowhere)
}

var fenced = regexp.MustCompile("(?s)```.*?```")

func spans(text string) (all []string) {
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		all = append(all, m[1])
	}
	return all
}

// A world is what names are looked for in.
type world struct {
	t     *testing.T
	help  map[string]string // of programs
	docs  map[string]string // of packages
	about string            // the package that the page is about
	built map[string]string // the programs
}

var (
	variableName = regexp.MustCompile(`^(FRANCECONNECT|PROCONNECT|PORTAL)_[A-Z_]+(=\S*)?$`)
	goName       = regexp.MustCompile(`^(?:(franceconnect|mockidp|attack|cog|proconnect|recipient)\.)?([A-Z][a-zA-Z0-9]*(?:\.[A-Z]\w*)?)$`)
	packages     = map[string]string{"": ".", "franceconnect": ".", "mockidp": "testdata/mockidp", "attack": "testdata/mockidp/attack", "cog": "cog", "proconnect": "proconnect", "recipient": "recipient"}
	reasonName   = regexp.MustCompile(`^(?:id_token|userinfo|token|keys|state|callback|calls|logout|used|secret|decryption_key|published_keys)\.[a-z0-9_.]+$`)
	flagName     = regexp.MustCompile(`^-[a-z][a-z-]*$`)
	bare         = regexp.MustCompile(`(?:\(|\{|: ).*$`)                                       // without arguments and values
	valueOf      = strings.NewReplacer("fc.", "Client.", "s.", "Session.", "V2.", "Platform.") // as the pages' code names them
	yCode        = regexp.MustCompile(`^Y[0-9A-F]{6,7}$`)
	fileName     = regexp.MustCompile(`^[a-z][\w./-]*/[\w./-]+$`)
)

// exists reports whether a name has a form that can be looked up, and whether it
// is there.
func (w world) exists(name string) (known, there bool) {
	words := strings.Fields(name)
	for len(words) > 1 && variableName.MatchString(words[0]) { // FRANCECONNECT_PLATFORM=plus make run
		words = words[1:]
	}
	switch {
	case words[0] == "franceconnect" && len(words) > 1:
		return true, w.runs("./cmd/franceconnect", words[1:])
	case words[0] == "go" && words[1] == "doc":
		return true, exec.Command("go", words[1:]...).Run() == nil
	case words[0] == "go" && words[1] == "run":
		published := strings.TrimSuffix(strings.TrimPrefix(words[2], module+"/"), "@latest") // this one, of tomorrow
		if published != words[2] {
			published = "./" + published
		}
		return true, w.runs(published, words[3:])
	case words[0] == "-bad":
		return true, isBadDay(words[1]) || words[1] == "list"
	case flagName.MatchString(words[0]):
		return true, strings.Contains(w.sources(), `"`+words[0][1:]+`"`) || strings.Contains(w.sources(), "func Benchmark"+words[len(words)-1]+"(")
	case words[0] == "make":
		return true, strings.Contains(readText(w.t, "Makefile"), "\n"+words[1]+":")
	case variableName.MatchString(name):
		name, _, _ = strings.Cut(name, "=")
		text := readText(w.t, "examples/portal/settings.go")
		return true, settings.LabelOf(name).French != name || strings.Contains(text, "//\t"+name)
	case reasonName.MatchString(name):
		return true, slices.ContainsFunc(codes.Reasons(), func(r codes.Reason) bool { return r.Name == name })
	case yCode.MatchString(name):
		_, ok := codes.Find(name)
		return true, ok
	case goName.MatchString(valueOf.Replace(bare.ReplaceAllString(name, ""))):
		m := goName.FindStringSubmatch(valueOf.Replace(bare.ReplaceAllString(name, "")))
		dirs := []string{packages[m[1]]}
		if m[1] == "" {
			dirs = []string{w.about, "", "person"}
		}
		return true, slices.ContainsFunc(dirs, func(dir string) bool {
			w.docs[dir] = cmp.Or(w.docs[dir], w.doc(dir))
			return documented(w.docs[dir], m[2])
		})
	case fileName.MatchString(name):
		_, err := os.Stat(name)
		return true, err == nil
	}
	_, isCode := codes.Find(name)
	isPerson := slices.ContainsFunc(mockidp.People(), func(p mockidp.Person) bool { return p.Login == name })
	return false, isCode || isPerson || isBadDay(name)
}

// sources are those of the programs that the pages name flags of, and of the examples'
// benchmarks.
func (w world) sources() (all string) {
	if w.docs["flags"] == "" {
		for _, pattern := range []string{"cmd/*/*.go", "examples/*/*.go", "testdata/bench/*.go"} {
			files, err := filepath.Glob(pattern)
			require.NoError(w.t, err)
			for _, file := range files {
				w.docs["flags"] += readText(w.t, file)
			}
		}
	}
	return w.docs["flags"]
}

// doc is what go doc says of a package.
func (w world) doc(dir string) string {
	cmd := exec.Command("go", "doc", "-all", ".")
	cmd.Dir = dir
	out, err := cmd.Output()
	require.NoError(w.t, err)
	return string(out)
}

func isBadDay(name string) bool {
	return slices.ContainsFunc(mockidp.BadDays(), func(d mockidp.BadDay) bool { return d.Name == name })
}

// runs reports whether a program has a command, and the command the flags.
func (w world) runs(dir string, words []string) bool {
	var command []string
	if dir == "./cmd/franceconnect" && len(words) > 0 {
		command, words = words[:1], words[1:]
	}
	key := strings.Join(append([]string{dir}, command...), " ")
	if _, ok := w.help[key]; !ok {
		out, err := exec.Command(w.program(dir), slices.Concat(command, []string{"-h"})...).CombinedOutput()
		if err != nil && strings.HasPrefix(dir, "./cmd/") {
			return false
		}
		w.help[key] = string(out)
	}
	for _, word := range words {
		if strings.HasPrefix(word, "-") && !regexp.MustCompile(`(?m)^ +`+word+`\b`).MatchString(w.help[key]) {
			return false
		}
	}
	return true
}

// program is the program of a folder, which is built once.
func (w world) program(dir string) string {
	if w.built[dir] == "" {
		w.built[dir] = filepath.Join(w.t.TempDir(), "program.exe")
		out, err := exec.Command("go", "build", "-o", w.built[dir], dir).CombinedOutput()
		require.NoError(w.t, err, "%s", out)
	}
	return w.built[dir]
}

// documented reports whether go doc -all shows a name: of a function, a method, a type, a
// constant, Type.Method or Type.Field.
func documented(doc, name string) bool {
	within, member, ok := strings.Cut(name, ".")
	if !ok {
		return regexp.MustCompile(`(?m)^(?:func (?:\([^)]*\) )?|type |const |var |\t)(?:\w+, )*` + name + `\b`).MatchString(doc)
	}
	_, fields, _ := strings.Cut(doc, "\ntype "+within+" struct {\n")
	fields, _, _ = strings.Cut(fields, "\n}\n")
	return regexp.MustCompile(`(?m)^\t(?:\w+, )*`+member+`\b`).MatchString(fields) ||
		regexp.MustCompile(`(?m)^func \((?:\w+ )?\*?`+within+`\) `+member+`\(`).MatchString(doc)
}

// The environments are the presets.
func TestTheFrenchGuideHasTheEnvironments(t *testing.T) {
	t.Parallel()
	rows := rowsOf(page(t, "reglages"), "| Préréglage et nom | Émetteur | D’où viennent l’identifiant et le secret |\n")
	var said, want []string
	for _, row := range rows {
		said = append(said, row[0]+" "+row[1])
		require.NotEmpty(t, row[2], row[0])
	}
	for name, preset := range presetsByName(t) {
		platform, _, _ := strings.Cut(preset.String(), ",")
		want = append(want, "`"+name+"`, `"+string(preset)+"`\u00a0: "+platform+" `"+preset.Parts().Issuer+"`")
	}
	require.ElementsMatch(t, want, said)
}

// The settings are those that ConfigFromEnv and ConfigFromJSON read, under the
// labels that Advice names them by.
func TestTheFrenchGuideHasTheSettings(t *testing.T) {
	t.Parallel()
	var variables, keys []string
	for _, row := range rowsOf(page(t, "reglages"), "| À l’écran | Variable | Valeur |\n") {
		variable := strings.Trim(row[1], "`")
		key := strings.ToLower(strings.TrimPrefix(variable, "FRANCECONNECT_"))
		require.Equal(t, settings.LabelOf(key).French, row[0])
		variables, keys = append(variables, variable), append(keys, key)
	}
	source := readText(t, "settings.go")
	var documented []string
	for _, name := range regexp.MustCompile(`(?m)^//\t([A-Z_]+)(?: |$)`).FindAllStringSubmatch(source, -1) {
		documented = append(documented, "FRANCECONNECT_"+name[1])
	}
	require.Subset(t, variables, documented)
	require.Contains(t, documented, "FRANCECONNECT_COOKIE_KEYS")
	_, err := franceconnect.ConfigFromJSON([]byte(`{"`+strings.Join(keys, `": null, "`)+`": null}`), nil)
	require.NotContains(t, err.Error(), "is not a known setting")
}

// The fields of an organisation's file are those that the example reads, by the
// names that its errors have.
func TestTheFrenchGuideHasTheFieldsOfAnOrganisation(t *testing.T) {
	t.Parallel()
	file, expiry := readText(t, "examples/organisations/file.go"), readText(t, "examples/organisations/expiry.go")
	list := regexp.MustCompile(`ownFields = \[\]string\{(.*)\}`).FindStringSubmatch(file)
	require.NotNil(t, list)
	var named []string
	for _, row := range rowsOf(page(t, "editeur"), "| Champ | À l’écran | Valeur |\n") {
		named = append(named, strings.ReplaceAll(row[0], "`", `"`))
		require.True(t, strings.Contains(file, row[1]) && strings.Contains(file, "("+strings.Trim(row[0], "`")+")") ||
			strings.Contains(expiry, strings.ReplaceAll(row[0], "`", `"`)+`, "`+row[1]+`"`), row[1])
	}
	require.Equal(t, list[1], strings.Join(named, ", "))
}

// The severities are those that LogEvents writes.
func TestTheFrenchGuideHasTheSeverities(t *testing.T) {
	t.Parallel()
	rows := rowsOf(page(t, "exploitant"), "| Erreur | Gravité dans le journal | Pourquoi |\n")
	told := 0
	for _, row := range rows {
		said, _, _ := strings.Cut(row[1], ",")
		want := map[string]string{"information": "INFO", "avertissement": "WARN", "erreur": "ERROR"}[said]
		for name, err := range decisions {
			if slices.Contains(spans(row[0]), name) {
				var written strings.Builder
				franceconnect.LogEvents(slog.New(slog.NewTextHandler(&written, nil)))(t.Context(), franceconnect.Event{Operation: "callback", Err: err})
				require.Contains(t, written.String(), "level="+want+" ", name)
				told++
			}
		}
	}
	require.Len(t, decisions, told)
}

// French has a no-break space before a colon and inside quotation marks, a
// narrow one before ; ! ? and the curved apostrophe.
func TestTheFrenchGuidesTypography(t *testing.T) {
	t.Parallel()
	text := fenced.ReplaceAllString(guide(t), "")
	text = regexp.MustCompile("`[^`\n]*`").ReplaceAllString(text, "code")
	text = regexp.MustCompile(`<!--.*?-->|<https://[^>]*>`).ReplaceAllString(text, "x")
	text = regexp.MustCompile(`\]\([^)]*\)`).ReplaceAllString(text, "]")
	wrong := regexp.MustCompile(`[^\x{a0}]:(?:[\s*]|$)|[^\x{202f}][;!?](?:[\s*)\x{a0}|]|$)|[^\x{a0}]»|«[^\x{a0}]|['"]|[ \x{a0}\x{202f}]{2}`)
	for line := range strings.Lines(text) {
		require.Empty(t, wrong.FindString(line), line)
	}
}

// Each page ends with its sources, at the dates that sources.md gives them, and with
// the day when it was read again.
func TestTheFrenchGuideIsDated(t *testing.T) {
	t.Parallel()
	dates := map[string]string{}
	for _, row := range rowsOf(page(t, "sources"), "| Nom | Ce que c’est | Date |\n") {
		dates[row[0]] = strings.Join(row[1:], " ")
	}
	for _, file := range frenchPages(t) {
		text := strings.TrimSpace(readText(t, file))
		last := text[strings.LastIndex(text, "\n")+1:]
		require.Regexp(t, `Relu le \d+ \p{L}+ \d{4}\.\*$`, last, file)
		for _, m := range regexp.MustCompile(`([A-Z]{3,}|documents de découverte)[^(;]*?\(([0-9/]+)\)`).FindAllStringSubmatch(last, -1) {
			require.Contains(t, dates[m[1]], m[2], "%s: %s", file, m[1])
		}
	}
}

// The guide names the Go that go.mod wants.
func TestTheFrenchGuideNamesTheRightGo(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readText(t, "go.mod"))
	require.NotNil(t, version)
	for _, said := range regexp.MustCompile(`Go (\d+\.\d+)`).FindAllStringSubmatch(guide(t), -1) {
		require.Equal(t, version[1], said[1])
	}
}
