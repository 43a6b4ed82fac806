package browser

// narrowest is what a page must fit in: 1280 pixels, enlarged four times.
const narrowest = 320

// wide are the things that stick out of the window, and that nothing lets one
// scroll by itself.
const wide = `(() => {
	const room = document.documentElement.clientWidth, seen = e => e.closest(".skip") === null;
	if (document.documentElement.scrollWidth <= room) return [];
	return [document.documentElement.scrollWidth + " pixels"].concat([...document.querySelectorAll("body *")]
		.filter(e => seen(e) && e.getBoundingClientRect().right > room + 1).map(e => e.outerHTML.slice(0, 200)));
})()`

// fits fails if one must scroll sideways to read the page.
func (v *visitor) fits() {
	v.t.Helper()
	v.resize(narrowest, 640)
	for _, e := range evaluate[[]string](v, wide) {
		v.t.Errorf("%s: wider than %d pixels: %s", v.at(), narrowest, e)
	}
}
