package main

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

var (
	personTag   = regexp.MustCompile(`<a class="person"[^>]*><span[^>]*>[^<]*</span>([^<]*)</a>`)
	identityTag = regexp.MustCompile(`(?s)<h2 id="identite">.*?</h2>(.*?)<p class="note">`)
	anyTag      = regexp.MustCompile(`(?s)<[^>]*>`)
	lineEnd     = regexp.MustCompile(`</(?:p|div)>`)
)

// said returns what the account page says of who is signed in, a line each: in its
// header, in a sentence, and of each field.
func said(p portaltest.Page) []string {
	lines := personTag.FindStringSubmatch(p.Body)[1:]
	text := strings.ReplaceAll(strings.ReplaceAll(identityTag.FindStringSubmatch(p.Body)[1], "\n", ""), "</dt>", "\t")
	for line := range strings.SplitSeq(lineEnd.ReplaceAllString(text, "\n"), "\n") {
		if line = anyTag.ReplaceAllString(line, ""); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Split(html.UnescapeString(strings.Join(lines, "\n")), "\n")
}

// What the account page says of everybody whom the mock knows, from each
// FranceConnect that lets them in, with the names of places that cog has. The
// file was read by a person, every line; UPDATE_GOLDEN=1 writes it anew.
func TestTheAccountPageOfEverybody(t *testing.T) {
	t.Parallel()
	const file = "testdata/people.golden"
	v2, v2Known, plus := newTown(t), newTown(t), newTownOn(t, mockidp.Plus, false)
	v2Known.config.Scopes = append([]string{"idp_birthdate"}, defaultScopes...)
	v2Known.restart(t)
	var b strings.Builder
	shown := 0
	for _, who := range mockidp.People() {
		var before []string
		for _, on := range []struct {
			name string
			town *town
		}{{"FranceConnect", v2}, {"FranceConnect with idp_birthdate", v2Known}, {"FranceConnect+", plus}} {
			for id := range on.town.portal.accounts.byID { // nobody is taken for anybody
				on.town.portal.accounts.erase(id)
			}
			on.town.idp.Next(mockidp.Scenario{Person: who.Login})
			v := newVisitor(t, on.town.url)
			p := v.read(v.Get("/franceconnect/login?next=/mon-compte"))
			lines := []string{"is refused by FranceConnect"}
			if p.At.Path == accountPath {
				shown++
				lines = said(p)
			} else {
				require.NotContains(t, p.At.String(), on.town.url, who.Login)
			}
			if on.town != v2Known || !slices.Equal(lines, before) {
				fmt.Fprintf(&b, "%s, %s\n\t%s\n\n", who.Login, on.name, strings.Join(lines, "\n\t"))
			}
			before = lines
		}
	}
	require.Greater(t, shown, 120)
	got := b.String()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
