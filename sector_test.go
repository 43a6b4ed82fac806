package franceconnect_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestTheSectorIdentifierDocumentHasTheRedirectURLsAndNothingElse(t *testing.T) {
	t.Parallel()
	make := func(redirect string) *franceconnect.Client {
		config := good()
		config.RedirectURL = redirect
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		return fc
	}
	off, err := franceconnect.New(franceconnect.Config{Disabled: true, RedirectURL: "https://ferme.example.fr/cb"})
	require.NoError(t, err)
	first, second := make("https://portail.example.fr/cb?a=1&b=2"), make("https://autre.example.fr/cb")
	for _, test := range []struct {
		handler http.Handler
		want    []string
	}{
		{first.SectorIdentifierHandler(), []string{"https://portail.example.fr/cb?a=1&b=2"}},
		{first.SectorIdentifierHandler(second, off, first), []string{"https://portail.example.fr/cb?a=1&b=2", "https://autre.example.fr/cb"}},
		{off.SectorIdentifierHandler(second), []string{"https://autre.example.fr/cb"}},
	} {
		w := httptest.NewRecorder()
		test.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/secteur.json", nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		var urls []string
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &urls))
		require.Equal(t, test.want, urls)
	}
	for method, status := range map[string]int{http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed} {
		w := httptest.NewRecorder()
		first.SectorIdentifierHandler().ServeHTTP(w, httptest.NewRequest(method, "/secteur.json", nil))
		require.Equal(t, status, w.Code)
		require.Empty(t, w.Body.String())
	}
	w := httptest.NewRecorder()
	off.SectorIdentifierHandler(off).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/secteur.json", nil))
	require.Equal(t, http.StatusNotFound, w.Code)
}
