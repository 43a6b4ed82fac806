package browser

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where setup.sh puts the libraries that send a page's links and forms by script.
const (
	htmx  = "node_modules/htmx.org/dist/htmx.min.js"
	turbo = "node_modules/@hotwired/turbo/dist/turbo.es2017-umd.js"
)

// The pages of the examples, in which every link and every form is the library's
// but those that are exempt.
func TestTheButtonAndTheFormThatSignsOutLeaveAPageOfScripts(t *testing.T) {
	t.Parallel()
	for name, lib := range map[string]struct{ file, body string }{
		"htmx": {htmx, `<body hx-boost="true">`}, "Turbo": {turbo, `<body>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(lib.file)
			require.NoError(t, err)
			var byScript atomic.Int32 // requests for a page
			f := serveFramework(t, "nethttp", func(answer *http.Response) error {
				if answer.Request.URL.Path == "/library.js" {
					setBody(answer, "text/javascript", source)
					return nil
				}
				if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
					return nil
				}
				if answer.Request.Header.Get("Sec-Fetch-Dest") == "empty" {
					byScript.Add(1)
				}
				page, err := io.ReadAll(answer.Body)
				if err != nil {
					return err
				}
				page = bytes.Replace(page, []byte("</head>"), []byte(`<script src="/library.js" defer></script></head>`), 1)
				page = bytes.Replace(page, []byte("<body>"), []byte(lib.body), 1)
				setBody(answer, "text/html; charset=utf-8", page)
				policy := answer.Header.Get("Content-Security-Policy")
				policy = strings.Replace(policy, "style-src 'self'", "style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'", 1)
				answer.Header.Set("Content-Security-Policy", policy)
				return nil
			})
			v := newVisitor(t)
			v.trust()
			v.open(f.url + "/")
			before := v.document()
			v.mouse(v.find("link", "^Revenir à l’accueil$"))
			v.until("a page by script", func() bool { return byScript.Load() > 0 })
			require.Equal(t, before, v.document(), "the library is at work")

			v.follow("^S’identifier avec FranceConnect$")
			v.agree("camille")
			v.sees("^Mon compte$")
			v.push("^Se déconnecter$")
			v.sees("^Déconnexion$")
			f.ended(v, true)
		})
	}
}

// setBody answers with a text instead.
func setBody(answer *http.Response, kind string, text []byte) {
	answer.StatusCode, answer.Status = http.StatusOK, fmt.Sprint(http.StatusOK)
	answer.Body = io.NopCloser(bytes.NewReader(text))
	answer.Header.Set("Content-Type", kind)
	answer.Header.Set("Content-Length", strconv.Itoa(len(text)))
}
