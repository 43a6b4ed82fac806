package portaltest

import (
	"encoding/xml"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// On opens a page and returns what the first group of a pattern finds on it, ""
// for nothing.
func On(t *testing.T, browser *http.Client, address string, pattern *regexp.Regexp) string {
	res, err := browser.Get(address)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	if found := pattern.FindSubmatch(body); found != nil {
		return string(found[1])
	}
	return ""
}

// RequireWellMade checks what every page of a portal has: one heading, a text in
// English, no id twice, and nothing that its Content-Security-Policy forbids.
func RequireWellMade(t *testing.T, name string, p Page) {
	t.Helper()
	count := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(p.Body))
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
			require.False(t, strings.HasPrefix(a.Name.Local, "on"), "%s: %s", name, a.Name.Local)
			if a.Name.Local == "id" {
				count["#"+a.Value]++
				require.Equal(t, 1, count["#"+a.Value], "%s: id %s", name, a.Value)
			}
		}
	}
	for element, want := range map[string]int{"h1": 1, "main": 1, "header": 1, "footer": 1, "title": 1, "script": 0, "style": 0} {
		require.Equal(t, want, count[element], "%s: %s", name, element)
	}
	require.Contains(t, p.Body, `<html lang="fr">`, name)
	require.Contains(t, p.Body, `lang="en"`, name)
	require.Contains(t, p.Header.Get("Content-Security-Policy"), "default-src 'none'", name)
}

var (
	inEnglish = regexp.MustCompile(`(?s)<p[^>]* lang="en">.*?</p>|<span[^>]* lang="en">.*?</span>|<div[^>]* lang="en">.*?</div>`)
	badSpace  = regexp.MustCompile(`[^\x{a0}\x{202f}][:;!?»]|«[^\x{a0}\x{202f}]|'`)
)

// RequireFrench checks the typography of a text: in French there is a space
// before : ; ! ? » and after «, which never begins a line, and the apostrophe is a
// curved one.
func RequireFrench(t *testing.T, name, text string) {
	t.Helper()
	require.False(t, badSpace.MatchString(strings.ReplaceAll(text, "https://", "")), "%s: %q", name, text)
}

// RequireFrenchPage checks the typography of what a page says in French.
func RequireFrenchPage(t *testing.T, name string, p Page) {
	t.Helper()
	for line := range strings.Lines(html.UnescapeString(anyTag.ReplaceAllString(inEnglish.ReplaceAllString(p.Body, ""), ""))) {
		RequireFrench(t, name, line)
	}
}
