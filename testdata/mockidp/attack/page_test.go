package attack

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPageIsReadAsABrowserDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page                 string
		elements, attributes []string
		texts, scripts       []string
	}{
		{page: "", texts: []string{""}},
		{page: `a < b <> & &lt;`, texts: []string{"a < b <> & <"}},
		{page: `<P Class=x>Bonjour <b>Zoé</b></P>`, elements: []string{"p", "b"}, attributes: []string{"class"}, texts: []string{"Bonjour Zoé", ""}},
		{page: `<p>Bonjour <bdi>Zoé</bdi>.</p>`, elements: []string{"p", "bdi"}, texts: []string{"Zoé", "Bonjour .", ""}},
		{page: `<p>Bonjour <b dir=auto>Zoé</b>.</p>`, elements: []string{"p", "b"}, attributes: []string{"dir"}, texts: []string{"Zoé", "Bonjour .", ""}},
		{page: `<p>a<br>b`, elements: []string{"p", "br"}, texts: []string{"ab", ""}},
		{page: `<input value="a> b='c'"><i title='x" y=z'>`, elements: []string{"input", "i"}, attributes: []string{"value", "title"}, texts: []string{""}},
		{page: `<input value="zq" attack-attribute="zq">`, elements: []string{"input"}, attributes: []string{"value", "attack-attribute"}, texts: []string{""}},
		{page: `<input value=zq attack-attribute=zq>`, elements: []string{"input"}, attributes: []string{"value", "attack-attribute"}, texts: []string{""}},
		{page: `<i title="<attack-tag>"></i>`, elements: []string{"i"}, attributes: []string{"title"}, texts: []string{""}},
		{page: `<i title=""><attack-tag>"></i>`, elements: []string{"i", "attack-tag"}, attributes: []string{"title"}, texts: []string{`">`, ""}},
		{page: `<!-- <b> --><title>a <b> &amp;</title>`, elements: []string{"title"}, texts: []string{"a <b> &", ""}},
		{page: `<script>let a = "<b>"</SCRIPT><style>p > b {}</style>`, elements: []string{"script", "style"}, texts: []string{""}, scripts: []string{`let a = "<b>"`}},
		{page: `</p>a</b><script>`, elements: []string{"script"}, texts: []string{"a"}, scripts: []string{""}},
	} {
		p := readPage(c.page)
		require.Equal(t, c.elements, p.elements, c.page)
		require.Equal(t, c.attributes, p.attributes, c.page)
		require.Equal(t, c.texts, p.texts, c.page)
		require.Equal(t, c.scripts, p.scripts, c.page)
	}
}

func TestWhatIsJSONInACookieBecomesTheVictims(t *testing.T) {
	t.Parallel()
	s := &attempt{arena: &arena{userNames: [2]string{"VICTIM", "ATTACKER"}, levels: []string{"eidas2"}}}
	s.people[victim].Email, s.people[attacker].Email = "victim@example.org", "attacker@example.org"
	known := s.knownOfTheVictim()
	for _, encoding := range jsonEncodings {
		own, ok := encoding.decode(encoding.encode(map[string]any{"name": "ATTACKER", "mail": []any{"attacker@example.org"}, "id": 7, "role": "agent", "drawn": "0123456789abcdef"}))
		require.True(t, ok)
		other := map[string]any{"name": "VICTIM", "id": 3.0, "role": "chief", "drawn": "fedcba9876543210"}
		require.Equal(t, map[string]any{"name": "VICTIM", "mail": []any{"victim@example.org"}, "id": 3.0, "role": "chief", "drawn": "0123456789abcdef"}, rewritten(own, other, known))
		_, ok = encoding.decode(encoding.text([]byte(`"ATTACKER"`)))
		require.False(t, ok, "a text is not rewritten")
	}
	require.Equal(t, []string{"a", ".", "b", "%3A", "c"}, splitCookie("a.b%3Ac"))
}

func TestMarkupIsLookedForInPagesAlone(t *testing.T) {
	t.Parallel()
	const name = "Zq<attack-tag>"
	for kind, wrong := range map[string]int{"text/html; charset=utf-8": 1, "application/xhtml+xml": 1, "": 1, "text/plain; charset=utf-8": 0, "application/json": 0} {
		s := &attempt{}
		s.checkMarkup(response{header: http.Header{"Content-Type": {kind}}, body: name}, name)
		require.Len(t, s.errors, wrong, kind)
	}
}
