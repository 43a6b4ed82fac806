package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestContrast(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 21, contrast(white, rgb{}), 0.001)
	require.InDelta(t, 1, contrast(white, white), 0.001)
	// #767676 is the lightest grey that may be read on white: WCAG 2, 1.4.3.
	grey, ok := readStyles("p{color:#767676}").colour(element{tag: "p"}, "color")
	require.True(t, ok)
	require.InDelta(t, 4.54, contrast(white, grey), 0.01)
}

// Of the rules that fit an element by itself, the last one counts.
func TestStyles(t *testing.T) {
	t.Parallel()
	button := element{tag: "a", attributes: ` class="fc big" id='b' href=x`}
	for css, want := range map[string]string{
		`.fc{background-color:#000091}`: "#000091", `a{background:#000091 url(x)}`: "#000091 url(x)", `#b{background-color:#000091}`: "#000091",
		`.fc{background-color:#111}.fc.big{background-color:#222}`: "#222", `.fc{background-color:#111 !important}`: "#111",
		`#c{background-color:#111}`: "", `*{background-color:#111}`: "#111", `[href]{background-color:#111}`: "#111",
		`.other{background-color:#111}`: "", `.fc.other{background-color:#111}`: "", `button{background-color:#111}`: "", `.fc:hover{background-color:#111}`: "",
		`main > .fc{background-color:#111}`: "#111", `.fc b{background-color:#111}`: "", `.fc::before{background-color:#111}`: "", `.fc:disabled{background-color:#111}`: "",
		`.x,.fc{background-color:#111}`: "#111", `/* .fc{background-color:#111} */`: "", `.fc{background-color:#111`: "#111",
		`@media print{.fc{background-color:#111}}`: "", `@media (min-width: 1em){.fc{background-color:#111}}.x{color:red}`: "#111",
		`@media (prefers-color-scheme: dark){.fc{background-color:#111}}`: "", `@import "x";.fc{background-color:#111}`: "#111",
		`:root{--a:var(--b);--b:#111}.fc{background-color:var(--a)}`: "#111", `.fc{background-color:var(--c, #111)}`: "#111", `.fc{background-color:var(--c)}`: "",
		`.fc{--a:#111}:root{--a:#222}.fc{background-color:var(--a)}`: "#111", `.fc{--a:#111}.big{--a:#222}.fc{background-color:var(--a)}`: "#222",
		`.x{--a:#111}.fc{background-color:var(--a)}`: "", `:root{--a:var(--a)}.fc{background-color:var(--a)}`: "var(--a)",
	} {
		require.Equal(t, want, readStyles(css).property(button, "background-color"), css)
	}
	button.attributes += ` style="background-color: #333"`
	require.Equal(t, "#333", readStyles(`.fc{background-color:#111}`).property(button, "background-color"))
}

func TestHover(t *testing.T) {
	t.Parallel()
	button := element{tag: "a", attributes: ` class="fc"`}
	for css, want := range map[string]bool{
		`.fc:hover{color:#111}`: true, `a:hover{color:#111}`: true, `.x .fc:hover{color:#111}`: true, `.fc:hover img+img{opacity:1}`: true,
		`.fc{color:#111}`: false, `.x:hover{color:#111}`: false, `.fc:hover{}`: false, `.fc .x:hover{color:#111}`: false, `.fc:hovering{color:#111}`: false,
	} {
		require.Equal(t, want, readStyles(css).changesOnHover(button), css)
	}
}

func TestColours(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rgb{"#fff": white, "#FFFFFF": white, "white": white, "black": {}, "rgb(255, 255, 255)": white, "rgb(0 0 0)": {}, "no-repeat #000": {}} {
		got, ok := readStyles("p{color:"+text+"}").colour(element{tag: "p"}, "color")
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "transparent", "rgba(0,0,0,0.5)", "#0000", "rgb(10% 10% 10%)", "chartreuse"} {
		_, ok := readStyles("p{color:"+text+"}").colour(element{tag: "p"}, "color")
		require.False(t, ok, text)
	}
}

func FuzzStylesAreReadOrLeft(f *testing.F) {
	f.Add(goodStyle)
	f.Add(`@media x{a{b:c}}@y{`)
	f.Fuzz(func(t *testing.T, css string) {
		for _, one := range readStyles(css) {
			require.NotContains(t, one.selector, "{")
		}
	})
}

func TestAColourThatIsNoneIsNamedInOneLine(t *testing.T) {
	t.Parallel()
	for _, colour := range []string{"bleu", "", "#12345", "rgb(0,0,0)"} {
		for lang, want := range map[string]string{"fr": "n’est pas une couleur de la forme 1e1e1e", "en": "is not a colour of the form 1e1e1e"} {
			got := call(t, misused, nil, "check", "-lang", lang, "-fond", colour)
			first, _, _ := strings.Cut(got.errs, "\n")
			require.Contains(t, first, strconv.Quote(colour)+" "+want)
		}
	}
}

// It is said without any setting, too: a designer has none.
func TestTheContrastOfAColourWantsNoSettings(t *testing.T) {
	t.Parallel()
	require.Contains(t, call(t, failed, nil, "check", "-lang", "en", "-fond", "#222").out, "on the background #222, the second button (alternative) has a contrast of 15.9")
}
