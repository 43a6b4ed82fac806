package browser

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A violation is what axe-core says is wrong with a page.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML    string
		Summary string `json:"failureSummary"`
	}
}

func (x violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s: %s", x.Impact, x.ID, x.Help)
	for _, n := range x.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// canvas says in a style what the browser paints behind a page that has no
// background: axe-core takes that for white, in the dark too.
const canvas = `if ([document.documentElement, document.body].every(e => getComputedStyle(e).backgroundColor == "rgba(0, 0, 0, 0)"))
	document.documentElement.style.backgroundColor = "Canvas"`

// axeRun runs every rule that axe-core has on, and the size of what one clicks,
// and that names have the words one sees, which it has off.
const axeRun = `axe.run({resultTypes: ["violations"], rules: {
	"target-size": {enabled: true}, "label-content-name-mismatch": {enabled: true},
}}).then(r => r.violations)`

// violations are those of the page. Its Content-Security-Policy does not hold
// for what DevTools evaluate.
func (v *visitor) violations() []violation {
	v.t.Helper()
	evaluate[chromedp.Void](v, canvas)
	if evaluate[bool](v, `typeof axe == "undefined"`) {
		evaluate[chromedp.Void](v, axe)
	}
	all := evaluate[[]violation](v, axeRun, chromedp.EvalAwaitPromise)
	return all
}

// accessible fails on what is serious or critical, and tells the rest.
func (v *visitor) accessible() {
	v.t.Helper()
	require.Empty(v.t, v.taken(), "the browser complains")
	for _, x := range v.violations() {
		if x.Impact == "serious" || x.Impact == "critical" {
			v.t.Errorf("%s: %s", v.at(), x)
		} else {
			v.t.Logf("%s: %s", v.at(), x)
		}
	}
	v.taken() // of axe-core itself
}
