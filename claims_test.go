package franceconnect_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestBirthDatesKeepWhatIsUnknown(t *testing.T) {
	t.Parallel()
	whole, err := franceconnect.ParseBirthDate("1962-08-24")
	require.NoError(t, err)
	require.Equal(t, franceconnect.BirthDate{Year: 1962, Month: time.August, Day: 24}, whole)
	at, ok := whole.Time()
	require.True(t, ok)
	require.Equal(t, time.Date(1962, 8, 24, 0, 0, 0, 0, time.UTC), at)
	for _, text := range []string{"1962-08-00", "1962-00-00"} {
		b, err := franceconnect.ParseBirthDate(text)
		require.NoError(t, err)
		require.Equal(t, text, b.String())
		_, ok := b.Time()
		require.False(t, ok, "no invented day")
	}
	_, ok = franceconnect.BirthDate{}.Time()
	require.False(t, ok)
	require.True(t, franceconnect.BirthDate{}.IsZero())
	require.Empty(t, franceconnect.BirthDate{}.String())
}

func TestDatesThatDoNotExistAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "1962", "1962-8-24", "1962-00-24", "1962-02-30", "1900-02-29", "1962-13-01", "1962-08-32", "0000-01-01",
		"24/08/1962", "1962-08-24T00:00:00Z", "1962_08_24", "+962-08-24", "１９６２-08", "1962-08-2a", " 962-08-24", "1962-08--1", "1962-08-1-", "----------"} {
		_, err := franceconnect.ParseBirthDate(text)
		require.Error(t, err, text)
	}
	_, err := franceconnect.ParseBirthDate("2000-02-29")
	require.NoError(t, err)
}

func FuzzBirthDateIsWhatItWasFormattedFrom(f *testing.F) {
	f.Add("1962-08-24")
	f.Add("1962-00-00")
	f.Add("9999-12-31")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := franceconnect.ParseBirthDate(text)
		if err != nil {
			return
		}
		require.Equal(t, text, b.String())
		m, err := b.MarshalText()
		require.NoError(t, err)
		var again franceconnect.BirthDate
		require.NoError(t, again.UnmarshalText(m))
		require.Equal(t, b, again)
	})
}

func FuzzLevelIsWhatItWasFormattedFrom(f *testing.F) {
	f.Add("eidas1")
	f.Add("eidas3")
	f.Add("eidas4")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := franceconnect.ParseLevel(text)
		if err != nil {
			require.Zero(t, l)
			return
		}
		require.Equal(t, text, l.String())
		require.GreaterOrEqual(t, l, franceconnect.Eidas1)
		require.LessOrEqual(t, l, franceconnect.Eidas3)
	})
}

func TestLevelsAreOrderedAndMarshal(t *testing.T) {
	t.Parallel()
	require.Less(t, franceconnect.Eidas1, franceconnect.Eidas2)
	require.Less(t, franceconnect.Eidas2, franceconnect.Eidas3)
	require.Empty(t, franceconnect.Level(9).String())
	text, err := json.Marshal([]franceconnect.Level{0, 1, 2, 3})
	require.NoError(t, err)
	require.JSONEq(t, `["","eidas1","eidas2","eidas3"]`, string(text))
	var back []franceconnect.Level
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, []franceconnect.Level{0, 1, 2, 3}, back)
	require.Error(t, json.Unmarshal([]byte(`["eidas9"]`), &back))
}

// FuzzPlace: a code is a commune's, a country's, or none, and never two.
func FuzzPlace(f *testing.F) {
	for _, s := range []string{"75107", "2A004", "98729", "99100", "99352", "", "Alger", "2C004", "7510", "75107 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := franceconnect.Place(text)
		require.False(t, p.IsCommune() && p.IsCountry())
		if p.IsCommune() || p.IsCountry() {
			require.Len(t, text, 5)
		}
	})
}

func TestPlacesAreToldFromFreeText(t *testing.T) {
	t.Parallel()
	for _, p := range []franceconnect.Place{"75107", "2A004", "2B050", "98729"} {
		require.True(t, p.IsCommune(), p)
	}
	for _, p := range []franceconnect.Place{"99100", "99352"} {
		require.True(t, p.IsCountry(), p)
		require.False(t, p.IsCommune(), p)
	}
	for _, p := range []franceconnect.Place{"", "Alger", "2C004", "751070", "2a004"} {
		require.False(t, p.IsCommune() || p.IsCountry(), p)
	}
}

func session() *franceconnect.Session {
	return &franceconnect.Session{
		Subject: "5ub", Level: franceconnect.Eidas1, AMR: []string{"fc"}, SignedInAt: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		Identity: franceconnect.Identity{Pivot: franceconnect.Pivot{GivenName: "Zéphyrine", GivenNames: []string{"Zéphyrine"}, FamilyName: "QUENTRAC",
			BirthDate: franceconnect.BirthDate{Year: 1971, Month: 3}}, RNIPP: &franceconnect.Pivot{FamilyName: "QUENTRAC"},
			Address: &franceconnect.Address{Locality: "Ailleurs"}, Other: map[string]json.RawMessage{"address": json.RawMessage(`{"locality":"Ailleurs"}`)}},
		ReturnTo: "/compte", IDTokenHint: "head.body.signature",
	}
}

func TestASessionSurvivesTheStoreOfAPortal(t *testing.T) {
	t.Parallel()
	s := session()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var fromJSON franceconnect.Session
	require.NoError(t, json.Unmarshal(text, &fromJSON))
	require.Equal(t, *s, fromJSON)
	var buffer bytes.Buffer
	require.NoError(t, gob.NewEncoder(&buffer).Encode(s))
	var fromGob franceconnect.Session
	require.NoError(t, gob.NewDecoder(&buffer).Decode(&fromGob))
	require.Equal(t, *s, fromGob)
}

func TestASessionPrintsItsLevelAlone(t *testing.T) {
	t.Parallel()
	s := session()
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, s, *s, s.Identity, s.IDTokenHint)
		fmt.Fprintf(&out, verb+verb+verb+verb, struct{ S any }{s.Identity}, s.Identity.Pivot, s.Identity.RNIPP, s.Identity.Address)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("m", "session", s, "value", *s, "identity", s.Identity, "hint", s.IDTokenHint, "pivot", s.Identity.Pivot, "address", s.Identity.Address)
	}
	for _, leak := range []string{"5ub", "phyrine", "QUENTRAC", "1971", "Ailleurs", "signature"} {
		require.NotContains(t, out.String(), leak)
	}
	require.Contains(t, out.String(), "eidas1")
}

func TestTwoPivotsAreTheSameInAllSixRespectsOrNotAtAll(t *testing.T) {
	t.Parallel()
	whole := franceconnect.Pivot{GivenName: "Zéphyrine Anne", GivenNames: []string{"Zéphyrine", "Anne"}, FamilyName: "QUENTRAC", Gender: franceconnect.Female,
		BirthDate: franceconnect.BirthDate{Year: 1971, Month: 3, Day: 14}, BirthPlace: "38185", BirthCountry: franceconnect.France}
	require.True(t, whole.SamePerson(whole))
	abroad := whole
	abroad.BirthPlace, abroad.BirthCountry = "", "99352"
	require.True(t, abroad.SamePerson(abroad), "born abroad, without a place")
	require.False(t, abroad.SamePerson(whole))
	require.False(t, franceconnect.Pivot{}.SamePerson(franceconnect.Pivot{}), "nobody is nobody else")
	for name, change := range map[string]func(*franceconnect.Pivot){
		"given name":    func(p *franceconnect.Pivot) { p.GivenName = "Zéphyrine" },
		"family name":   func(p *franceconnect.Pivot) { p.FamilyName = "Quentrac" },
		"gender":        func(p *franceconnect.Pivot) { p.Gender = franceconnect.Unspecified },
		"birth date":    func(p *franceconnect.Pivot) { p.BirthDate.Day = 0 },
		"birth place":   func(p *franceconnect.Pivot) { p.BirthPlace = "38186" },
		"birth country": func(p *franceconnect.Pivot) { p.BirthCountry = "99101" },
	} {
		other := whole
		change(&other)
		require.False(t, whole.SamePerson(other), name)
		require.False(t, other.SamePerson(whole), name)
	}
	for name, empty := range map[string]func(*franceconnect.Pivot){
		"given name":    func(p *franceconnect.Pivot) { p.GivenName = "" },
		"family name":   func(p *franceconnect.Pivot) { p.FamilyName = "" },
		"gender":        func(p *franceconnect.Pivot) { p.Gender = "" },
		"birth date":    func(p *franceconnect.Pivot) { p.BirthDate = franceconnect.BirthDate{} },
		"birth place":   func(p *franceconnect.Pivot) { p.BirthPlace = "" },
		"birth country": func(p *franceconnect.Pivot) { p.BirthCountry = "" },
	} {
		other := whole
		empty(&other)
		require.False(t, other.SamePerson(other), "without %s it is no identité pivot", name)
	}
}

// As for package match: two unknown days are not the same day, and 1 January, on
// both sides, is one.
func TestPivotsWithoutADayOrAMonthAreNotTheSame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		p, q string
		same bool
	}{
		{"1980-00-00", "1980-00-00", false},
		{"1980-05-00", "1980-05-00", false},
		{"1980-00-00", "1980-01-01", false},
		{"1980-05-00", "1980-05-01", false},
		{"1980-01-01", "1980-01-01", true},
		{"1980-05-01", "1980-05-01", true},
	} {
		born := func(date string) franceconnect.Pivot {
			b, err := franceconnect.ParseBirthDate(date)
			require.NoError(t, err)
			return franceconnect.Pivot{GivenName: "Mohamed", FamilyName: "BENALI", Gender: franceconnect.Male, BirthDate: b, BirthCountry: "99352"}
		}
		require.Equal(t, test.same, born(test.p).SamePerson(born(test.q)), "%s and %s", test.p, test.q)
		require.Equal(t, test.same, born(test.q).SamePerson(born(test.p)), "%s and %s", test.q, test.p)
	}
}

func TestASessionFromTheStoreCallsNoDataProvider(t *testing.T) {
	t.Parallel()
	s := &franceconnect.Session{}
	_, err := s.Transport("https://particulier.api.gouv.fr", nil).RoundTrip(httptest.NewRequest(http.MethodGet, "https://particulier.api.gouv.fr/v3", nil))
	require.ErrorContains(t, err, "call data providers in the callback")
}

// An access token is sent to no address that anybody could listen to.
func TestADataProviderIsAtASecureOrigin(t *testing.T) {
	t.Parallel()
	s := &franceconnect.Session{}
	for _, test := range []struct{ origin, to string }{
		{"http://particulier.api.gouv.fr", "http://particulier.api.gouv.fr/"},
		{"", "http://127.0.0.1/"},
		{"particulier.api.gouv.fr", "http://127.0.0.1/"},
		{"%", "http://127.0.0.1/"},
		{"https://a@particulier.api.gouv.fr", "https://particulier.api.gouv.fr/"},
	} {
		_, err := s.Transport(test.origin, nil).RoundTrip(httptest.NewRequest(http.MethodGet, test.to, nil))
		require.ErrorContains(t, err, "https://host", test.origin)
	}
}
