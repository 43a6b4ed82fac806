package main

import (
	"bufio"
	"encoding/xml"
	"strconv"
	"strings"
)

// A junitCase is one test of the report of JUnit, as continuous integrations read
// it.
type junitCase struct {
	XMLName xml.Name      `xml:"testcase"`
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// writeFleetJUnit writes a test case for each town: failed if something is to be
// corrected, skipped if FranceConnect is switched off. A run that is not complete
// is a failure of its own.
func (prog *program) writeFleetJUnit(run *fleetRun, rows []townRow, compared bool) {
	failures, skipped := 0, 0
	for _, r := range rows {
		if r.failed() {
			failures++
		} else if r.town.State == townOff || r.town.State == townGone {
			skipped++
		}
	}
	tests := len(rows)
	if !run.Complete {
		tests, failures = tests+1, failures+1
	}
	w := bufio.NewWriter(prog.stdout)
	defer w.Flush() // who closed the pipe does not want it
	_, _ = w.WriteString(xml.Header)
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	counts := []xml.Attr{attr("tests", strconv.Itoa(tests)), attr("failures", strconv.Itoa(failures)), attr("skipped", strconv.Itoa(skipped)), attr("errors", "0")}
	suites := xml.StartElement{Name: xml.Name{Local: "testsuites"}, Attr: counts}
	suite := xml.StartElement{Name: xml.Name{Local: "testsuite"}, Attr: append([]xml.Attr{attr("name", prog.fleetTitle(compared)), attr("timestamp", run.Date.Format("2006-01-02T15:04:05"))}, counts...)}
	_, _ = e.EncodeToken(suites), e.EncodeToken(suite) // texts and numbers can be encoded
	for _, r := range rows {
		_ = e.Encode(prog.junitOf(r, compared))
	}
	if !run.Complete {
		_ = e.Encode(junitCase{Class: "franceconnect", Name: "complete", Failure: &junitFailure{run.Stopped, "interrupted", run.Stopped}})
	}
	_ = e.EncodeElement(strings.Join(prog.summaryLines(run), "\n"), xml.StartElement{Name: xml.Name{Local: "system-out"}})
	_, _ = e.EncodeToken(suite.End()), e.EncodeToken(suites.End())
	_ = e.Close()
	_ = w.WriteByte('\n')
}

func attr(name, value string) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: value} }

// failed reports whether there is something to correct.
func (r townRow) failed() bool { return r.bad != nil && r.town.State == townToCorrect }

// junitOf returns the test case of a town.
func (prog *program) junitOf(r townRow, compared bool) junitCase {
	one := junitCase{Class: "franceconnect." + r.environment, Name: r.town.Name}
	if r.town.Name != r.town.Town {
		one.Name += " (" + r.town.Town + ")"
	}
	switch {
	case r.failed():
		one.Failure = &junitFailure{prog.short(r.bad), string(r.bad[0].Whose), strings.Join(prog.long(r.bad), "\n")}
	case r.town.State == townOff || r.town.State == townGone:
		one.Skipped = &junitSkipped{r.state}
	}
	out := prog.long(r.warned)
	if compared {
		out = append(append([]string{r.change}, out...), prog.long(r.resolved)...)
	}
	one.Out = strings.Join(out, "\n")
	return one
}
