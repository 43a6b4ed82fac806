package main

import (
	"html"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/cog"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestWhatFranceConnectGaveIsLocked(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	before := town.one(t)
	p := v.Get(profilePath)
	require.Contains(t, p.Body, "Ces informations proviennent de FranceConnect et ne peuvent pas être modifiées ici.")
	require.Contains(t, p.Body, `value="VAUTRIN" readonly`)
	for _, field := range regexp.MustCompile(`<input[^>]*>`).FindAllString(p.Body, -1) {
		named := regexp.MustCompile(` name="(adresse|telephone)"`).MatchString(field)
		require.NotEqual(t, named, regexp.MustCompile(` readonly `).MatchString(field), field)
	}
	p = v.SubmitTo(p, profilePath, "adresse", "rose@example.org", "telephone", "+33 4 65 71 00 00",
		"nom", "X", "family_name", "X", "prenoms", "X", "usage", "X", "verrou-0", "X", "id", "X", "sub", "X")
	require.Equal(t, accountPath, p.At.Path)
	after := town.one(t)
	require.Equal(t, "rose@example.org", after.email)
	require.Equal(t, "+33 4 65 71 00 00", after.telephone)
	before.email, before.telephone = after.email, after.telephone
	require.Equal(t, before, after, "nothing else has changed")
	require.Contains(t, p.Body, "rose@example.org")
	require.Contains(t, html.UnescapeString(p.Body), "+33 4 65 71 00 00")
}

func TestAWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	before := town.one(t)
	p := v.SubmitTo(v.Get(profilePath), profilePath, "adresse", `"><b>`, "telephone", "appelez-moi")
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	require.Contains(t, p.Body, `id="adresse-probleme">Indiquez une adresse électronique`)
	require.Contains(t, p.Body, `id="telephone-probleme">Indiquez un numéro de téléphone`)
	require.Contains(t, p.Body, `value="appelez-moi" aria-invalid="true" aria-describedby="telephone-probleme"`)
	require.NotContains(t, p.Body, "<b>")
	require.Equal(t, before, town.one(t))
}

// Everything that FranceConnect says is text, whatever it looks like.
func TestNamesAreText(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	const mark = `<script>alert(1)</script>"'><img src=x>`
	town.idp.Next(mockidp.Scenario{Person: "camille", UserInfo: mockidp.TokenChange{Claims: map[string]any{
		"family_name": mark, "preferred_username": mark, "given_name": mark, "given_name_array": []string{mark}, "birthplace": mark, "email": mark}}})
	v := newVisitor(t, town.url)
	p := v.Get("/franceconnect/login?next=/mon-compte")
	for _, path := range []string{welcomePath, accountPath, profilePath, dataPath, "/", passwordPath} {
		p = v.Get(path)
		require.Equal(t, http.StatusOK, p.Status)
		require.NotContains(t, p.Body, "<script>", path)
		require.NotContains(t, p.Body, "<img", path)
	}
}

func TestTheLegalNoticeNamesTheSourceOfThePlaces(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, newTown(t).url)
	p := v.Get("/")
	require.Contains(t, p.Body, `<a href="/mentions-legales">`)
	require.Contains(t, html.UnescapeString(v.Get("/mentions-legales").Body), cog.Attribution)
}

// A page of an account asks others to sign in, and brings them there.
func TestPagesOfAnAccountAskToSignIn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	newVisitor(t, town.url).signIn()
	for _, path := range []string{accountPath, profilePath, passwordPath, dataPath, filePath, erasePath, welcomePath} {
		v := newVisitor(t, town.url)
		p := v.Get(path)
		require.Equal(t, "/connexion", p.At.Path, path)
		require.Equal(t, path, p.At.Query().Get("next"))
		require.Equal(t, path, v.Get(v.Link(p, "S’identifier avec FranceConnect")).At.Path)
	}
	for _, path := range []string{profilePath, addressPath, passwordPath, unlinkPath, erasePath, welcomePath, olderPath} {
		v := newVisitor(t, town.url)
		p := v.Submit(portaltest.Page{At: v.Get("/").At, Body: `<form method="post" action="` + path + `"></form>`})
		require.Equal(t, "/connexion", p.At.Path, path)
		require.Equal(t, accountPath, p.At.Query().Get("next"), "a form is not sent again")
	}
	town.one(t)
}
