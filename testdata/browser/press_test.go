package browser

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/stretchr/testify/require"
)

var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// follow and push click a link and a button, and wait for the page that comes.
func (v *visitor) follow(name string) { v.t.Helper(); v.click("link", name) }
func (v *visitor) push(name string)   { v.t.Helper(); v.click("button", name) }

func (v *visitor) click(role, name string) {
	v.t.Helper()
	v.leave(func() { v.mouse(v.find(role, name)) })
}

// find finds the first thing with a role whose name matches a pattern, as
// assistive technology is told of them.
func (v *visitor) find(role, name string) cdp.BackendNodeID {
	v.t.Helper()
	pattern := regexp.MustCompile(name)
	var found cdp.BackendNodeID
	v.until("the "+role+" "+name, func() bool {
		root, err := try(v, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return false
		}
		all, err := try(v, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{BackendNodeID: root.Root.BackendNodeID, Role: role})
		if err != nil {
			return false
		}
		for _, n := range all.Nodes {
			if !n.Ignored && pattern.MatchString(nameOf(n)) {
				found = n.BackendDOMNodeID
				return true
			}
		}
		return false
	})
	return found
}

func nameOf(n *accessibility.Node) string {
	var name string
	if n.Name == nil || json.Unmarshal([]byte(n.Name.Value), &name) != nil {
		return ""
	}
	return plainSpaces.Replace(name)
}

// mouse presses the mouse button over the middle of something.
func (v *visitor) mouse(on cdp.BackendNodeID) {
	v.t.Helper()
	call(v, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: on})
	quads := call(v, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: on}).Quads
	require.NotEmpty(v.t, quads, "cannot be seen")
	q := quads[0]
	x, y := (q[0]+q[4])/2, (q[1]+q[5])/2
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		call(v, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
	}
}
