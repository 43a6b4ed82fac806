#!/usr/bin/env bash
# Guess: a sealed cookie of 200 random letters, digits and the other signs of base64url,
# or with a tilde for the hyphen, which RFC 3986 calls unreserved too, says nothing to an
# application firewall: there is no word, quotation mark, space or slash in it.
# What happens: at the second level of the OWASP core rule set four in ten of the cookies
# with tildes are an attack: a digit follows a tilde somewhere, which is how a shell names
# its former folders (rule 932271). Whoever is hit gets 403 on every page until the cookie
# ends, and nobody else does. In digits and consonants the same bytes alarm nobody.
# Since: not looked up; seen with CRS 4.25.0 of 2026.
# Remedy: digits and consonants for what is sealed or drawn; or base64url, and an exclusion
# for the cookie's name.
# Source: github.com/coreruleset/coreruleset, rules/REQUEST-932-APPLICATION-ATTACK-RCE.conf.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > go.mod <<'M'
module finding

go 1.26

require (
	github.com/corazawaf/coraza-coreruleset/v4 v4.25.0
	github.com/corazawaf/coraza/v3 v3.8.1
)
M
cat > main.go <<'G'
package main

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"
)

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

var alphabets = map[string]func([]byte) string{
	"tilde and underscore":  base64.NewEncoding(letters + "~_").WithPadding(base64.NoPadding).EncodeToString,
	"digits and consonants": base32.NewEncoding("123456789BCFGHJKLMNPQRTVWXZjkqxz").WithPadding(base32.NoPadding).EncodeToString,
}

func firewall(level int, hits map[int]int) coraza.WAF {
	config := coraza.NewWAFConfig().WithRootFS(coreruleset.FS).WithErrorCallback(func(m types.MatchedRule) {
		if id := m.Rule().ID(); id/1000 > 901 && id/1000 < 949 {
			hits[id]++
		}
	}).WithDirectives("Include @coraza.conf-recommended\nInclude @crs-setup.conf.example\nSecRuleEngine On\n" +
		fmt.Sprintf(`SecAction "id:900000,phase:1,pass,t:none,nolog,setvar:tx.blocking_paranoia_level=%d"`, level) + "\nInclude @owasp_crs/*.conf")
	w, err := coraza.NewWAF(config)
	if err != nil {
		panic(err)
	}
	return w
}

func main() {
	const n = 300
	seen := map[string]int{}
	for _, level := range []int{1, 2} {
		hits := map[int]int{}
		w := firewall(level, hits)
		for _, name := range slices.Sorted(maps.Keys(alphabets)) {
			clear(hits)
			random := rand.NewChaCha8([32]byte{1})
			refused := 0
			for range n {
				raw := make([]byte, 150)
				random.Read(raw)
				tx := w.NewTransaction()
				tx.ProcessConnection("203.0.113.7", 40000, "127.0.0.1", 443)
				tx.ProcessURI("/", "GET", "HTTP/1.1")
				tx.SetServerName("www.example.fr")
				for header, value := range map[string]string{"Host": "www.example.fr", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
					"Accept": "text/html", "Cookie": "session=" + alphabets[name](raw)} {
					tx.AddRequestHeader(header, value)
				}
				if tx.ProcessRequestHeaders() != nil {
					refused++
				} else if it, err := tx.ProcessRequestBody(); err == nil && it != nil {
					refused++
				}
				tx.Close()
			}
			fmt.Printf("level %d, %s: %d of %d refused %v\n", level, name, refused, n, hits)
			seen[fmt.Sprint(level, name)] = refused
		}
	}
	if seen["1digits and consonants"]+seen["2digits and consonants"]+seen["1tilde and underscore"] > 0 || seen["2tilde and underscore"] < n/4 {
		os.Exit(1)
	}
}
G
go mod tidy 2> tidy.log || { cat tidy.log; exit 1; }
go run . || { echo 'no longer so'; exit 1; }
