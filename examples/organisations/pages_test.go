package main

import (
	"encoding/xml"
	"io"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// everyPage returns each page once, by what it is.
func everyPage(t *testing.T) map[string]portaltest.Page {
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "off", "closed")
	w.write("off.json", all[1].text(map[string]any{"enabled": false}))
	w.write("closed.json", all[2].text(map[string]any{"level": "eidas2"}))
	w.serve(all[0])
	v, off, closed := w.visitor(all[0].url()), w.visitor(all[1].url()), w.visitor(all[2].url())
	pages := map[string]portaltest.Page{
		"sign-in": v.Get("/"), "not found": v.Get("/inconnue"), "stale": v.Get(callbackPath), "not signed out": v.Get(loggedOutPath),
		"off": off.Get("/"), "404 off": off.Get("/connexion"), "closed": closed.Get("/"), "no such host": w.visitor("https://nowhere.example").Get("/"),
	}
	all[0].idp.Next(mockidp.Scenario{Cancel: true})
	pages["denied"] = v.Get("/connexion")
	pages["account"] = v.signIn()
	pages["signed in"] = v.Get("/")
	pages["signed out"] = v.Submit(v.Submit(pages["account"]))
	return pages
}

var void = regexp.MustCompile(`<((?:meta|link) [^>]*)>`)

func TestPagesAreWellMadeAndGuarded(t *testing.T) {
	t.Parallel()
	pages := everyPage(t)
	require.Contains(t, pages["stale"].Body, "Recommencer")
	require.NotContains(t, pages["404 off"].Body, "Recommencer", "it would end the same way")
	for name, a := range pages {
		d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(strings.Replace(a.Body, "<!DOCTYPE html>", "", 1), "<$1/>")))
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
		require.Contains(t, a.Body, `lang="en"`, name)
		csp := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
			require.Contains(t, csp, part, name)
		}
		if name != "no such host" {
			require.Equal(t, "no-store", a.Header.Get("Cache-Control"), name)
			require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"), name)
		}
		if name == "signed in" {
			require.Equal(t, "same-origin", a.Header.Get("Referrer-Policy"), "an older browser sends the form without an Origin otherwise")
		}
		require.NotEmpty(t, a.Header.Get("Content-Language"), name)
	}
}

func TestTypography(t *testing.T) {
	t.Parallel()
	for name, a := range everyPage(t) {
		portaltest.RequireFrenchPage(t, name, a)
	}
	texts := map[string]error{}
	_, texts["folder"] = (&reader{folder: os.DirFS("nowhere")}).due(true, nil)
	w, bourg := newTown(t)
	w.write("bourg.json", bourg.text(nil))
	for name, wrong := range wrongFiles {
		_, texts[name] = readSettings([]byte(wrong.change(bourg.text(nil))), nil)
	}
	for name, err := range maps.All(texts) {
		if err == nil {
			continue // found by New, or by the folder
		}
		for _, c := range complaintsOf(err) {
			portaltest.RequireFrench(t, name, c.french)
		}
	}
}
