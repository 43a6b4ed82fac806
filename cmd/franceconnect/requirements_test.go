package main

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// What docs/fr/exigences.md says of the requirements S1 to S77 is so: all that a row names
// is run, or read where its link leads, and says the words of
// testdata/requirements.tsv.
func TestEachRequirementIsMetAsTheGuideSays(t *testing.T) {
	t.Chdir("../..") // where the commands of the guide find their files
	table := contentOf(t, "docs/fr/exigences.md")
	wanted := map[string][]string{} // by row and what is named there
	for line := range strings.Lines(contentOf(t, "cmd/franceconnect/testdata/requirements.tsv")) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, cells, 3, line)
		wanted[cells[0]+" "+cells[1]] = append(wanted[cells[0]+" "+cells[1]], cells[2])
	}
	rows := regexp.MustCompile(`(?m)^\| (S\d+) \| .+ \| (fait|documenté|hors du projet)\x{a0}: (.+) \|$`).FindAllStringSubmatch(table, -1)
	require.Len(t, rows, 77)
	for i, row := range rows {
		require.Equal(t, "S"+strconv.Itoa(i+1), row[1])
		names := regexp.MustCompile("`([^`]+)`|\\]\\(([^)]+)\\)").FindAllStringSubmatch(row[3], -1)
		require.Equal(t, row[1] == "S74", row[2] == "hors du projet", row[0])
		require.Equal(t, row[1] == "S74", len(names) == 0, row[0])
		for _, m := range names {
			named := m[1] + m[2]
			require.Contains(t, wanted, row[1]+" "+named, "no words to look for")
			said := oneLine(shown(t, named))
			for _, words := range wanted[row[1]+" "+named] {
				rest := said
				for part := range strings.SplitSeq(words, " … ") { // in this order
					_, after, found := strings.Cut(rest, part)
					require.True(t, found, "%s: %s does not say: %s\n%s", row[1], named, part, said)
					rest = after
				}
			}
			delete(wanted, row[1]+" "+named)
		}
	}
	require.Empty(t, wanted, "no row names these")
}

// shown returns what is seen of a name in the table: what a command writes, what
// some Go does, a page of the guide, a file.
func shown(t *testing.T, named string) string {
	t.Helper()
	if command, ok := strings.CutPrefix(named, "franceconnect "); ok {
		var out strings.Builder
		status := run(t.Context(), system{
			args:   strings.Fields(strings.ReplaceAll(command, "'", "")),
			getenv: func(name string) string { return map[string]string{"FRANCECONNECT_CLIENT_SECRET": secret}[name] },
			stdout: &out, stderr: &out, now: time.Now,
		})
		require.NotEqual(t, misused, status, out.String())
		requireNoSecret(t, out.String(), secret)
		return out.String()
	}
	if page, _, ok := strings.Cut(named, ".md"); ok {
		return contentOf(t, "docs/fr/"+page+".md")
	}
	if does := doings[named]; does != nil {
		return does(t)
	}
	return contentOf(t, named)
}

func contentOf(t *testing.T, file string) string {
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(content)
}

// oneLine returns a text without its line breaks and no-break spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// threeAddresses are those that an administrator chooses from.
var threeAddresses = []string{"https://oidc.franceconnect.gouv.fr", "https://fcp-low.sbx.dev-franceconnect.fr", "https://fcp-low.integ01.dev-franceconnect.fr"}

// doings are what else the guide names, done: each returns what comes of it.
var doings = map[string]func(*testing.T) string{
	"make run":               func(t *testing.T) string { return contentOf(t, "Makefile") },
	"examples/organisations": func(t *testing.T) string { return contentOf(t, "examples/organisations/main.go") },

	"Production":  func(*testing.T) string { return franceconnect.Production.Parts().Issuer },
	"Sandbox":     func(*testing.T) string { return franceconnect.Sandbox.Parts().Issuer },
	"Integration": func(*testing.T) string { return franceconnect.Integration.Parts().Issuer },
	"ParseEnvironment": func(t *testing.T) (all string) {
		for _, text := range append(threeAddresses, "production", "https://oidc.franceconnect.gouv.fr/api/v2/") {
			env, err := franceconnect.ParseEnvironment(text)
			require.NoError(t, err)
			all += env.Parts().Issuer + "\n"
		}
		return all
	},
	"FRANCECONNECT_PLATFORM": func(t *testing.T) string {
		c := fromEnv(t, map[string]string{"FRANCECONNECT_ENVIRONMENT": "https://nouveau.franceconnect.gouv.fr", "FRANCECONNECT_PLATFORM": "v2"})
		return c.Environment.Parts().Issuer
	},
	"Custom": func(t *testing.T) string {
		return client(t, func(c *franceconnect.Config) {
			c.Environment = franceconnect.Custom{Issuer: "https://nouveau.franceconnect.gouv.fr/api/v2"}
		}).ProviderOrigin()
	},
	"Discover": func(t *testing.T) string {
		idp := mockidp.Start(t, mockidp.Config{})
		found, err := franceconnect.Discover(t.Context(), idp.Issuer(), nil)
		require.NoError(t, err)
		return strings.Replace(found.AuthorizationURL, idp.Issuer(), "émetteur", 1)
	},

	"Level": func(*testing.T) string {
		return fmt.Sprint(franceconnect.Eidas1, " < ", franceconnect.Eidas2, " < ", franceconnect.Eidas3)
	},
	"Config.Level":   func(t *testing.T) string { return departure(t, client(t, nil)).Request.URL.RawQuery },
	"ErrLevelTooLow": lowLevel,
	"Pool.New": func(t *testing.T) (all string) {
		var pool franceconnect.Pool
		for i, name := range []string{"bourg", "hautmont"} {
			c := config(func(c *franceconnect.Config) {
				c.Environment, _ = franceconnect.ParseEnvironment(threeAddresses[i])
				c.ClientID, c.RedirectURL = "client-"+name, "https://"+name+".example.fr/retour"
			})
			fc, err := pool.New(c)
			require.NoError(t, err)
			q := departure(t, fc).Request.URL.Query()
			all += fmt.Sprintln(fc.ProviderOrigin(), q.Get("client_id"), q.Get("redirect_uri"))
		}
		return all
	},

	"ConfigFromEnv": func(t *testing.T) (all string) {
		for _, address := range threeAddresses {
			all += settingsOf(fromEnv(t, map[string]string{"FRANCECONNECT_ENVIRONMENT": address, "FRANCECONNECT_CLIENT_ID": clientID, "FRANCECONNECT_CLIENT_SECRET": secret}))
		}
		return all
	},
	"ConfigFromJSON": func(t *testing.T) (all string) {
		for _, address := range threeAddresses {
			c, err := franceconnect.ConfigFromJSON([]byte(`{"enabled": true, "button": "alternative", "text": "Connectez-vous", "environment": "`+address+`", "client_id": "`+clientID+`", "client_secret": "`+secret+`"}`), nil)
			require.NoError(t, err)
			all += settingsOf(c)
		}
		return all
	},
	"FRANCECONNECT_CLIENT_SECRET_FILE": func(t *testing.T) string {
		file := filepath.Join(t.TempDir(), "secret")
		require.NoError(t, os.WriteFile(file, []byte(secret+"\n"), 0o600))
		return settingsOf(fromEnv(t, map[string]string{"FRANCECONNECT_ENVIRONMENT": "production", "FRANCECONNECT_CLIENT_SECRET_FILE": file}))
	},
	"FRANCECONNECT_ENABLED": func(t *testing.T) string {
		return disabled(t, fromEnv(t, map[string]string{"FRANCECONNECT_ENABLED": "false"}))
	},
	"Config.Disabled": func(t *testing.T) string { return disabled(t, franceconnect.Config{Disabled: true}) },
	"Principal":       func(t *testing.T) string { return button(client(t, nil)) },
	"Config.ButtonVariant": func(t *testing.T) string {
		return button(client(t, func(c *franceconnect.Config) { c.ButtonVariant = franceconnect.Alternative }))
	},
	"Config.ButtonText": func(t *testing.T) string {
		return button(client(t, func(c *franceconnect.Config) { c.ButtonText = "Entrez avec FranceConnect" }))
	},
	"Platform.RecommendVariant": func(t *testing.T) (all string) {
		for _, background := range []string{"#ffffff", "#000091"} {
			variant, contrast, err := franceconnect.V2.RecommendVariant(background)
			require.NoError(t, err)
			require.GreaterOrEqual(t, contrast, 3.0)
			all += background + " " + variant.String() + "\n"
		}
		return all
	},
	"Config.ClientID": func(*testing.T) string { return refused(func(c *franceconnect.Config) { c.ClientID += "\n" }) },
	"Config.ClientSecret": func(*testing.T) string {
		return refused(func(c *franceconnect.Config) { c.ClientSecret = " " + secret })
	},
	"OperatorAdvice": func(*testing.T) string { return refused(func(c *franceconnect.Config) { c.ClientSecret = "" }) },
	"ConfigError": func(t *testing.T) string {
		_, err := franceconnect.ConfigFromJSON([]byte(`{"level": "fort"}`), nil)
		for _, wrong := range franceconnect.ConfigErrors(err) {
			if wrong.Field == "level" {
				return wrong.French
			}
		}
		return ""
	},
}

// config returns that of a portal, changed.
func config(change func(*franceconnect.Config)) franceconnect.Config {
	c := franceconnect.Config{
		Environment: franceconnect.Production, ClientID: clientID, ClientSecret: secret,
		RedirectURL: "https://portail.example.fr/retour", CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()},
	}
	if change != nil {
		change(&c)
	}
	return c
}

func client(t *testing.T, change func(*franceconnect.Config)) *franceconnect.Client {
	fc, err := franceconnect.New(config(change))
	require.NoError(t, err)
	return fc
}

func fromEnv(t *testing.T, env map[string]string) franceconnect.Config {
	c, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", func(name string) string { return env[name] })
	require.NoError(t, err)
	return c
}

// settingsOf returns what differs from one environment to another, and the button.
func settingsOf(c franceconnect.Config) string {
	return fmt.Sprintln(c.Environment.Parts().Issuer, "disabled", c.Disabled, c.ButtonVariant, c.ButtonText, "client", c.ClientID == clientID, "secret", c.ClientSecret == secret)
}

// refused returns what an administrator reads of a wrong value.
func refused(change func(*franceconnect.Config)) string {
	_, err := franceconnect.New(config(change))
	french, _ := franceconnect.OperatorAdvice(err)
	return french
}

func button(fc *franceconnect.Client) string {
	return string(fc.Button(franceconnect.Button{Path: "/login", PrincipalImage: "/FCboutons-10.svg", AlternativeImage: "/second.svg"}))
}

// disabled returns what a portal shows and does that is switched off.
func disabled(t *testing.T, c franceconnect.Config) string {
	fc, err := franceconnect.New(c)
	require.NoError(t, err)
	w := httptest.NewRecorder()
	err = fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{})
	return fmt.Sprint("bouton «", button(fc), "» ", franceconnect.StatusCode(err))
}

// departure returns the answer that sends a browser to FranceConnect, with the
// request that follows it.
func departure(t *testing.T, fc *franceconnect.Client) *http.Response {
	w := httptest.NewRecorder()
	require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{}))
	answer := w.Result()
	to, err := answer.Location()
	require.NoError(t, err)
	answer.Request = httptest.NewRequest(http.MethodGet, to.String(), nil)
	return answer
}

// lowLevel returns what becomes of somebody whom FranceConnect+ lets in at the
// level of FranceConnect.
func lowLevel(t *testing.T) string {
	idp := mockidp.Start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true, Default: mockidp.Scenario{ACR: "eidas1"}})
	c, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv("https://portail.example.fr/retour", ""))
	require.NoError(t, err)
	fc, err := franceconnect.New(c)
	require.NoError(t, err)
	gone := departure(t, fc)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "portail.example.fr" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	answer, err := browser.Get(gone.Request.URL.String())
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	back := httptest.NewRequest(http.MethodGet, answer.Header.Get("Location"), nil)
	for _, cookie := range gone.Cookies() {
		back.AddCookie(cookie)
	}
	_, err = fc.Callback(httptest.NewRecorder(), back)
	require.ErrorIs(t, err, franceconnect.ErrLevelTooLow)
	return err.Error()
}
