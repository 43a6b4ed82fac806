package fcotel_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// What a probe of Health hears is told too: at night nobody else asks.
func TestAProbeOfHealthIsHeard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	w.idp.InjectFault("/jwks", mockidp.Fault{Status: http.StatusServiceUnavailable})
	w.fc.HealthHandler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	w.settled()
	require.Equal(t, map[string]int64{"franceconnect.platform=v2": 0}, w.series("franceconnect.available"))
}
