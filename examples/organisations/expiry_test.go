package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// day returns the day after so many, as it is typed.
func (w *world) day(days int) string {
	return w.clock.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly)
}

// expiring is a town's file with days.
func expiring(t *testing.T, text, secret, habilitation string) string {
	return with(t, text, `"host"`, fmt.Sprintf(`"client_secret_expires": %q, "habilitation_expires": %q, "host"`, secret, habilitation))
}

func TestADayThatWasTypedWarnsInTimeOnceADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.Set(time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC))
	all := w.towns(mockidp.V2, "bourg", "hautmont")
	w.write("bourg.json", expiring(t, all[0].text(nil), w.day(31), ""))
	w.write("hautmont.json", expiring(t, all[1].text(nil), "", w.day(400)))
	w.reload()
	w.health(http.StatusOK)
	require.Empty(t, lines(w.log.String(), "expires"))

	for _, step := range []struct {
		days                          int
		level, french, english, state string
		status                        int
	}{
		{1, "WARN", "Le secret (Client Secret) expire dans 30 jours, le 29/12/2026", "The client secret expires in 30 days, on 2026-12-29", soon, http.StatusOK},
		{30, "WARN", "expire demain", "expires tomorrow", soon, http.StatusOK},
		{31, "WARN", "expire aujourd’hui", "expires today", soon, http.StatusOK},
		{32, "ERROR", "a expiré le 29/12/2026", "expired on 2026-12-29", wrong, http.StatusServiceUnavailable},
	} {
		w.clock.Set(time.Date(2026, 11, 28+step.days, 9, 0, 0, 0, time.UTC))
		said := w.said(func() {
			w.reload()
			w.clock.Advance(14 * time.Hour)
			w.reload()
			w.write("bourg.json", expiring(t, all[0].text(map[string]any{"level": "eidas1", "button": []string{"principal", "alternative"}[step.days%2]}), "2026-12-29", ""))
			w.reload()
		})
		require.Len(t, lines(said, "expires"), 1, "once a day, whatever is reloaded")
		require.Contains(t, said, "level="+step.level+" msg=expires file=bourg.json")
		require.Contains(t, said, step.french)
		require.Contains(t, said, step.english)
		require.Len(t, lines(w.said(func() { w.orgs.reload(w.t.Context(), true) }), "expires"), 1, "who asks is told again")
		got := w.health(step.status)
		require.Equal(t, step.state, got.Status)
		require.Len(t, got.Findings, 1)
		require.Equal(t, []string{"bourg.json", step.state}, []string{got.Findings[0].File, got.Findings[0].Status})
		require.Contains(t, got.Findings[0].French, step.french)
		require.Contains(t, got.Findings[0].English, step.english)
		_, body := w.ask("/metrics")
		require.Contains(t, body, fmt.Sprintf("franceconnect_organisation_wrong{organisation=\"bourg.json\"} %d\n", step.status/503))
	}
	require.Equal(t, []int{0, 1}, []int{w.health(http.StatusServiceUnavailable).Soon, w.health(http.StatusServiceUnavailable).Wrong})
	_, body := w.ask("/metrics")
	require.Contains(t, body, `franceconnect_organisation_expiry_timestamp_seconds{organisation="bourg.json",what="client_secret"} 1798502400`+"\n")
	require.Contains(t, body, `{organisation="hautmont.json",what="habilitation"}`)
	require.NotContains(t, body, `what="habilitation"} 0`)

	// The date is changed, and the portal has worked all the while.
	w.visitor(all[0].url()).signIn()
	w.write("bourg.json", expiring(t, all[0].text(nil), w.day(365), w.day(30)))
	w.reload()
	got := w.health(http.StatusOK)
	require.Contains(t, got.Findings[0].French, "L’habilitation expire dans 30 jours")
	require.NotContains(t, got.Findings[0].French, "secret")
	w.orgs.warnBefore = 0
	w.health(http.StatusOK)
	require.Empty(t, w.health(http.StatusOK).Findings)
}

// Of those without a name, the first day is told.
func TestTheMetricsHaveTheFirstDayOfTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orgs.maxNames = 0
	all := w.towns(mockidp.V2, "bourg", "hautmont", "lans")
	for i, days := range []string{"2027-03-31", "2027-01-01", "2027-06-01"} {
		w.write(all[i].file(), expiring(t, all[i].text(nil), days, ""))
	}
	w.reload()
	_, body := w.ask("/metrics")
	require.Equal(t, 1, strings.Count(body, "\nfranceconnect_organisation_expiry_timestamp_seconds{"))
	require.Contains(t, body, `{organisation="_OTHER",what="client_secret"} 1798761600`+"\n")
}

func TestWhatIsWrongHasTheNamesBeforeWhatExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont")
	w.write("bourg.json", expiring(t, all[0].text(nil), w.day(3), ""))
	w.write("hautmont.json", "{")
	w.orgs.maxNames = 1
	w.reload()
	got := w.health(http.StatusServiceUnavailable)
	require.Equal(t, []int{1, 1, 1}, []int{got.Wrong, got.Soon, got.Unnamed})
	require.Equal(t, "hautmont.json", got.Findings[0].File)
}
