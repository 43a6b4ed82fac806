package main

import (
	"html"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// otherwise signs camille in, of whom FranceConnect says something else now.
func otherwise(v *visitor, town *town, claims map[string]any) page {
	town.idp.Next(mockidp.Answer{Person: "camille", UserInfo: mockidp.Token{Claims: claims}})
	p := v.get("/franceconnect/login?next=/mon-compte")
	p.body = html.UnescapeString(p.body)
	return p
}

func TestAReturnWithoutAChangeSaysNothing(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	v.signIn()
	p := otherwise(v, town, nil)
	require.NotContains(t, p.body, "Ce qui a changé")
	require.NotContains(t, p.body, "Une autre adresse")
	town.one(t)
}

func TestAChangeOfNameIsSaidOnceAndKept(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	v.signIn()
	id := town.one(t).ID

	p := otherwise(v, town, map[string]any{"preferred_username": "d’Hivernon"})
	require.Contains(t, p.body, "Votre nom d’usage a changé chez FranceConnect\u00a0: d’Hivernon.")
	require.Contains(t, p.body, "Camille d’Hivernon</a>", "in the header")
	require.Contains(t, p.body, "<dt>Nom d’usage</dt><dd>d’Hivernon</dd>")
	require.NotContains(t, v.get(accountPath).body, "a changé", "once")
	a := town.one(t)
	require.Equal(t, id, a.ID)
	require.Equal(t, "d’Hivernon", a.Record.UsageName)

	// Whoever comes back twice before they look has missed nothing.
	v.get("/franceconnect/login?next=/")
	town.idp.Next(mockidp.Answer{Person: "camille", UserInfo: mockidp.Token{Claims: map[string]any{"birthplace": "75107"}}})
	v.get("/franceconnect/login?next=/")
	p = v.get(accountPath)
	require.Contains(t, html.UnescapeString(p.body), "Votre nom d’usage a changé chez FranceConnect\u00a0: Lestang.")
	require.Contains(t, html.UnescapeString(p.body), "Votre lieu de naissance a changé chez FranceConnect\u00a0: Paris 7e (75107).")
}

func TestEveryChangeOfCivilStatusHasItsSentence(t *testing.T) {
	t.Parallel()
	for said, claims := range map[string]map[string]any{
		"Votre civilité a changé chez FranceConnect\u00a0: Monsieur.":                                  {"gender": "male"},
		"Votre civilité n’est plus précisée par FranceConnect.":                                        {"gender": "unspecified"},
		"Vos prénoms ont changé chez FranceConnect\u00a0: Camille, Ariane.":                            {"given_name": "Camille Ariane", "given_name_array": []string{"Camille", "Ariane"}},
		"Votre nom de naissance a changé chez FranceConnect\u00a0: VAUTRIN-BLE.":                       {"family_name": "VAUTRIN-BLE"},
		"Votre nom d’usage n’est plus transmis par FranceConnect.":                                     {"preferred_username": nil},
		"Votre date de naissance a changé chez FranceConnect\u00a0: 1er mars 1984.":                    {"birthdate": "1984-03-01"},
		"Votre lieu de naissance a changé chez FranceConnect\u00a0: Le Havre (Seine-Maritime, 76351).": {"birthplace": "76351"},
	} {
		town := newTown(t)
		v := newVisitor(t, town.url)
		v.signIn()
		p := otherwise(v, town, claims)
		require.Contains(t, p.body, "<li>"+said+"</li>\n</ul>", said)
	}
}

func TestAnotherAddressIsProposedAndNeverTaken(t *testing.T) {
	t.Parallel()
	for choice, want := range map[string]string{"prendre": "c.lestang@example.org", "garder": "camille.lestang@example.fr"} {
		town := newTown(t)
		v := newVisitor(t, town.url)
		v.signIn()
		p := otherwise(v, town, map[string]any{"email": "c.lestang@example.org"})
		require.Contains(t, p.body, "FranceConnect nous donne maintenant l’adresse c.lestang@example.org")
		require.Equal(t, "camille.lestang@example.fr", town.one(t).email)
		require.Contains(t, v.get(accountPath).body, "nous donne maintenant", "until there is an answer")
		p = v.submitTo(p, addressPath, "choix", choice)
		require.NotContains(t, p.body, "nous donne maintenant")
		require.Equal(t, want, town.one(t).email)
		p = otherwise(v, town, map[string]any{"email": "c.lestang@example.org"})
		require.NotContains(t, p.body, "nous donne maintenant", "not again")
	}
}

// Who writes to us from another address than FranceConnect’s is not asked at
// each visit whether that is right.
func TestAnAddressOfOnesOwnIsNotQuestioned(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "camille")
	v.submitTo(p, welcomePath, "adresse", "autre", "autre-adresse", "rose@example.org")
	require.NotContains(t, otherwise(v, town, nil).body, "nous donne maintenant")
	require.NotContains(t, otherwise(v, town, map[string]any{"email": "rose@example.org"}).body, "nous donne maintenant")
	require.Contains(t, otherwise(v, town, map[string]any{"email": "new@example.org"}).body, "nous donne maintenant")
	require.Equal(t, "rose@example.org", town.one(t).email)
}
