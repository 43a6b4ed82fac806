package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
)

// An introspection is a mock FranceConnect with what data providers see of it:
// whether a token is good, for which scopes, and whose it is. A FranceConnect
// answers that at /checktoken, to data providers alone. The mock has no such
// endpoint: what it grants is read in its answers at /token, and whether that
// still holds is asked at /userinfo. Leave this file out of a portal that is
// not an example.
type introspection struct {
	provider http.Handler
	issuer   string

	mu     sync.Mutex
	scopes map[string][]string // by access token
}

func introspect(provider http.Handler, issuer string) *introspection {
	return &introspection{provider: provider, issuer: issuer, scopes: map[string][]string{}}
}

// ServeHTTP is the mock's, and remembers the scopes of the tokens that it gives.
func (i *introspection) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/token") {
		i.provider.ServeHTTP(w, r)
		return
	}
	seen := &copied{ResponseWriter: w}
	i.provider.ServeHTTP(seen, r)
	var granted struct {
		Token string `json:"access_token"`
		Scope string `json:"scope"`
	}
	if json.Unmarshal(seen.body.Bytes(), &granted) != nil || granted.Token == "" {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.scopes) >= 10_000 { // a demonstration that runs for years
		clear(i.scopes)
	}
	i.scopes[granted.Token] = strings.Fields(granted.Scope)
}

// copied keeps what is written through it.
type copied struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (c *copied) Write(b []byte) (int, error) {
	c.body.Write(b)
	return c.ResponseWriter.Write(b)
}

func (c *copied) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// A bearer is whose token it is.
type bearer struct {
	subject               string
	familyName, birthdate string
	scopes                []string
}

var errToken = errors.New("mock: the token is not good, or no longer")

// check asks FranceConnect about a token.
func (i *introspection) check(ctx context.Context, token string) (b bearer, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, i.issuer+"/userinfo", nil)
	if err != nil {
		return b, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return b, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err != nil || res.StatusCode != http.StatusOK {
		return b, errToken
	}
	// Its signature is not looked at: we have just asked the mock ourselves.
	parts := strings.Split(string(body), ".")
	if len(parts) != 3 {
		return b, errToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Subject    string `json:"sub"`
		FamilyName string `json:"family_name"`
		Birthdate  string `json:"birthdate"`
	}
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return b, errToken
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return bearer{claims.Subject, claims.FamilyName, claims.Birthdate, i.scopes[token]}, nil
}
