package franceconnect_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/codes"
)

// What a person is told is the same whether a portal says it or the table of
// codes, which the doctor explains codes by.
func TestTheTableOfCodesTellsPeopleWhatMessageTells(t *testing.T) {
	t.Parallel()
	said := map[codes.Text]bool{}
	for _, err := range []error{franceconnect.ErrDenied, franceconnect.ErrStale, franceconnect.ErrLevel, franceconnect.ErrUnavailable, franceconnect.ErrMisconfigured} {
		french, english := franceconnect.Message(err)
		said[codes.Text{French: french, English: english}] = true
	}
	require.NotEmpty(t, codes.All())
	for _, c := range codes.All() {
		require.True(t, said[c.Citizen] || c.Where == codes.Logout, c.Name)
	}
}
