package main

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// The report of JUnit, as continuous integrations read it: a test case for each
// town.
type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Errors   int        `xml:"errors,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Errors    int         `xml:"errors,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
	Out       string      `xml:"system-out,omitempty"`
}

type junitCase struct {
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
// is an error.
func (prog *program) writeFleetJUnit(run *fleetRun, rows []townRow, compared bool) {
	suite := junitSuite{Name: prog.fleetTitle(compared), Timestamp: run.Date.Format("2006-01-02T15:04:05"), Out: strings.Join(prog.summaryLines(run), "\n")}
	for _, r := range rows {
		one := junitCase{Class: "franceconnect." + r.environment, Name: r.town.Name}
		if r.town.Name != r.town.Town {
			one.Name += " (" + r.town.Town + ")"
		}
		switch {
		case r.bad != nil && r.town.State == townToCorrect:
			one.Failure = &junitFailure{prog.short(r.bad), string(r.bad[0].Whose), strings.Join(prog.long(r.bad), "\n")}
			suite.Failures++
		case r.town.State == townOff || r.town.State == townGone:
			one.Skipped = &junitSkipped{r.state}
			suite.Skipped++
		}
		out := prog.long(r.warned)
		if compared {
			out = append(append([]string{r.change}, out...), prog.long(r.resolved)...)
		}
		one.Out = strings.Join(out, "\n")
		suite.Cases = append(suite.Cases, one)
	}
	if !run.Complete {
		suite.Cases = append(suite.Cases, junitCase{Class: "franceconnect", Name: "complete", Failure: &junitFailure{run.Stopped, "interrupted", run.Stopped}})
		suite.Failures++
	}
	suite.Tests = len(suite.Cases)
	all, err := xml.MarshalIndent(junitSuites{Tests: suite.Tests, Failures: suite.Failures, Skipped: suite.Skipped, Suite: suite}, "", "  ")
	if err == nil { // as it is with texts and numbers
		fmt.Fprintln(prog.stdout, xml.Header+string(all))
	}
}
