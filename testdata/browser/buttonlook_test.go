package browser

import (
	"encoding/json"
	"math"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/stretchr/testify/require"
)

// A look is how the browser draws the button, and what is beside it.
type look struct {
	Own, Page     colour   // the button, and what it stands on
	Inks          []colour // of the words on it
	Edge          colour
	EdgeWidth     float64
	Width, Height float64
	Clipped       []string // words that stick out of it
	Gap           float64  // down to the link below it
	Seen          []string // files of the images that can be seen
	Ratios        []float64
	Outline       struct { // of what has the focus
		Style         string
		Colour        colour
		Width, Offset float64
		Shadow        string
	}
	About, AboutPage colour // the link below, and what it stands on
}

// drawn is a look at the only button of a page: the link to the portal's login.
const drawn = `(() => {
	const a = document.querySelector('a[href^="/login"], a[href^="/franceconnect/login"], a[href^="/franceconnect-plus/login"]');
	const about = document.querySelector('a[href^="https://franceconnect.gouv.fr/"]');
	const behind = e => {
		for (; e; e = e.parentElement) {
			const c = getComputedStyle(e).backgroundColor;
			if (!/^rgba\(.*, 0\)$/.test(c)) return c;
		}
		return "";
	};
	const s = getComputedStyle(a), f = getComputedStyle(document.activeElement), box = a.getBoundingClientRect(), inks = [], clipped = [];
	const walk = document.createTreeWalker(a, NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode();) {
		if (!n.data.trim()) continue;
		inks.push(getComputedStyle(n.parentElement).color);
		const range = document.createRange();
		range.selectNodeContents(n);
		for (const r of range.getClientRects())
			if (r.left < box.left || r.right > box.right || r.top < box.top || r.bottom > box.bottom) clipped.push(n.data);
	}
	const plus = getComputedStyle(a, "::after");
	if (plus.content !== "none") inks.push(plus.color);
	const images = [...a.querySelectorAll("img")].filter(i => i.checkVisibility({opacityProperty: true, visibilityProperty: true}));
	return {
		own: behind(a), page: behind(a.parentElement), inks, edge: s.borderTopColor, edgeWidth: parseFloat(s.borderTopWidth),
		width: box.width, height: box.height, clipped, gap: about.closest("p").getBoundingClientRect().top - box.bottom,
		seen: images.map(i => new URL(i.src).pathname),
		ratios: images.map(i => i.getBoundingClientRect().width / i.getBoundingClientRect().height * i.naturalHeight / i.naturalWidth),
		outline: {style: f.outlineStyle, colour: f.outlineColor, width: parseFloat(f.outlineWidth), offset: parseFloat(f.outlineOffset), shadow: f.boxShadow},
		about: getComputedStyle(about).color, aboutPage: behind(about),
	};
})()`

func (v *visitor) look() look {
	v.t.Helper()
	return evaluate[look](v, drawn)
}

// readable: the words stand out from the button and stay on it, the link below
// stands out from the page, and the button can be hit.
func (v *visitor) readable(l look) {
	v.t.Helper()
	for _, ink := range l.Inks {
		v.stands(4.5, ink, l.Own, "the words on the button")
	}
	v.stands(4.5, l.About, l.AboutPage, "the link below the button")
	require.Empty(v.t, l.Clipped, "words that stick out of the button")
	require.GreaterOrEqual(v.t, l.Height, 44.0)
	require.GreaterOrEqual(v.t, l.Width, 44.0)
	for _, ratio := range l.Ratios {
		require.InDelta(v.t, 1, ratio, 0.01, "an image is deformed")
	}
}

// called fails unless the page has one link of this name, to the letter, and
// as many images as given that assistive technology is told of.
func (v *visitor) called(name string, images int) {
	v.t.Helper()
	root := call(v, dom.GetDocument, dom.GetDocumentParams{}).Root
	links, pictures := 0, 0
	for _, n := range call(v, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{BackendNodeID: root.BackendNodeID}).Nodes {
		if n.Ignored || n.Role == nil || n.Name == nil {
			continue
		}
		var role, said string
		require.NoError(v.t, json.Unmarshal([]byte(n.Role.Value), &role))
		require.NoError(v.t, json.Unmarshal([]byte(n.Name.Value), &said))
		switch {
		case role == "link" && said == name:
			links++
		case role == "image" || role == "img":
			require.Equal(v.t, name, said, "the text of an image")
			pictures++
		}
	}
	require.Equal(v.t, 1, links, "links called %q at %s", name, v.at())
	require.Equal(v.t, images, pictures, "images with a text at %s", v.at())
}

// over puts the mouse over the button, or where it is over nothing.
func (v *visitor) over(name string, yes bool) {
	v.t.Helper()
	x, y := 1.0, 1.0
	if yes {
		q := call(v, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: v.find("link", "^"+name)}).Quads[0]
		x, y = (q[0]+q[4])/2, (q[1]+q[5])/2
	}
	call(v, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y})
	v.until("the mouse", func() bool {
		return evaluate[bool](v, `!!document.querySelector("a:hover")`) == yes
	})
}

// ringed: the focus is seen. A ring that touches what is inside it stands out
// from that and, by one of its two colours, from the page; one with a gap has
// the page on both sides.
func (v *visitor) ringed(inside colour, l look) {
	v.t.Helper()
	o := l.Outline
	require.NotEqual(v.t, "none", o.Style, "the focus cannot be seen")
	require.GreaterOrEqual(v.t, o.Width, 2.0)
	if o.Offset > 0 {
		v.stands(3, o.Colour, l.Page, "the ring of the focus")
		return
	}
	outer, found := shadow(o.Shadow)
	if found {
		v.stands(3, outer, o.Colour, "the outer ring of the focus")
	} else {
		outer = o.Colour
	}
	if inside != l.Page {
		v.stands(3, o.Colour, inside, "the ring of the focus")
	}
	require.GreaterOrEqual(v.t, math.Max(v.contrast(outer, l.Page), v.contrast(o.Colour, l.Page)), 3.0, "the rings of the focus on %s", l.Page)
}

// media is what the person prefers, and whether the system forces its colours.
func (v *visitor) media(scheme string, forced bool) {
	v.t.Helper()
	colours := map[bool]string{false: "none", true: "active"}[forced]
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "forced-colors", Value: colours},
	}})
}
