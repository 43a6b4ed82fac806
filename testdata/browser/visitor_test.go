package browser

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A visitor is a person with a browser of their own, and one tab of it.
type visitor struct {
	t   *testing.T
	ctx context.Context
	*watch
}

// newVisitor is somebody who has never been here. Their browser may complain
// of nothing until the test ends.
func newVisitor(t *testing.T) *visitor { return newVisitorIn(t, chromium) }

func newVisitorIn(t *testing.T, chromium context.Context) *visitor {
	t.Helper()
	return newTab(t, chromium, chromedp.WithNewBrowserContext())
}

// newTab is another tab of the same browser.
func (v *visitor) newTab() *visitor {
	v.t.Helper()
	return newTab(v.t, v.ctx)
}

func newTab(t *testing.T, parent context.Context, options ...chromedp.ContextOption) *visitor {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	v := &visitor{t, ctx, &watch{documents: map[string]bool{}}}
	require.NoError(t, chromedp.Do(ctx))
	require.NoError(t, chromedp.Listen(ctx, v.event))
	call(v, audits.Enable, cdp.Empty{})
	v.resize(1280, 900)
	t.Cleanup(func() { require.Empty(t, v.taken(), "the browser complains") })
	return v
}

// call sends one command of the DevTools protocol.
func call[P, R any](v *visitor, command cdp.Command[P, R], params P) R {
	v.t.Helper()
	r, err := try(v, command, params)
	require.NoError(v.t, err)
	return r
}

func try[P, R any](v *visitor, command cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Call(ctx, command, params)
}

// evaluate is the value of an expression in the page.
func evaluate[T any](v *visitor, expression string, options ...chromedp.EvaluateOption) T {
	v.t.Helper()
	value, err := tryEvaluate[T](v, expression, options...)
	require.NoError(v.t, err, expression)
	return value
}

func tryEvaluate[T any](v *visitor, expression string, options ...chromedp.EvaluateOption) (T, error) {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, options...))
}

// open types an address, and waits for the page where it leads.
func (v *visitor) open(address string) {
	v.t.Helper()
	v.leave(func() { call(v, page.Navigate, page.NavigateParams{URL: address}) })
}

// leave does what brings another page, and waits until that is complete.
func (v *visitor) leave(do func()) {
	v.t.Helper()
	before := v.document()
	do()
	v.until("another page than "+v.at(), func() bool {
		// In this order: what is complete must be the new one.
		if v.document() == before {
			return false
		}
		complete, err := tryEvaluate[bool](v, `document.readyState == "complete"`)
		return err == nil && complete
	})
}

// document names the document that is shown, another one at each visit.
func (v *visitor) document() cdp.LoaderID {
	return call(v, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.LoaderID
}

// at is the address that the browser shows.
func (v *visitor) at() string {
	return call(v, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.URL
}

// until waits for a condition.
func (v *visitor) until(what string, holds func() bool) {
	v.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-deadline.C:
			v.t.Fatalf("waited in vain for %s; the page at %s says:\n%s", what, v.at(), v.text())
		}
	}
}

// sees waits for a page with this heading.
func (v *visitor) sees(heading string) {
	v.t.Helper()
	pattern := regexp.MustCompile(heading)
	v.until(fmt.Sprintf("the heading %q", heading), func() bool {
		h1, err := tryEvaluate[string](v, `document.readyState == "complete" && document.querySelector("h1")?.innerText || ""`)
		return err == nil && pattern.MatchString(plainSpaces.Replace(h1))
	})
}

// text is what the page shows, with ordinary spaces.
func (v *visitor) text() string {
	text, err := tryEvaluate[string](v, `document.body.innerText`)
	if err != nil {
		return err.Error()
	}
	return plainSpaces.Replace(text)
}

// goBack presses the browser's back button.
func (v *visitor) goBack() {
	v.t.Helper()
	h := call(v, page.GetNavigationHistory, cdp.Empty{})
	require.Positive(v.t, h.CurrentIndex)
	v.leave(func() {
		call(v, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: h.Entries[h.CurrentIndex-1].ID})
	})
}
