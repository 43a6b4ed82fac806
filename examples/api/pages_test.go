package main

import (
	"encoding/xml"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// everyPage is each page of the portal once, by what it is.
func everyPage(t *testing.T) map[string]page {
	town := newTown(t, func(_ *mockidp.Client, town *town) {
		town.api.scopes = append([]string{"donnee_de_demain"}, defaultDataScopes...)
	})
	v := newVisitor(t, town)
	all := map[string]page{
		"sign-in": v.get("/"), "what is asked": v.get(quotientPage), "not found": v.get("/inconnue"),
		"no session": v.get(loggedOutPath), "stale": v.get(callbackPath), "with data": v.signInWithData(),
	}
	require.Contains(t, all["what is asked"].text, "donnee_de_demain", "a scope that nobody knows shows its name")
	town.today(t, "panne-du-fournisseur")
	all["no data"] = v.get(dataLoginPath)
	town.idp.Next(mockidp.Scenario{Person: "ange"})
	all["another person"] = v.get(dataLoginPath)
	all["still signed in"] = v.get(loggedOutPath)
	other := newVisitor(t, town)
	all["account"] = other.signIn()
	all["what is asked, signed in"] = other.get(quotientPage)
	all["signed out"] = other.submit(other.submit(all["account"]))
	town.idp.Next(mockidp.Scenario{Cancel: true})
	all["denied"] = other.get(loginPath(quotientPage))
	r, err := http.NewRequest(http.MethodPost, town.url+"/deconnexion", nil)
	require.NoError(t, err)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	all["from another site"] = v.do(r)
	require.Equal(t, http.StatusForbidden, all["from another site"].status)
	_, _, ok := v.record(town)
	require.True(t, ok)
	return all
}

var (
	inEnglish = regexp.MustCompile(`(?s)<p[^>]* lang="en">.*?</p>|<span lang="en">.*?</span>`)
	badSpace  = regexp.MustCompile(`[^\x{a0}\x{202f}][:;!?»]|«[^\x{a0}\x{202f}]|'`)
)

func TestPagesAreWellMade(t *testing.T) {
	t.Parallel()
	for name, p := range everyPage(t) {
		count := map[string]int{}
		d := xml.NewDecoder(strings.NewReader(p.body))
		d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			count[e.Name.Local]++
			for _, a := range e.Attr {
				require.NotEqual(t, "style", a.Name.Local, name)
				if a.Name.Local == "id" {
					count["#"+a.Value]++
					require.Equal(t, 1, count["#"+a.Value], "%s: id %s", name, a.Value)
				}
			}
		}
		for element, want := range map[string]int{"h1": 1, "main": 1, "header": 1, "footer": 1, "title": 1, "script": 0, "style": 0} {
			require.Equal(t, want, count[element], "%s: %s", name, element)
		}
		require.Regexp(t, `<p[^>]* lang="en">`, p.body, name)
		require.Equal(t, "no-store", p.header.Get("Cache-Control"), name)
		require.Contains(t, p.header.Get("Content-Security-Policy"), "default-src 'none'", name)

		// In French there is a space before : ; ! ? » and after «, which never
		// begins a line, and the apostrophe is a curved one.
		french := inEnglish.ReplaceAllString(p.body, "")
		for line := range strings.Lines(html.UnescapeString(anyTag.ReplaceAllString(french, ""))) {
			require.False(t, badSpace.MatchString(line), "%s: %q", name, line)
		}
	}
}

func TestFranceConnectComesFirst(t *testing.T) {
	t.Parallel()
	p := newVisitor(t, newTown(t)).get("/")
	require.Less(t, strings.Index(p.text, "S’identifier avec FranceConnect"), strings.Index(p.text, "Sans FranceConnect"))
	require.Contains(t, p.body, `<p class="or">ou</p>`)
	css := newVisitor(t, newTown(t)).get("/style.css")
	require.Contains(t, css.body, ".franceconnect")
}
