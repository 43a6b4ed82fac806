package profile

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The profiles that there are.
func files(t *testing.T) (all []string) {
	for _, pattern := range []string{"../../profiles/*.json", "../../testdata/profiles/*.json"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		all = append(all, found...)
	}
	return all
}

func read(t *testing.T, file string) *Profile {
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	p, err := Read(content)
	require.NoError(t, err, file)
	return p
}

func TestEachProfileThatIsHereIsRead(t *testing.T) {
	t.Parallel()
	for _, file := range files(t) {
		p := read(t, file)
		require.NotEmpty(t, p.Product, file)
		require.Regexp(t, `^[0-3]\d/[01]\d/20\d\d$`, p.FrenchDate())
		require.NotEmpty(t, p.LabelOf("environment"))
		require.Empty(t, p.LabelOf("amr"))
	}
}

// A profile as an editor may write it, with one thing changed.
func changed(t *testing.T, change func(map[string]any)) []byte {
	content, err := os.ReadFile("../../profiles/mgdis.json")
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, json.Unmarshal(content, &object))
	change(object)
	content, err = json.Marshal(object)
	require.NoError(t, err)
	return content
}

// Each wrong field is named, in French and in English.
func TestWhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) func(map[string]any) {
		return func(o map[string]any) { o[name] = value }
	}
	within := func(outer, name string, value any) func(map[string]any) {
		return func(o map[string]any) { o[outer].(map[string]any)[name] = value }
	}
	list := func(all ...any) []any { return all }
	for _, c := range []struct {
		change                 func(map[string]any)
		field, french, english string
	}{
		{set("colour", "blue"), "colour", "champ connu", "known field"},
		{within("site", "colour", "blue"), "site.colour", "champ connu", "known field"},
		{within("screen", "fields", list(map[string]any{"label": "x", "setting": "text", "colour": "x"})), "screen.fields[0].colour", "champ connu", "known field"},
		{set("editor", 1), "editor", "texte entre guillemets", "text in quotation marks"},
		{set("editor", nil), "editor", "texte entre guillemets", "text in quotation marks"},
		{set("certified", "true"), "certified", "sans guillemets", "without quotation marks"},
		{set("scopes", "email"), "scopes", "liste", "list"},
		{set("scopes", list(1)), "scopes[0]", "texte", "text"},
		{set("site", list()), "site", "objet", "object"},
		{set("editor", " "), "editor", "est absent", "is missing"},
		{set("product", ""), "product", "est absent", "is missing"},
		{set("source", ""), "source", "est absent", "is missing"},
		{set("date", ""), "date", "est absent", "is missing"},
		{set("description", "a\nb"), "description", "une ligne", "one line"},
		{set("product", "A\u202eB"), "product", "invisible", "invisible"},
		{set("product", "A\x1b[31mB"), "product", "invisible", "invisible"},
		{set("source", "guide "+strings.Repeat("5ec3e7", 10)+"5EC3"), "source", "secret", "secret"},
		{set("date", "24/06/2025"), "date", "2025-06-24", "2025-06-24"},
		{set("first_v2", "9.2025.x"), "first_v2", "version", "version"},
		{set("callback_path", "retour"), "callback_path", "chemin", "path"},
		{set("logout_path", "/fin?x=1"), "logout_path", "chemin", "path"},
		{func(o map[string]any) { o["callback_path"], o["logout_path"] = "/x", "/x" }, "logout_path", "le même", "the same"},
		{within("site", "path", "aides"), "site.path", "chemin", "path"},
		{within("site", "cut", list("/")), "site.cut[0]", "est vide", "is empty"},
		{within("site", "cut", list("/x", "y")), "site.cut[1]", "chemin", "path"},
		{within("site", "space", ""), "site", "space", "space"},
		{within("site", "path", ""), "site", "path", "path"},
		{set("scopes", list("identite_pivo")), "scopes[0]", "scope", "scope"},
		{set("mail_domains", list("@mgdis.fr")), "mail_domains[0]", "domaine", "domain"},
		{within("screen", "fields", list(map[string]any{"label": "", "setting": "text"})), "screen.fields[0].label", "est absent", "is missing"},
		{within("screen", "fields", list(map[string]any{"label": "x", "setting": "colour"})), "screen.fields[0].setting", "client_id", "client_id"},
		{within("screen", "path", []any{}), "screen.path", "est absent", "is missing"},
	} {
		_, err := Read(changed(t, c.change))
		var all Problems
		require.True(t, errors.As(err, &all), "%s: %v", c.field, err)
		require.Len(t, all, 1, "%s: %v", c.field, err)
		require.Equal(t, c.field, all[0].Field)
		require.Contains(t, all[0].French, c.french, c.field)
		require.Contains(t, all[0].English, c.english, c.field)
		require.Equal(t, c.field+" "+all[0].French, all.In(false))
		require.Equal(t, "profile: "+c.field+" "+all[0].English, all.Error())
	}
}

func TestWhatIsNoProfileIsSaidSo(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"": "ligne 1", "{\n\"editor\": \"x\"\n\"product\"": "ligne 3", "[]": "objet", "null": "objet",
		`{"editor": "x", "editor": "y"}`: "deux fois",
	} {
		_, err := Read([]byte(content))
		var all Problems
		require.True(t, errors.As(err, &all), content)
		require.Contains(t, all.In(false), want, content)
		require.NotContains(t, all.In(false), "\n")
	}
	content, err := os.ReadFile("../../profiles/mgdis.json")
	require.NoError(t, err)
	_, err = Read(append([]byte("\ufeff"), content...))
	require.NoError(t, err, "an editor on Windows")
}

func TestVersionsAreNumbers(t *testing.T) {
	t.Parallel()
	p := &Profile{FirstV2: "9.2025.93"}
	for version, v2 := range map[string]bool{
		"9.2025.93": true, "9.2025.94": true, "9.2025.100": true, "9.2026.1": true, "10.0": true, "v9.2025.93.1": true,
		"9.2025.92": false, "9.2025.9": false, "9.2024.999": false, "8.2026.93": false, "9": false, "9.2025": false,
	} {
		require.True(t, IsVersion(version), version)
		require.Equal(t, v2, p.SpeaksV2(version), version)
	}
	for _, version := range []string{"", "9.2025.x", "9..93", "10.x", "-1", "9,2025,93"} {
		require.False(t, IsVersion(version), version)
	}
}

func TestSpaceIsFoundInEachSpelling(t *testing.T) {
	t.Parallel()
	p := read(t, "../../profiles/mgdis.json")
	for address, is := range map[string]bool{
		"https://portaildesaides.mgcloud.fr/accout-management/login?x=1": true, "https://x.example/account-management": true, "https://x.example/y/Account-Management/": true,
		"https://x.example/account-managements": false, "https://x.example/?account-management": false, "https://x.example": false, ":": false,
	} {
		require.Equal(t, is, p.IsSpace(address), address)
	}
	require.Equal(t, "/aides", p.SitePath("/accout-management/login"))
	require.Equal(t, "/portail", (&Profile{}).SitePath("portail/"))
	require.True(t, strings.HasPrefix((&Profile{}).SitePath(""), "/"))
}

// The table of docs/fr/editeur.md has the fields, in their order.
func TestTheGuideHasTheFields(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../../../docs/fr/editeur.md")
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(content), "\n| Champ du profil | Ce qu’il dit |\n| --- | --- |\n")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n\n")
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9_.]+)` \\| [^|]+ \\|$").FindAllStringSubmatch(table, -1) {
		documented = append(documented, row[1])
	}
	require.Len(t, documented, strings.Count(table, "\n")+1)
	require.Equal(t, names("", reflect.TypeFor[Profile]()), documented)
}

// names returns the fields of a type, those of objects and lists of objects behind
// the name that they are in.
func names(within string, of reflect.Type) (all []string) {
	for field := range of.Fields() {
		name, as := within+field.Tag.Get("json"), field.Type
		if as.Kind() == reflect.Slice {
			as = as.Elem()
		}
		if as.Kind() == reflect.Struct {
			all = append(all, names(name+".", as)...)
		} else {
			all = append(all, name)
		}
	}
	return all
}
