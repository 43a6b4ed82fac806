package browser

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// A watch keeps what a browser complains of.
type watch struct {
	mu         sync.Mutex
	documents  map[string]bool
	complaints []string
}

func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if ev.Type == network.ResourceTypeDocument {
			w.documents[ev.Request.URL] = true
		}
	case *log.EventEntryAdded:
		// The status of an error page is no complaint, that of its style sheet is.
		e := ev.Entry
		page := e.Source == log.EntrySourceNetwork && w.documents[e.URL] && strings.Contains(e.Text, "responded with a status of")
		if !page && (e.Level == log.EntryLevelError || e.Level == log.EntryLevelWarning) {
			w.complain(e.Text + " " + e.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			w.complain(ev)
		}
	case *runtime.EventExceptionThrown:
		w.complain(ev.ExceptionDetails)
	case *audits.EventIssueAdded:
		w.complain(ev.Issue)
	}
}

func (w *watch) complain(about any) {
	text, ok := about.(string)
	if !ok {
		b, err := json.Marshal(about)
		text = string(b)
		if err != nil {
			text = err.Error()
		}
	}
	w.complaints = append(w.complaints, text)
}

// taken are the complaints up to now, which are forgotten.
func (w *watch) taken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.complaints
	w.complaints = nil
	return all
}
