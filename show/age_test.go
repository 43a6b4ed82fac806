package show_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
)

func TestAges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		born, at string
		fr, en   string
	}{
		{"1962-08-24", "2026-11-22", "64 ans", "64 years old"},
		{"1962-08-24", "2026-08-24", "64 ans", "64 years old"},
		{"1962-08-24", "2026-08-23", "63 ans", "63 years old"},
		{"1962-08-24", "2026-07-31", "63 ans", "63 years old"},
		{"1962-11-00", "2026-11-22", "entre 63 et 64 ans", "between 63 and 64 years old"},
		{"1962-11-00", "2026-11-01", "entre 63 et 64 ans", "between 63 and 64 years old"},
		{"1962-11-00", "2026-11-30", "64 ans", "64 years old"},
		{"1962-11-00", "2026-10-31", "63 ans", "63 years old"},
		{"1962-00-00", "2026-11-22", "entre 63 et 64 ans", "between 63 and 64 years old"},
		{"1962-00-00", "2026-01-01", "entre 63 et 64 ans", "between 63 and 64 years old"},
		{"1962-10-00", "2026-10-30", "entre 63 et 64 ans", "between 63 and 64 years old"},
		{"1962-10-00", "2026-10-31", "64 ans", "64 years old"},
		{"1962-00-00", "2026-12-30", "entre 63 et 64 ans", "between 63 and 64 years old"},
		{"1962-00-00", "2026-12-31", "64 ans", "64 years old"},
		{"1962-01-01", "2026-11-22", "64 ans", "64 years old"}, // perhaps presumed: nothing tells

		// Born on 29 February.
		{"2004-02-29", "2022-02-27", "17 ans", "17 years old"},
		{"2004-02-29", "2022-02-28", "18 ans", "18 years old"},
		{"2004-02-29", "2022-03-01", "18 ans", "18 years old"},
		{"2004-02-29", "2024-02-28", "19 ans", "19 years old"},
		{"2004-02-29", "2024-02-29", "20 ans", "20 years old"},
		{"2004-02-29", "2100-02-28", "96 ans", "96 years old"},
		{"2004-02-00", "2022-02-27", "entre 17 et 18 ans", "between 17 and 18 years old"},
		{"2004-02-00", "2022-02-28", "18 ans", "18 years old"},
		{"2003-02-28", "2024-02-28", "21 ans", "21 years old"},
		{"2003-02-00", "2024-02-28", "21 ans", "21 years old"},

		// Small children, and those who are not born.
		{"2025-11-22", "2026-11-22", "1 an", "1 year old"},
		{"2025-11-23", "2026-11-22", "moins d’un an", "less than a year old"},
		{"2026-11-22", "2026-11-22", "moins d’un an", "less than a year old"},
		{"2026-11-23", "2026-11-22", "", ""},
		{"2027-00-00", "2026-11-22", "", ""},
		{"2026-12-00", "2026-11-22", "", ""},
		{"2026-11-00", "2026-11-22", "moins d’un an", "less than a year old"},
		{"2026-00-00", "2026-11-22", "moins d’un an", "less than a year old"},
		{"2025-00-00", "2026-11-22", "entre 0 et 1 an", "between 0 and 1 year old"},
		{"2024-00-00", "2026-11-22", "entre 1 et 2 ans", "between 1 and 2 years old"},
		{"", "2026-11-22", "", ""},
	} {
		var who identity
		require.NoError(t, who.BirthDate.UnmarshalText([]byte(test.born)))
		at, err := time.Parse(time.DateOnly, test.at)
		require.NoError(t, err)
		require.Equal(t, test.fr, show.French(nil).Age(who, at), "%+v", test)
		require.Equal(t, test.en, show.English(nil).Age(who, at), "%+v", test)
	}
}

func TestAPresumedDateMakesARangeOnV2Too(t *testing.T) {
	t.Parallel()
	who := identity{
		Pivot:                     pivot{BirthDate: person.BirthDate{Year: 1962, Month: 1, Day: 1}},
		IdentityProviderBirthDate: person.BirthDate{Year: 1962},
	}
	youngest, oldest, ok := show.AgeRange(who, today)
	require.Equal(t, []any{63, 64, true}, []any{youngest, oldest, ok})
}

func TestTheDayIsThatOfTheClock(t *testing.T) {
	t.Parallel()
	who := identity{Pivot: pivot{BirthDate: person.BirthDate{Year: 2008, Month: 8, Day: 24}}}
	paris := time.FixedZone("CEST", 2*60*60)
	midnight := time.Date(2026, time.August, 24, 0, 30, 0, 0, paris)
	youngest, _, ok := show.AgeRange(who, midnight)
	require.True(t, ok)
	require.Equal(t, 18, youngest)
	youngest, _, _ = show.AgeRange(who, midnight.UTC())
	require.Equal(t, 17, youngest)
}

// birthdays counts those of a day from its calendar, year by year, as AgeRange
// does not.
func birthdays(born, at time.Time) int {
	n := -1
	for year := born.Year(); ; year++ {
		birthday := time.Date(year, born.Month(), born.Day(), 0, 0, 0, 0, time.UTC)
		if birthday.Month() != born.Month() { // 1 March, of a year without a 29 February
			birthday = birthday.AddDate(0, 0, -1)
		}
		if birthday.After(at) {
			return n
		}
		n++
	}
}

// candidates are the days that may be the date of birth.
func candidates(b person.BirthDate) []time.Time {
	var all []time.Time
	for day := time.Date(b.Year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == b.Year; day = day.AddDate(0, 0, 1) {
		if (b.Month == 0 || b.Month == day.Month()) && (b.Day == 0 || b.Day == day.Day()) {
			all = append(all, day)
		}
	}
	return all
}

// FuzzAgeRange holds that the range is that of all days which may be the date of
// birth and have been, that it is no wider than a year, and that nobody becomes
// younger overnight.
func FuzzAgeRange(f *testing.F) {
	for _, seed := range []string{"1962-08-24", "1962-11-00", "1962-00-00", "2004-02-29", "2004-02-00", "2026-00-00", "2026-12-31", "9999-00-00"} {
		for _, days := range []uint32{0, 58, 59, 60, 324, 365, 6633} {
			f.Add(seed, days)
		}
	}
	f.Fuzz(func(t *testing.T, text string, later uint32) {
		b, err := person.ParseBirthDate(text)
		if err != nil {
			return
		}
		who := identity{Pivot: pivot{BirthDate: b}}
		at := time.Date(b.Year-1, time.December, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(later%60_000))
		youngest, oldest, ok := show.AgeRange(who, at)

		wantYoungest, wantOldest := -1, -1
		for _, day := range candidates(b) {
			if n := birthdays(day, at); n >= 0 {
				wantOldest = max(wantOldest, n)
				if wantYoungest < 0 || n < wantYoungest {
					wantYoungest = n
				}
			}
		}
		if !ok {
			require.Equal(t, []int{0, 0, -1}, []int{youngest, oldest, wantOldest})
		} else {
			require.Equal(t, []int{wantYoungest, wantOldest}, []int{youngest, oldest})
		}
		require.LessOrEqual(t, youngest, oldest)
		require.LessOrEqual(t, oldest-youngest, 1)
		if b.Day != 0 {
			require.Equal(t, youngest, oldest)
		}
		nextYoungest, nextOldest, nextOK := show.AgeRange(who, at.AddDate(0, 0, 1))
		require.GreaterOrEqual(t, nextYoungest, youngest)
		require.GreaterOrEqual(t, nextOldest, oldest)
		require.True(t, nextOK || !ok)
	})
}
