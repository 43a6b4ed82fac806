// Package webpage makes one HTML file of the program: a form for each thing to be
// had from it, and the program itself, as WebAssembly, which answers inside the
// file. It needs no network and no other file.
//
//	page.go     the file
//	build.go    the program in it
//	page.html page.css program.js form.js
package webpage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"strings"
)

// A Page is what the file says, in one language.
type Page struct {
	Lang, Title, Intro string
	Waiting, TooOld    string // while the program is unpacked, and where it cannot be
	Secret             string // to who types one
	Print              string // the button
	Forms              []Form
	Profile            any          // in JSON, read by the program from its standard input, where an answer is "-"
	Style              template.CSS // before that of the forms
}

// A Form asks, and shows what commands of the program answer.
type Form struct {
	ID, Title, Button, Result string
	Commands                  []Command
	Groups                    []Group
}

// A Command is one of the program's, which is given the answers to its options.
type Command struct {
	Name    string   `json:"name"`
	Options []string `json:"options"`
}

// A Group is of questions that belong together.
type Group struct {
	Title     string
	Questions []Question
}

// A Question is for one option or variable of the command line.
type Question struct {
	Name        string
	Is          Kind
	Label, Help string
	Choices     []Choice // if not any text
	Many        bool     // several of them
}

// A Kind is what a command takes an answer as.
type Kind string

const (
	Option   Kind = "option"
	Variable Kind = "variable"
	Word     Kind = "word"

	ProfileFile Kind = "file" // a file that takes the place of Page.Profile
)

// A Choice is one answer.
type Choice struct {
	Value, Label string
	Chosen       bool // before anybody does
}

//go:embed page.html page.css program.js form.js
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{"json": func(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}}).ParseFS(files, "page.html"))

// Write writes the page with a program in it.
func (p Page) Write(w io.Writer, built Program) error {
	var script strings.Builder
	script.Write(built.Exec)
	for _, name := range []string{"program.js", "form.js"} {
		part, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		script.WriteString(string(part))
	}
	style, err := files.ReadFile("page.css")
	if err != nil {
		return err
	}
	p.Style += template.CSS(style)
	profile, err := json.Marshal(p.Profile) // which cannot end the element that it is in
	if err != nil {
		return err
	}
	packed, err := pack(built.Wasm)
	if err != nil {
		return err
	}
	return page.Execute(w, struct {
		Page
		Profile               template.JS
		Script                template.JS
		Program               template.HTML // base64
		ScriptHash, StyleHash string
	}{p, template.JS(profile), template.JS(script.String()), template.HTML(packed), hash(script.String()), hash(string(p.Style))})
}

// hash returns what a policy allows a text by
// (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pack returns bytes compressed, in base64.
func pack(b []byte) (string, error) {
	packed := &bytes.Buffer{}
	z, err := gzip.NewWriterLevel(packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(b); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}
