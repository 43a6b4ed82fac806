#!/usr/bin/env bash
# Guess: golang.org/x/oauth2 trades an authorization code once and returns what the
# server said, and go-oidc passes on how the discovery document wants the secret sent.
# What happens: with the endpoint that go-oidc returns, the code is sent with Basic
# although the document lists only client_secret_post, and after any failure at all
# the same code is sent again in the body. FranceConnect has spent the code by then,
# so the error that the portal logs is "already consumed"; the real one is lost.
# Only a success is remembered, and per oauth2.Config: a portal that makes a Config
# for each organisation or request is not spared.
# Since: go-oidc v3.21.0 and x/oauth2 v0.37.0, seen; AuthStyleAutoDetect is the zero value.
# Remedy: Endpoint.AuthStyle = oauth2.AuthStyleInParams.
# Source: godoc of oauth2.AuthStyle; RFC 6749 section 4.1.2 (a code is used once);
# github.com/pomerium/ingress-controller issue 1513 (the same with another provider).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > go.mod <<'E'
module finding

go 1.25

require (
	github.com/coreos/go-oidc/v3 v3.21.0
	golang.org/x/oauth2 v0.37.0
)
E
cat > main.go <<'E'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	var asked []string
	spent := map[string]bool{}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	mux.HandleFunc("/api/v2/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		issuer := server.URL + "/api/v2"
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q,
			"token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt"]}`,
			issuer, issuer+"/authorize", issuer+"/token", issuer+"/jwks")
	})
	// As FranceConnect+ while a client's key set does not answer: the code is spent.
	mux.HandleFunc("/api/v2/token", func(w http.ResponseWriter, r *http.Request) {
		how := "body"
		if _, _, ok := r.BasicAuth(); ok {
			how = "Basic"
		}
		code := r.FormValue("code")
		asked = append(asked, code+" by "+how)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		if spent[code] {
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"authorization code already consumed"}`)
			return
		}
		spent[code] = true
		fmt.Fprint(w, `{"error":"invalid_client_metadata","error_description":"key set failed to be refreshed"}`)
	})
	provider, err := oidc.NewProvider(context.Background(), server.URL+"/api/v2")
	if err != nil {
		panic(err)
	}
	try := func(code string, endpoint oauth2.Endpoint) {
		config := oauth2.Config{ClientID: "portail", ClientSecret: "invente", Endpoint: endpoint}
		asked = nil
		_, err := config.Exchange(context.Background(), code)
		text := strings.Join(strings.Fields(err.Error()), " ")
		fmt.Printf("%s | asked: %s | error: %s\n", code, strings.Join(asked, ", "), text)
	}
	try("code-1", provider.Endpoint())
	try("code-2", provider.Endpoint())
	said := provider.Endpoint()
	said.AuthStyle = oauth2.AuthStyleInParams
	try("code-3", said)
}
E
export GOFLAGS="-mod=mod -modcacherw" GOPATH="$dir/go"
go mod tidy 2> tidy.log || { cat tidy.log; exit 1; }
echo "versions: $(go version), $(grep -oE '(go-oidc/v3|x/oauth2) v[0-9.]+' go.mod | paste -sd, -)"
go run . | tee out

fail() { echo "changed: $1"; exit 1; }
for n in 1 2; do
	grep -q "^code-$n | asked: code-$n by Basic, code-$n by body | error: .*already consumed" out ||
		fail "the code is no longer sent twice, or the first error is no longer lost"
done
grep -q '^code-3 | asked: code-3 by body | error: .*invalid_client_metadata' out ||
	fail "AuthStyleInParams no longer sends the code once"
echo "as described: each code was sent twice, and the first error was lost"
