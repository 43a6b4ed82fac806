package browser

// typos are French texts of the page with a straight apostrophe, or with a
// space that may break before a mark or inside guillemets. Code and what stands
// in another language are left out.
const typos = `(() => {
	const all = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode();) {
		const e = n.parentElement;
		if (e.closest("[lang]")?.lang !== "fr" || e.closest("code, script, style, dd")) continue;
		if (/[a-zà-ÿ]'|(^|[^\u00a0\u202f\s])[;!?»]| [:;!?»]|«[^\u00a0\u202f]|\.\.\./.test(n.data)) all.push(n.data.trim());
	}
	return all;
})()`

func (v *visitor) french() {
	v.t.Helper()
	for _, text := range evaluate[[]string](v, typos) {
		v.t.Errorf("%s: typography: %s", v.at(), text)
	}
}
