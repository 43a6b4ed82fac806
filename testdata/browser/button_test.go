package browser

import (
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// buttonPages are the pages that the tests look at, each with the variant that
// RecommendVariant names for it.
func buttonPages(t *testing.T) (all []buttonPage) {
	for _, platform := range []franceconnect.Platform{franceconnect.V2, franceconnect.Plus} {
		add := func(background, images string, english bool) {
			variant, _, err := platform.RecommendVariant(background)
			require.NoError(t, err)
			all = append(all, buttonPage{platform: platform, variant: variant, images: images, english: english, background: background, text: 100})
		}
		for _, background := range []string{"#ffffff", "#fffdf8", "#f6f6f6", "#808080", "#034ea2", "#161616"} {
			add(background, "", false)
		}
		add("#ffffff", "alone", false)
		add("#ffffff", "hover", false)
		add("#161616", "hover", false)
		add("#ffffff", "", true)
		add("#161616", "hover", true)
		for _, theme := range []string{"light", "dark"} {
			all = append(all, buttonPage{platform: platform, dsfr: true, theme: theme, text: 100})
		}
		all = append(all, buttonPage{platform: platform, dsfr: true, theme: "light", english: true, text: 100})
	}
	return all
}

func TestTheButtonIsSeenReadAndReachedOnEveryPage(t *testing.T) {
	t.Parallel()
	for _, b := range buttonPages(t) {
		t.Run(b.name(), func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			v.open(b.serve(t))
			images := map[bool]int{false: 0, true: 1}[b.images != ""]
			v.called(b.label(), images)
			if !b.english {
				v.french()
			}

			// In light and in dark: the button is the page's, not the system's.
			l := v.look()
			v.keep("bouton-" + b.name())
			v.readable(l)
			v.standsOut(b, l)
			v.faultless()
			v.media("dark", false)
			require.Equal(t, l, v.look(), "the dark changes nothing of a page that has its own colours")

			v.hovered(b, l)
			v.focused(b)

			v.media("light", true)
			v.forced(b)
			v.media("dark", true)
			v.forced(b)
			v.keep("bouton-" + b.name() + "-force")
			v.media("light", false)

			v.fits()
			v.readable(v.look())
			v.resize(640, 450) // 1280 pixels at 200 %
			require.Empty(t, evaluate[[]string](v, wide))
			v.readable(v.look())
			b.text = 200
			v.open(b.serve(t))
			require.Empty(t, evaluate[[]string](v, wide), "letters of 200 %")
			v.readable(v.look())
			v.keep("bouton-" + b.name() + "-200")
		})
	}
}

// standsOut: the button is seen on the page, by the number that
// RecommendVariant says.
func (v *visitor) standsOut(b buttonPage, l look) {
	v.t.Helper()
	if b.images != "" { // theirs
		require.Equal(v.t, 60.0, l.Height)
		return
	}
	v.stands(3, l.Own, l.Page, "the button")
	if b.dsfr {
		require.Equal(v.t, b.theme == "dark", v.luminance(l.Page) < 0.1, "the theme of the page, %s", l.Page)
		return
	}
	variant, contrast, err := b.platform.RecommendVariant(b.background)
	require.NoError(v.t, err)
	require.Equal(v.t, b.variant, variant)
	require.InDelta(v.t, contrast, v.contrast(l.Own, l.Page), 0.005, "RecommendVariant knows another colour than ButtonCSS")
	require.InDelta(v.t, 12, l.Gap, 0.5, "pixels from the button to its link")
}

// faultless fails on everything that axe-core finds, be it minor.
func (v *visitor) faultless() {
	v.t.Helper()
	require.Empty(v.t, v.taken(), "the browser complains")
	for _, x := range v.violations() {
		v.t.Errorf("%s: %s", v.at(), x)
	}
	v.taken() // of axe-core itself
}

// hovered: the mouse over the button changes it, and nothing of what it is
// called.
func (v *visitor) hovered(b buttonPage, before look) {
	v.t.Helper()
	v.over(b.label(), true)
	l := v.look()
	v.readable(l)
	switch b.images {
	case "":
		require.NotEqual(v.t, before.Own, l.Own, "the mouse over the button changes nothing")
	case "alone":
		require.Equal(v.t, []string{"/kit/button.svg"}, before.Seen)
		require.Equal(v.t, before.Seen, l.Seen)
	default:
		require.Equal(v.t, []string{"/kit/button.svg"}, before.Seen)
		require.Equal(v.t, []string{"/kit/hover.svg"}, l.Seen)
	}
	require.Equal(v.t, [2]float64{before.Width, before.Height}, [2]float64{l.Width, l.Height}, "the button moves")
	v.called(b.label(), map[bool]int{false: 0, true: 1}[b.images != ""])
	v.over(b.label(), false)
	require.Equal(v.t, before, v.look())
}

// focused: the Tab key reaches the button, then the link below it, and both
// show it.
func (v *visitor) focused(b buttonPage) {
	v.t.Helper()
	v.tabTo("^Sign in|^S’identifier|^A$") // an image has no words: its tag
	v.keep("bouton-" + b.name() + "-clavier")
	l := v.look()
	own := l.Own
	if b.images != "" {
		own = evaluate[colour](v, `(() => { const i = document.createElement("i"); i.style.color = "`+b.own()+`"; document.body.append(i); const c = getComputedStyle(i).color; i.remove(); return c })()`)
	}
	v.ringed(own, l)
	v.tabTo("FranceConnect")
	require.Equal(v.t, b.about().String(), evaluate[string](v, `document.activeElement.href`))
	l = v.look()
	v.ringed(l.Page, l)
	evaluate[chromedp.Void](v, `document.activeElement.blur()`)
}

// forced: in the colours that the system forces, the button has an edge.
func (v *visitor) forced(b buttonPage) {
	v.t.Helper()
	l := v.look()
	v.readable(l)
	v.called(b.label(), map[bool]int{false: 0, true: 1}[b.images != ""])
	if b.images == "" {
		require.GreaterOrEqual(v.t, l.EdgeWidth, 1.0)
		v.stands(3, l.Edge, l.Page, "the edge of the button")
	}
}

func TestTheButtonLeavesInTheSameTabAndItsInformationDoesNot(t *testing.T) {
	t.Parallel()
	for _, b := range []buttonPage{
		{platform: franceconnect.V2, background: "#ffffff", text: 100},
		{platform: franceconnect.Plus, background: "#ffffff", images: "hover", text: 100},
		{platform: franceconnect.V2, dsfr: true, theme: "light", text: 100},
		{platform: franceconnect.Plus, dsfr: true, theme: "dark", english: true, text: 100},
	} {
		t.Run(b.name(), func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			var opened atomic.Pointer[page.EventWindowOpen]
			require.NoError(t, chromedp.Listen(v.ctx, func(ev any) {
				if ev, ok := ev.(*page.EventWindowOpen); ok {
					opened.Store(ev)
				}
			}))
			site, err := url.Parse(b.serve(t))
			require.NoError(t, err)
			v.open(site.String())
			v.mouse(v.find("link", `^(Qu’est-ce que|What is) FranceConnect`))
			v.until("another window", func() bool { return opened.Load() != nil })
			require.Equal(t, b.about().String(), opened.Load().URL)
			require.Equal(t, site.String(), v.at())

			v = newVisitor(t) // whose tab is in front
			opened.Store(nil)
			v.open(site.String())
			v.follow("^" + map[bool]string{false: "S’identifier avec", true: "Sign in with"}[b.english])
			v.sees("^Suite$")
			require.Equal(t, site.JoinPath("login").String()+"?next=%2Fmon-compte", v.at())
			require.Len(t, call(v, page.GetNavigationHistory, cdp.Empty{}).Entries, 3, "blank, the page, and where the button leads")
			require.Nil(t, opened.Load())
		})
	}
}

// The example portal has ButtonCSS, and a light card below the button in the
// dark.
func TestTheButtonOfThePortalIsSeenAndReadInLightAndInDark(t *testing.T) {
	t.Parallel()
	for name, reach := range map[string]func(*visitor){
		"FranceConnect":  func(v *visitor) { v.open(town.url + "/connexion") },
		"FranceConnect+": func(v *visitor) { v.signIn("camille"); v.open(town.url + "/aide-urgence") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			reach(v)
			for _, scheme := range []string{"light", "dark"} {
				v.media(scheme, false)
				v.called("S’identifier avec "+name, 0)
				l := v.look()
				v.readable(l)
				v.stands(3, l.Own, l.Page, "the button, "+scheme)
				v.tabTo(`^S’identifier avec FranceConnect`)
				v.ringed(l.Own, v.look())
				v.tabTo(`^Qu’est-ce que`)
				v.ringed(l.AboutPage, v.look())
				evaluate[chromedp.Void](v, `document.activeElement.blur()`)
			}
		})
	}
}
