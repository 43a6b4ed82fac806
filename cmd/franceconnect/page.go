package main

import (
	"html"
	"regexp"
	"strings"
)

// A signInPage is a page as a reviewer of FranceConnect looks at it. It is read
// by its form: no page is understood whole.
type signInPage struct {
	html   string // without comments, scripts and styles
	text   string // what is read, on one line
	styles string // of the page itself
	policy string // of a meta element

	buttonOffset int     // where the button is, or -1
	button       element // <a>, <button>
	aboutLink    element // the link under it
}

// An element is one that people click.
type element struct {
	tag, attributes, inner string
	label                  string // its words, in small letters
}

var (
	styleTags = regexp.MustCompile(`(?is)<style\b[^>]*>(.*?)</style>`)
	noise     = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<template\b.*?</template>`)
	tags      = regexp.MustCompile(`<[^>]*>`)
	spaces    = regexp.MustCompile(`[\s\x{a0}\x{202f}]+`)
	clickable = regexp.MustCompile(`(?is)<(a|button)\b([^>]*)>(.*?)</(?:a|button)>|<(input)\b([^>]*type=["']?(?:submit|image)[^>]*)>`)
	metaTags  = regexp.MustCompile(`(?is)<meta\b([^>]*)>`)
)

func readPage(text string) signInPage {
	p := signInPage{buttonOffset: -1}
	for _, m := range styleTags.FindAllStringSubmatch(text, -1) {
		p.styles += m[1] + "\n"
	}
	p.html = noise.ReplaceAllString(text, "")
	p.text = plainText(p.html)
	for _, m := range metaTags.FindAllStringSubmatch(p.html, -1) {
		if strings.EqualFold(attribute(m[1], "http-equiv"), "Content-Security-Policy") {
			p.policy = attribute(m[1], "content")
		}
	}
	for _, m := range clickable.FindAllStringSubmatchIndex(p.html, -1) {
		e := element{tag: "input"}
		if m[2] >= 0 {
			e = element{tag: strings.ToLower(p.html[m[2]:m[3]]), attributes: p.html[m[4]:m[5]], inner: p.html[m[6]:m[7]]}
		} else {
			e.attributes = p.html[m[10]:m[11]]
		}
		e.label = strings.ToLower(e.words())
		switch {
		case p.buttonOffset < 0 && (strings.Contains(e.label, "s’identifier avec franceconnect") || strings.Contains(e.label, "sign in with franceconnect")):
			p.buttonOffset, p.button = m[0], e
		case strings.Contains(e.label, "qu’est-ce que franceconnect") || strings.Contains(e.label, "what is franceconnect"):
			p.aboutLink = e
		}
	}
	return p
}

// words returns what an element says, its pictures included.
func (e element) words() string {
	var words strings.Builder
	words.WriteString(e.inner)
	for _, image := range e.images() {
		words.WriteString(" " + attribute(image, "alt"))
	}
	return strings.TrimSpace(plainText(words.String() + " " + attribute(e.attributes, "aria-label") + " " + attribute(e.attributes, "value") + " " + attribute(e.attributes, "alt")))
}

var imageTags = regexp.MustCompile(`(?is)<img\b([^>]*)>`)

// images returns the attributes of the pictures in an element.
func (e element) images() (all []string) {
	for _, m := range imageTags.FindAllStringSubmatch(e.inner, -1) {
		all = append(all, m[1])
	}
	return all
}

// plainText returns the text of some HTML, on one line, with one kind of
// apostrophe.
func plainText(text string) string {
	text = html.UnescapeString(tags.ReplaceAllString(text, " "))
	return strings.ReplaceAll(spaces.ReplaceAllString(text, " "), "'", "’")
}

// attribute returns the value of one, or "".
func attribute(attributes, name string) string {
	form := regexp.MustCompile(`(?is)(?:^|\s)` + regexp.QuoteMeta(name) + `\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
	m := form.FindStringSubmatch(attributes)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1] + m[2] + m[3])
}
