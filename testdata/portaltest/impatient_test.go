package portaltest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACallThatNobodyAnswersIsSentAndGivenUp(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		if r.URL.Path == "/api/token" {
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	i := &Impatient{}
	client := &http.Client{Transport: i}
	i.Silence(map[string]bool{"/token": true})
	_, err := client.Get(server.URL + "/api/token")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, "/api/token", <-asked)
	res, err := client.Get(server.URL + "/api/userinfo")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, "/api/userinfo", <-asked)
}
