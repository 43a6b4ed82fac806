package main

import (
	"html"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// otherwise signs camille in, of whom FranceConnect says something else now.
func otherwise(v *visitor, town *town, claims map[string]any) portaltest.Page {
	town.idp.Next(mockidp.Scenario{Person: "camille", UserInfo: mockidp.TokenChange{Claims: claims}})
	p := v.Get("/franceconnect/login?next=/mon-compte")
	p.Body = html.UnescapeString(p.Body)
	return p
}

func TestAReturnWithoutAChangeSaysNothing(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	p := otherwise(v, town, nil)
	require.NotContains(t, p.Body, "Ce qui a changé")
	require.NotContains(t, p.Body, "Une autre adresse")
	town.one(t)
}

func TestAChangeOfNameIsSaidOnceAndKept(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	id := town.one(t).ID

	p := otherwise(v, town, map[string]any{"preferred_username": "d’Hivernon"})
	require.Contains(t, p.Body, "Votre nom d’usage a changé chez FranceConnect\u00a0: d’Hivernon.")
	require.Contains(t, p.Body, "Camille d’Hivernon</a>", "in the header")
	require.Contains(t, p.Body, "<dt>Nom d’usage</dt><dd>d’Hivernon</dd>")
	require.NotContains(t, v.Get(accountPath).Body, "a changé", "once")
	a := town.one(t)
	require.Equal(t, id, a.ID)
	require.Equal(t, "d’Hivernon", a.Record.UsageName)

	// Whoever comes back twice before they look has missed nothing.
	v.Get("/franceconnect/login?next=/")
	town.idp.Next(mockidp.Scenario{Person: "camille", UserInfo: mockidp.TokenChange{Claims: map[string]any{"birthplace": "75107"}}})
	v.Get("/franceconnect/login?next=/")
	p = v.Get(accountPath)
	require.Contains(t, html.UnescapeString(p.Body), "Votre nom d’usage a changé chez FranceConnect\u00a0: Lestang.")
	require.Contains(t, html.UnescapeString(p.Body), "Votre lieu de naissance a changé chez FranceConnect\u00a0: Paris 7e (75107).")
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
		town, v := signedIn(t)
		p := otherwise(v, town, claims)
		require.Contains(t, p.Body, "<li>"+said+"</li>\n</ul>", said)
	}
}

// withoutScopes signs somebody in who has taken all scopes but some out of the
// address that the portal sent their browser to.
func withoutScopes(v *visitor, town *town, login, but string) portaltest.Page {
	town.idp.Next(mockidp.Scenario{Person: login})
	v.T.Helper()
	to, err := url.Parse(v.Peek("/franceconnect/login?next=/mon-compte").Header.Get("Location"))
	require.NoError(v.T, err)
	q := to.Query()
	q.Set("scope", but)
	to.RawQuery = q.Encode()
	p := v.Get(to.String())
	require.Equal(v.T, []string{but}, asked(v.T, town.idp)["scope"])
	p.Body = html.UnescapeString(p.Body)
	return p
}

// What is not sent is not emptied, and no news.
func TestWhoTakesScopesOutOfTheAddressEmptiesNothing(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"camille", "yasmine", "linh"} { // the latter were born abroad
		town := newTown(t)
		town.config.Scopes = append([]string{"idp_birthdate"}, defaultScopes...)
		town.restart(t)
		town.idp.Next(mockidp.Scenario{Person: login})
		v := newVisitor(t, town.url)
		v.signIn()
		before, lines := town.one(t), said(v.Get(accountPath))
		require.NotEmpty(t, before.received.identity.Email)

		town.clock.Advance(time.Minute)
		p := withoutScopes(v, town, login, "openid given_name family_name gender birthdate")
		require.Equal(t, accountPath, p.At.Path)
		require.NotContains(t, p.Body, "Ce qui a changé", login)
		require.NotContains(t, p.Body, "Une autre adresse", login)
		require.Equal(t, lines, said(p), login)
		after := town.one(t)
		require.Equal(t, before.Record, after.Record, login)
		require.Equal(t, before.received.identity, after.received.identity, login)
		require.Equal(t, before.email, after.email)
		require.Equal(t, town.clock.Now(), after.received.at)
		require.Contains(t, html.UnescapeString(v.Get(dataPath).Body), "ce qui n’est pas transmis cette fois-là reste tel qu’il était")

		// And who comes back whole has nothing to be told either.
		town.idp.Next(mockidp.Scenario{Person: login})
		require.NotContains(t, v.signIn().Body, "Ce qui a changé", login)
	}
}

// What is sent takes the place of what was there, the empty place of who was
// born abroad too: a claim at a time, from each side of the pivot.
func TestWhatIsNotSentStaysAndWhatIsSentIsTaken(t *testing.T) {
	t.Parallel()
	date := func(y, m, d int) person.BirthDate {
		return person.BirthDate{Year: y, Month: time.Month(m), Day: d}
	}
	inFrance := person.Pivot{GivenName: "Rose Ariane", GivenNames: []string{"Rose", "Ariane"}, FamilyName: "VAUTRIN", Gender: person.Female,
		BirthDate: date(1984, 2, 29), BirthPlace: "69123", BirthCountry: person.France}
	abroad := person.Pivot{GivenName: "Zoé", GivenNames: []string{"Zoé"}, FamilyName: "BLE", Gender: person.Unspecified,
		BirthDate: date(1984, 3, 1), BirthCountry: "99352"}
	whole := func(p person.Pivot, more string) person.Identity {
		return person.Identity{Pivot: p, UsageName: "Lestang" + more, Email: more + "@example.fr", PhoneNumber: "0" + more,
			Address: &person.Address{Locality: more}, IdentityProviderBirthDate: date(1984, len(more), 0)}
	}
	register := whole(inFrance, "a")
	register.RNIPP = &inFrance
	for name, test := range map[string]struct{ now, before, want person.Identity }{
		"nothing":            {person.Identity{}, whole(inFrance, "a"), whole(inFrance, "a")},
		"all":                {whole(abroad, "bb"), whole(inFrance, "a"), whole(abroad, "bb")},
		"all, the other way": {whole(inFrance, "bb"), whole(abroad, "a"), whole(inFrance, "bb")},
		"nothing of the register": {whole(abroad, "bb"), register, func() person.Identity {
			id := whole(abroad, "bb")
			id.RNIPP = &inFrance
			return id
		}()},
		"something of the register": {person.Identity{RNIPP: &person.Pivot{FamilyName: "BLE"}}, register, func() person.Identity {
			id, changed := whole(inFrance, "a"), inFrance
			changed.FamilyName = "BLE"
			id.RNIPP = &changed
			return id
		}()},
		"the register for the first time": {register, whole(inFrance, "a"), register},
		"a country and no place":          {person.Identity{Pivot: person.Pivot{BirthCountry: person.France}}, whole(inFrance, "a"), whole(inFrance, "a")},
		"a place and no country":          {person.Identity{Pivot: person.Pivot{BirthPlace: "69123"}}, whole(inFrance, "a"), whole(inFrance, "a")},
		"born in France after all": {person.Identity{Pivot: person.Pivot{BirthCountry: person.France}},
			person.Identity{Pivot: person.Pivot{BirthPlace: "Alger", BirthCountry: "99352"}},
			person.Identity{Pivot: person.Pivot{BirthCountry: person.France}}},
		"born abroad after all": {person.Identity{Pivot: person.Pivot{BirthCountry: "99352"}}, whole(inFrance, "a"), func() person.Identity {
			id := whole(inFrance, "a")
			id.BirthPlace, id.BirthCountry = "", "99352"
			return id
		}()},
	} {
		require.Equal(t, test.want, completed(test.now, []string{"identite_pivot", "email"}, test.before), name)
	}
	for _, scope := range []string{"preferred_username", "profile"} {
		want := whole(inFrance, "a")
		want.UsageName = ""
		require.Equal(t, want, completed(person.Identity{}, []string{scope}, whole(inFrance, "a")), "there is none")
	}
}

// What FranceConnect says is what FranceConnect+ had from the register, and no
// old register stays beside it.
func TestAnAccountOfFranceConnectPlusGoesOnWithFranceConnect(t *testing.T) {
	t.Parallel()
	register := person.Pivot{GivenName: "Rose", GivenNames: []string{"Rose"}, FamilyName: "VAUTRIN", BirthPlace: "69123", BirthCountry: person.France}
	spelled := register
	spelled.FamilyName = "Vautrin"
	var a account
	a.receive(received{identity: person.Identity{Pivot: spelled, RNIPP: &register}, from: "FranceConnect+"})
	a.receive(received{from: "FranceConnect+"})
	require.Equal(t, person.Identity{Pivot: spelled, RNIPP: &register}, a.received.identity)
	a.receive(received{identity: person.Identity{Pivot: person.Pivot{FamilyName: "VAUTRIN-BLE"}}, from: "FranceConnect"})
	require.Equal(t, []string{"Votre nom de naissance a changé chez FranceConnect\u00a0: VAUTRIN-BLE."}, a.news)
	require.Nil(t, a.received.identity.RNIPP)
	require.Equal(t, "VAUTRIN-BLE", a.Record.FamilyName)
	require.EqualValues(t, "69123", a.Record.BirthPlace)
}

// What was typed in is not FranceConnect's because FranceConnect said nothing.
func TestWhatWasTypedInCompletesNoVerifiedRecord(t *testing.T) {
	t.Parallel()
	a := account{Account: link.Account{Record: match.Record{FamilyName: "Grandcamp", BirthPlace: "76540", BirthCountry: person.France}}}
	a.receive(received{identity: person.Identity{Pivot: person.Pivot{FamilyName: "GRANDCAMP"}}})
	require.True(t, a.Verified)
	require.Empty(t, a.Record.BirthPlace)
	require.Empty(t, a.Record.BirthCountry)
}

func TestAnotherAddressIsProposedAndNeverTaken(t *testing.T) {
	t.Parallel()
	for choice, want := range map[string]string{"prendre": "c.lestang@example.org", "garder": "camille.lestang@example.fr"} {
		town, v := signedIn(t)
		p := otherwise(v, town, map[string]any{"email": "c.lestang@example.org"})
		require.Contains(t, p.Body, "FranceConnect nous donne maintenant l’adresse c.lestang@example.org")
		require.Equal(t, "camille.lestang@example.fr", town.one(t).email)
		require.Contains(t, v.Get(accountPath).Body, "nous donne maintenant", "until there is an answer")
		p = v.SubmitTo(p, addressPath, "choix", choice)
		require.NotContains(t, p.Body, "nous donne maintenant")
		require.Equal(t, want, town.one(t).email)
		p = otherwise(v, town, map[string]any{"email": "c.lestang@example.org"})
		require.NotContains(t, p.Body, "nous donne maintenant", "not again")
	}
}

// Who writes to us from another address than FranceConnect’s is not asked at
// each visit whether that is right.
func TestAnAddressOfOnesOwnIsNotQuestioned(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "camille")
	v.SubmitTo(p, welcomePath, "adresse", "autre", "autre-adresse", "rose@example.org")
	require.NotContains(t, otherwise(v, town, nil).Body, "nous donne maintenant")
	require.NotContains(t, otherwise(v, town, map[string]any{"email": "rose@example.org"}).Body, "nous donne maintenant")
	require.Contains(t, otherwise(v, town, map[string]any{"email": "new@example.org"}).Body, "nous donne maintenant")
	require.Equal(t, "rose@example.org", town.one(t).email)
}
