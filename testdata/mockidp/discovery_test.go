package mockidp_test

import (
	"cmp"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

func TestDiscoveryAndKeysAnswerLikeFranceConnect(t *testing.T) {
	t.Parallel()
	eachRow(t, "discovery.json", func(w *world, r row) {
		p := w.do(w.back, cmp.Or(r.Method, "GET"), w.base+r.Path, nil, r.header(http.Header{}, nil))
		if r.Want.Page != "" {
			require.Equal(w.t, r.Want.Page, fmt.Sprint(p.StatusCode, " ", yCode.FindString(p.body)))
			require.Equal(w.t, "text/html; charset=utf-8", p.Header.Get("Content-Type"))
			return
		}
		require.Equal(w.t, r.Want.Status, p.StatusCode)
		for header, want := range map[string]string{"Content-Type": r.Want.Type, "Cache-Control": r.Want.Cache, "Access-Control-Allow-Origin": r.Want.Origin} {
			if want != "" {
				require.Equal(w.t, want, p.Header.Get(header))
			}
		}
		var doc map[string]any
		require.NoError(w.t, json.Unmarshal([]byte(p.body), &doc))
		for name, want := range r.Want.Members {
			if want == "{issuer}" {
				want = w.idp.Issuer()
			}
			require.Equal(w.t, want, doc[name], name)
		}
		if r.Want.Keys != nil {
			require.Equal(w.t, r.Want.Keys, describe(w.keys()))
		}
	})
}

// describe tells the kind and the name of each key.
func describe(set *jose.JSONWebKeySet) []string {
	var all []string
	for _, k := range set.Keys {
		kind := "EC P-256"
		if key, ok := k.Key.(*rsa.PublicKey); ok {
			kind = fmt.Sprint("RSA ", key.N.BitLen())
		}
		all = append(all, kind+" "+k.KeyID)
	}
	return all
}
