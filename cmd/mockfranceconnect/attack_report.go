package main

import (
	"encoding/json"
	"encoding/xml"
	"io"

	"github.com/franceconnect-go/franceconnect/internal/built"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
)

// junitReport writes the results as JUnit XML, a test case for each attack.
func junitReport(to io.Writer, results []result) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type testCase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Time    float64  `xml:"time,attr"`
		Failure *failure `xml:"failure,omitempty"`
	}
	suite := struct {
		XMLName  xml.Name   `xml:"testsuite"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Cases    []testCase `xml:"testcase"`
	}{Name: "mockfranceconnect attack", Tests: len(results)}
	rules := rulesByName()
	for _, r := range results {
		c := testCase{Class: "attack", Name: r.name, Time: r.took.Seconds()}
		if r.failure != "" {
			suite.Failures++
			c.Failure = &failure{rules[r.name].Rule, r.failure}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(to, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(to)
	e.Indent("", " ")
	return e.Encode(suite)
}

// sarifReport writes the rules that are broken as SARIF 2.1.0. They have no place in
// a file: the portal is seen from outside.
func sarifReport(to io.Writer, results []result) error {
	type text struct {
		Text string `json:"text"`
	}
	type rule struct {
		ID    string `json:"id"`
		Short text   `json:"shortDescription"`
		Full  text   `json:"fullDescription"`
		Help  text   `json:"help"`
	}
	type finding struct {
		Rule    string `json:"ruleId"`
		Level   string `json:"level"`
		Message text   `json:"message"`
	}
	rules, findings, known := []rule{}, []finding{}, rulesByName()
	for _, r := range results {
		of := known[r.name]
		rules = append(rules, rule{r.name, text{of.Rule}, text{of.Attack + " (" + of.Source + ")"}, text{of.Cure}})
		if r.failure != "" {
			findings = append(findings, finding{r.name, "error", text{r.failure}})
		}
	}
	e := json.NewEncoder(to)
	e.SetIndent("", " ")
	return e.Encode(map[string]any{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []any{map[string]any{
			"tool":    map[string]any{"driver": map[string]any{"name": "mockfranceconnect attack", "fullName": built.Version("mockfranceconnect"), "rules": rules}},
			"results": findings,
		}},
	})
}

func rulesByName() map[string]attack.Rule {
	all := map[string]attack.Rule{}
	for _, r := range attack.Rules() {
		all[r.Name] = r
	}
	return all
}
