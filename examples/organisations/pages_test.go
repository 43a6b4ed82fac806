package main

import (
	"encoding/xml"
	"html"
	"io"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// everyPage is each page once, by what it is.
func everyPage(t *testing.T) map[string]answer {
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "off", "closed")
	w.write("off.json", all[1].text(map[string]any{"enabled": false}))
	w.write("closed.json", all[2].text(map[string]any{"level": "eidas2"}))
	w.serve(all[0])
	v, off, closed := w.visitor(all[0].url()), w.visitor(all[1].url()), w.visitor(all[2].url())
	pages := map[string]answer{
		"sign-in": v.get("/"), "not found": v.get("/inconnue"), "stale": v.get(callbackPath), "not signed out": v.get(loggedOutPath),
		"off": off.get("/"), "404 off": off.get("/connexion"), "closed": closed.get("/"), "no such host": w.visitor("https://nowhere.example").get("/"),
	}
	all[0].idp.Next(mockidp.Scenario{Cancel: true})
	pages["denied"] = v.get("/connexion")
	pages["account"] = v.signIn()
	pages["signed in"] = v.get("/")
	pages["signed out"] = v.submit(v.submit(pages["account"]))
	return pages
}

var void = regexp.MustCompile(`<((?:meta|link) [^>]*)>`)

func TestPagesAreWellMadeAndGuarded(t *testing.T) {
	t.Parallel()
	pages := everyPage(t)
	require.Contains(t, pages["stale"].body, "Recommencer")
	require.NotContains(t, pages["404 off"].body, "Recommencer", "it would end the same way")
	for name, a := range pages {
		d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(strings.Replace(a.body, "<!DOCTYPE html>", "", 1), "<$1/>")))
		d.Entity = xml.HTMLEntity
		h1 := 0
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
			if e, ok := token.(xml.StartElement); ok {
				require.NotContains(t, []string{"script", "style"}, e.Name.Local, name)
				for _, attribute := range e.Attr {
					require.NotEqual(t, "style", attribute.Name.Local, name)
				}
				if e.Name.Local == "h1" {
					h1++
				}
			}
		}
		require.Equal(t, 1, h1, name)
		require.Contains(t, a.body, `lang="en"`, name)
		csp := a.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
			require.Contains(t, csp, part, name)
		}
		if name != "no such host" {
			require.Equal(t, "no-store", a.header.Get("Cache-Control"), name)
			require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"), name)
		}
		if name == "signed in" {
			require.Equal(t, "same-origin", a.header.Get("Referrer-Policy"), "an older browser sends the form without an Origin otherwise")
		}
		require.NotEmpty(t, a.header.Get("Content-Language"), name)
	}
}

var (
	inEnglish = regexp.MustCompile(`(?s)<(\w+)[^>]* lang="en">.*?</(\w+)>`)
	anyTag    = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)
	badSpace  = regexp.MustCompile(`[^\x{a0}\x{202f}][:;!?»]|«[^\x{a0}\x{202f}]|'`)
)

// In French there is a space before : ; ! ? » and after «, which never begins
// a line, and the apostrophe is a curved one.
func TestTypography(t *testing.T) {
	t.Parallel()
	for name, a := range everyPage(t) {
		french := inEnglish.ReplaceAllString(a.body, "")
		for _, line := range strings.Split(html.UnescapeString(anyTag.ReplaceAllString(french, "")), "\n") {
			require.False(t, badSpace.MatchString(line), "%s: %q", name, line)
		}
	}
	texts := map[string]error{}
	_, texts["folder"] = readFolder("nowhere", nil)
	w := newWorld(t)
	bourg := w.towns(mockidp.V2, "bourg")[0]
	w.write("bourg.json", bourg.text(nil))
	for name, wrong := range wrongFiles {
		_, texts[name] = readSettings([]byte(wrong.change(bourg.text(nil))), nil)
	}
	for name, err := range maps.All(texts) {
		if err == nil {
			continue // found by New, or by the folder
		}
		for _, c := range complaintsOf(err) {
			require.False(t, badSpace.MatchString(strings.ReplaceAll(c.french, "https://", "")), "%s: %q", name, c.french)
		}
	}
}
