package attack

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// A page is what a browser finds in HTML (WHATWG HTML, section 13.2.5), as far as
// attacks look at it.
type page struct {
	elements, attributes []string // names
	scripts              []string
	texts                []string // of each element that isolates its text from what is beside it
}

var (
	// Text in these runs on into what is around them.
	inlineElements = strings.Fields("a abbr b cite code data em i label mark q s small span strong sub sup time u var")
	voidElements   = strings.Fields("area base br col embed hr img input link meta source track wbr")
	rawElements    = strings.Fields("script style textarea title")

	startTag  = regexp.MustCompile(`^<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>`)
	endTag    = regexp.MustCompile(`^</([a-zA-Z][^\s/>]*)[^>]*>`)
	attribute = regexp.MustCompile(`([^\s/=>"']+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?`)
)

// readPage reads a page, whatever it is.
func readPage(text string) (p page) {
	type open struct {
		name     string
		isolates bool
		text     strings.Builder
	}
	stack := []*open{{isolates: true}}
	add := func(text string) {
		for _, o := range slices.Backward(stack) {
			if o.isolates {
				o.text.WriteString(html.UnescapeString(text))
				return
			}
		}
	}
	closeTo := func(n int) {
		for ; len(stack) > n; stack = stack[:len(stack)-1] {
			if o := stack[len(stack)-1]; o.isolates {
				p.texts = append(p.texts, o.text.String())
			}
		}
	}
	for text != "" {
		if rest, ok := strings.CutPrefix(text, "<!--"); ok {
			_, text, _ = strings.Cut(rest, "-->")
			continue
		}
		if m := endTag.FindStringSubmatch(text); m != nil {
			for n := len(stack) - 1; n > 0; n-- {
				if stack[n].name == strings.ToLower(m[1]) {
					closeTo(n)
					break
				}
			}
			text = text[len(m[0]):]
			continue
		}
		m := startTag.FindStringSubmatch(text)
		if m == nil {
			next := strings.IndexByte(text[1:], '<') + 1
			if next == 0 {
				next = len(text)
			}
			add(text[:next])
			text = text[next:]
			continue
		}
		text = text[len(m[0]):]
		name := strings.ToLower(m[1])
		p.elements = append(p.elements, name)
		isolates := !slices.Contains(inlineElements, name)
		for _, a := range attribute.FindAllStringSubmatch(m[2], -1) {
			p.attributes = append(p.attributes, strings.ToLower(a[1]))
			isolates = isolates || strings.EqualFold(a[1], "dir")
		}
		switch {
		case slices.Contains(rawElements, name):
			end := strings.Index(strings.ToLower(text), "</"+name)
			if end < 0 {
				end = len(text)
			}
			switch name {
			case "script":
				p.scripts = append(p.scripts, text[:end])
			case "title", "textarea":
				p.texts = append(p.texts, html.UnescapeString(text[:end]))
			}
			text = text[end:]
		case !slices.Contains(voidElements, name):
			stack = append(stack, &open{name: name, isolates: isolates})
		}
	}
	closeTo(0)
	return p
}
