package linking_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A door is a client of the portal at one of the mock's platforms.
type door struct {
	fc       *franceconnect.Client
	idp      *mockidp.Provider
	url      string
	provider string
	sessions chan *franceconnect.Session // of the last callback
}

// newDoor registers a client. entity is its entityId at FranceConnect, "" for
// none.
func newDoor(t *testing.T, platform mockidp.Platform, provider, id, entity string) *door {
	d := &door{provider: provider, sessions: make(chan *franceconnect.Session, 1)}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	d.url = server.URL

	client := mockidp.DefaultClient(platform)
	client.ID, client.EntityID = id, entity
	scopes := []string{"identite_pivot", "email"}
	if platform == mockidp.Plus {
		client.JWKSURI, scopes = server.URL+"/jwks.json", append(scopes, "rnipp_identite_pivot")
	}
	d.idp = mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{client}, Auto: true})
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", d.idp.Getenv(server.URL+"/callback", ""))
	require.NoError(t, err)
	config.Scopes = scopes
	d.fc, err = franceconnect.New(config)
	require.NoError(t, err)

	mux.Handle("/jwks.json", d.fc.JWKSHandler())
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if err := d.fc.Login(w, r, franceconnect.LoginRequest{}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := d.fc.Callback(w, r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		d.sessions <- s
	})
	return d
}

// through returns a person of the mock after a login, with a browser of their own.
func (d *door) through(t *testing.T, login string) link.Person { return d.throughWith(t, login, "") }

// throughWith is through with other scopes than the portal asked for: the person
// changed the address at FranceConnect.
func (d *door) throughWith(t *testing.T, login, scopes string) link.Person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	d.idp.Next(mockidp.Scenario{Person: login})
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if q := r.URL.Query(); scopes != "" && q.Has("scope") {
			q.Set("scope", scopes)
			r.URL.RawQuery = q.Encode()
		}
		return nil
	}}
	res, err := browser.Get(d.url + "/login")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	return link.Person{Provider: d.provider, Session: <-d.sessions}
}

// v1ID is the client id that a portal had on v1.
const v1ID = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"

func TestAccountsOfV1AreKnownOnV2ByTheEntityID(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		v1 := newDoor(t, mockidp.V1, fc, v1ID, "")
		v2 := newDoor(t, mockidp.V2, fc, "client-of-v2", v1ID)
		require.NotEqual(t, v1.idp.Issuer(), v2.idp.Issuer(), "what an account must not be found by")
		for _, login := range []string{"camille", "marie-laure", "anais", "yasmine", "linh"} {
			id := p.signsUp(t, v1.through(t, login))
			require.Equal(t, known(id), p.signsIn(t, v2.through(t, login)), login)
			require.Equal(t, known(id), p.signsIn(t, v1.through(t, login)), "both run side by side")
		}
		require.Len(t, lines(t, p.accounts, `SELECT sub FROM links`), 5)
	})
}

func TestWithoutTheEntityIDEachPersonOfV1ProvesTheirAccount(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		p.Automatic = true
		v1, v2 := newDoor(t, mockidp.V1, fc, v1ID, ""), newDoor(t, mockidp.V2, fc, "client-of-v2", "")
		id := p.signsUp(t, v1.through(t, "camille"))
		who := v2.through(t, "camille")
		p.linksByProof(t, who, "prove changed", id)
		require.Equal(t, known(id), p.signsIn(t, v2.through(t, "camille")))
	})
}

func TestFranceConnectAndFranceConnectPlusOpenOneAccount(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		v2, strong := newDoor(t, mockidp.V2, fc, "client-of-v2", ""), newDoor(t, mockidp.Plus, plus, "client-of-plus", "")
		for _, login := range []string{"camille", "anais", "moussa", "joao"} {
			first := v2.through(t, login)
			id := p.signsUp(t, first)
			who := strong.through(t, login)
			require.NotEqual(t, first.Session.Subject, who.Session.Subject)
			require.Equal(t, linked(id), p.stepsUp(t, who, id), login)
			require.Equal(t, known(id), p.signsIn(t, strong.through(t, login)))
			require.Equal(t, known(id), p.signsIn(t, v2.through(t, login)))
			require.Equal(t, link.OtherPerson, p.stepsUp(t, strong.through(t, "gaspard"), id).Kind)
		}
		// The other way round: what is kept is the register's, not 1970-00-00.
		id := p.signsUp(t, strong.through(t, "fatou"))
		require.Equal(t, linked(id), p.stepsUp(t, v2.through(t, "fatou"), id))
	})
}

func TestWithACommonSubBothHaveOneProviderNameAndNothingIsToBeLinked(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		v2, strong := newDoor(t, mockidp.V2, fc, "client-of-v2", "the-portal"), newDoor(t, mockidp.Plus, fc, "client-of-plus", "the-portal")
		id := p.signsUp(t, v2.through(t, "camille"))
		require.Equal(t, known(id), p.stepsUp(t, strong.through(t, "camille"), id))
		require.Equal(t, known(id), p.signsIn(t, strong.through(t, "camille")))
	})
}

func TestACorrectedCivilStatusIsANewSubOfTheMock(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		v2 := newDoor(t, mockidp.V2, fc, "client-of-v2", "")
		id := p.signsUp(t, v2.through(t, "alix-avant"))
		who := v2.through(t, "alix-apres")
		p.linksByProof(t, who, "prove changed", id)
		require.Equal(t, known(id), p.signsIn(t, v2.through(t, "alix-apres")))
	})
}

// columns returns what the portal has on record of its accounts.
func columns(t *testing.T, p portal) []string {
	t.Helper()
	return lines(t, p.accounts, `SELECT given_names || '|' || family_name || '|' || usage_name || '|' || gender || '|' || birth_year || '|' ||
		birth_month || '|' || birth_day || '|' || birth_place || '|' || birth_country || '|' || COALESCE(email, '') FROM accounts ORDER BY id`)
}

func TestWhoTakesScopesOutOfTheAddressEmptiesNoRecord(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		for _, login := range []string{"camille", "moussa"} {
			p, v2 := newPortal(t, db), newDoor(t, mockidp.V2, fc, "client-of-v2", "")
			p.signsUp(t, v2.through(t, login))
			whole := columns(t, p)
			who := v2.throughWith(t, login, "openid given_name family_name gender birthdate")
			require.Empty(t, who.Session.Identity.BirthCountry)
			require.Empty(t, who.Session.Identity.UsageName)
			d := p.signsIn(t, who)
			require.Equal(t, link.Known, d.Kind)
			require.NoError(t, p.accounts.Update(t.Context(), d.Account, who))
			require.Equal(t, whole, columns(t, p), login)
			strong := newDoor(t, mockidp.Plus, plus, "client-of-plus", "")
			require.Equal(t, linked(d.Account), p.stepsUp(t, strong.through(t, login), d.Account), "it is still sure")
			change(t, p.accounts, `DELETE FROM links`)
			change(t, p.accounts, `DELETE FROM accounts`)
		}
	})
}

func TestWhatIsNotSaidStaysAndWhatIsSaidIsWritten(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		id := p.signsUp(t, who)
		update := func(now person.Identity) []string {
			who.Session.Identity = now
			require.NoError(t, p.accounts.Update(t.Context(), id, who))
			return columns(t, p)
		}
		const before = "Camille, Rose, Ariane|VAUTRIN|Lestang|female|1984|2|29|69123|99100|camille.lestang@example.fr"
		require.Equal(t, []string{before}, columns(t, p))
		require.Equal(t, []string{before}, update(person.Identity{}))
		require.Equal(t, []string{before}, update(person.Identity{Pivot: person.Pivot{BirthCountry: person.France}}), "without the place")
		require.Equal(t, []string{"Zoé|BLE|Lestang|unspecified|1985|0|0||99352|camille.lestang@example.fr"}, update(person.Identity{Pivot: person.Pivot{
			GivenNames: []string{"Zoé"}, FamilyName: "BLE", Gender: person.Unspecified,
			BirthDate: person.BirthDate{Year: 1985}, BirthCountry: "99352"}}), "born abroad: the empty place is a value")
		require.Equal(t, []string{"Zoé|BLE|Corvin|unspecified|1985|0|0|75107|99100|camille.lestang@example.fr"}, update(person.Identity{UsageName: "Corvin",
			Pivot: person.Pivot{BirthPlace: "75107", BirthCountry: person.France}}))
		for _, scope := range []string{"preferred_username", "profile"} {
			change(t, p.accounts, `UPDATE accounts SET usage_name = 'Corvin'`)
			who.Session.Scopes = []string{scope}
			require.Equal(t, []string{"Zoé|BLE||unspecified|1985|0|0|75107|99100|camille.lestang@example.fr"}, update(person.Identity{}), "there is none")
		}
	})
}

// Whoever takes rnipp_identite_pivot out of the request brings the identity
// provider's spelling alone.
func TestAVerifiedCivilStatusIsReplacedByTheRegistersAlone(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", plus)
		id := p.signsUp(t, who)
		before := columns(t, p)
		who.Session.Identity.RNIPP = nil
		who.Session.Identity.FamilyName, who.Session.Identity.BirthDate.Day = "Vautrin", 0
		require.NoError(t, p.accounts.Update(t.Context(), id, who))
		require.Equal(t, before, columns(t, p))
		who.Session.Identity.RNIPP = &person.Pivot{FamilyName: "VAUTRIN-BLE"}
		require.NoError(t, p.accounts.Update(t.Context(), id, who))
		require.Contains(t, columns(t, p)[0], "VAUTRIN-BLE")
	})
}

// What somebody typed in would pass for FranceConnect's.
func TestWhatWasTypedInDoesNotBecomeVerified(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		p.old(t, "4711", "camille@example.org", camille())
		change(t, p.accounts, `UPDATE accounts SET usage_name = 'Corvin'`)
		who.Session.Identity = person.Identity{Pivot: person.Pivot{FamilyName: "VAUTRIN"}}
		require.NoError(t, p.accounts.Update(t.Context(), "4711", who))
		require.Equal(t, []string{"|VAUTRIN|||0|0|0|||camille@example.org"}, columns(t, p))
	})
}
