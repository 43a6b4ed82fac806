package webpage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written returns a page with a program of a few bytes.
func written(t *testing.T, p Page) string {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, p.Write(&file, Program{Wasm: []byte("\x00asm"), Exec: []byte("globalThis.Go = class {}; // 1 < 2 && '<!--'\n")}))
	return file.String()
}

// A browser compares these before it runs or applies anything.
func TestThePolicyAllowsTheScriptAndTheStyleOfThePageAlone(t *testing.T) {
	t.Parallel()
	file := written(t, Page{Style: "a > b { color: red }\n"})
	for directive, element := range map[string]string{"script-src": `<script>`, "style-src": `<style>`} {
		_, text, ok := strings.Cut(file, element)
		require.True(t, ok)
		text, _, ok = strings.Cut(text, "</"+strings.TrimPrefix(element, "<"))
		require.True(t, ok)
		sum := sha256.Sum256([]byte(text))
		require.Contains(t, strings.ReplaceAll(file, "&#43;", "+"), directive+" 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	require.Contains(t, file, "default-src 'none'")
	require.NotContains(t, file, "connect-src")
	require.NotContains(t, file, "unsafe-inline")
}

func TestTheProgramIsInThePageAsItWasBuilt(t *testing.T) {
	t.Parallel()
	packed := regexp.MustCompile(`<script type="application/gzip" id="program">([^<]+)</script>`).FindStringSubmatch(written(t, Page{}))
	require.NotNil(t, packed)
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed[1])))
	require.NoError(t, err)
	program, err := io.ReadAll(z)
	require.NoError(t, err)
	require.Equal(t, "\x00asm", string(program))
}

func TestAProfileCannotEndItsElement(t *testing.T) {
	t.Parallel()
	file := written(t, Page{Profile: json.RawMessage(`{"editor":"</script><script>x()</script>"}`)})
	require.Equal(t, 3, strings.Count(file, "<script"))
	_, profile, _ := strings.Cut(file, `id="profile">`)
	profile, _, _ = strings.Cut(profile, "</script>")
	var read struct{ Editor string }
	require.NoError(t, json.Unmarshal([]byte(profile), &read))
	require.Equal(t, "</script><script>x()</script>", read.Editor)
}

func TestWithoutGoItIsSaidSo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Build(t.Context(), "example.org/x")
	require.ErrorIs(t, err, ErrNoGo)
}
