package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
)

func TestBirthDatesKeepWhatIsUnknown(t *testing.T) {
	t.Parallel()
	whole, err := person.ParseBirthDate("1962-08-24")
	require.NoError(t, err)
	require.Equal(t, person.BirthDate{Year: 1962, Month: time.August, Day: 24}, whole)
	at, ok := whole.Time()
	require.True(t, ok)
	require.Equal(t, time.Date(1962, 8, 24, 0, 0, 0, 0, time.UTC), at)
	for _, text := range []string{"1962-08-00", "1962-00-00"} {
		b, err := person.ParseBirthDate(text)
		require.NoError(t, err)
		require.Equal(t, text, b.String())
		_, ok := b.Time()
		require.False(t, ok, "no invented day")
	}
	_, ok = person.BirthDate{}.Time()
	require.False(t, ok)
	require.True(t, person.BirthDate{}.IsZero())
	require.Empty(t, person.BirthDate{}.String())
}

func TestDatesThatDoNotExistAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "1962", "1962-8-24", "1962-00-24", "1962-02-30", "1900-02-29", "1962-13-01", "1962-08-32", "0000-01-01",
		"24/08/1962", "1962-08-24T00:00:00Z", "1962_08_24", "+962-08-24", "１９６２-08", "1962-08-2a", " 962-08-24", "1962-08--1", "1962-08-1-", "----------"} {
		_, err := person.ParseBirthDate(text)
		require.Error(t, err, text)
	}
	_, err := person.ParseBirthDate("2000-02-29")
	require.NoError(t, err)
}

func FuzzBirthDateIsWhatItWasFormattedFrom(f *testing.F) {
	f.Add("1962-08-24")
	f.Add("1962-00-00")
	f.Add("9999-12-31")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := person.ParseBirthDate(text)
		if err != nil {
			return
		}
		require.Equal(t, text, b.String())
		m, err := b.MarshalText()
		require.NoError(t, err)
		var again person.BirthDate
		require.NoError(t, again.UnmarshalText(m))
		require.Equal(t, b, again)
	})
}
