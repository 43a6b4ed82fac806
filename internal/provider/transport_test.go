package provider

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEachCallEndsByItself(t *testing.T) {
	t.Parallel()
	silent := roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	for _, c := range []struct{ custom, want time.Duration }{{0, callTime}, {3 * time.Second, 3 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			for name, call := range map[string]func(*Provider) error{
				"token":    func(p *Provider) error { _, err := p.Exchange(context.Background(), Client{}, "c"); return err },
				"userinfo": func(p *Provider) error { _, err := p.UserInfo(context.Background(), "a"); return err },
				"keys":     func(p *Provider) error { _, err := p.Keys(context.Background(), "k"); return err },
			} {
				p := New(Endpoints{Token: "https://fc.test/token", UserInfo: "https://fc.test/userinfo", Keys: "https://fc.test/jwks"},
					false, &http.Client{Transport: silent, Timeout: c.custom}, time.Now)
				start := time.Now()
				require.ErrorIs(t, call(p), context.DeadlineExceeded, name)
				require.Equal(t, c.want, time.Since(start), name)
				synctest.Wait()
			}
		})
	}
}
