package browser

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tests see what they say they see.
func TestTheWatchSeesWhatTheBrowserComplainsOf(t *testing.T) {
	t.Parallel()
	for script, complaint := range map[string]string{
		`console.error("ouille")`:                                        "ouille",
		`throw new Error("aïe")`:                                         "aïe",
		`document.body.append(new Image()).src = ""`:                     "TypeError",
		`let i = new Image(); i.src = "/x.png"; document.body.append(i)`: "ContentSecurityPolicy",
	} {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'; img-src data:")
			w.Write([]byte(`<!DOCTYPE html><html lang="fr"><title>x</title><link rel="icon" href="data:,"><body><script>` + script + `</script>`))
		}))
		v := newVisitor(t)
		v.open(site.URL)
		v.until(complaint, func() bool {
			v.mu.Lock()
			defer v.mu.Unlock()
			return strings.Contains(strings.Join(v.complaints, "\n"), complaint)
		})
		v.taken()
		site.Close()
	}
}

func TestAxeSeesWhatIsNotAccessible(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src data:")
		w.Write([]byte(`<!DOCTYPE html><html><title>x</title><link rel="icon" href="data:,"><body><input><p lang="fr">Voilà qu'il vient</p><a href="/a" aria-label="Autre">Voici</a><a href="/b">b</a><a href="/c">c</a>`))
	}))
	defer site.Close()
	v := newVisitor(t)
	v.open(site.URL)
	var found []string
	for _, x := range v.violations() {
		found = append(found, x.ID)
	}
	require.Subset(t, found, []string{"html-has-lang", "label", "label-content-name-mismatch", "target-size"})
	require.Equal(t, []string{"Voilà qu'il vient"}, evaluate[[]string](v, typos))
	v.taken()
}
