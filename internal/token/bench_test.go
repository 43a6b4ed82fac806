package token

import (
	"testing"
	"time"
)

// What a login costs beside the network. The comparison with other libraries
// and with the bare cryptography is in testdata/bench.
func BenchmarkIDToken(b *testing.B) {
	for _, c := range readCaptured(b) {
		r, at := c.rules(), time.Unix(c.IAT, 0)
		b.Run(c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.IDToken(b.Context(), c.keys, c.TokenResponse.IDToken, c.Nonce, c.TokenResponse.AccessToken, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUserInfo(b *testing.B) {
	for _, c := range readCaptured(b)[:1] {
		r, at, body, sub := c.rules(), time.Unix(c.IAT, 0), []byte(c.UserInfo), c.IDTokenClaims["sub"].(string)
		b.Run(c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.UserInfo(b.Context(), c.keys, body, sub, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
