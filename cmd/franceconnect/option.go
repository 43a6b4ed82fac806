package main

import (
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An option is one of the command line: -name VALUE or -name=VALUE, with one
// dash or two. Package flag would do, if it spoke French.
type option struct {
	name    string
	value   text.Text // what its value is, in a word; empty for a switch
	usage   text.Text
	initial string   // the value without it, for the help
	only    []string // the values that it takes, if not any
	suggest []string // values to offer for completion
	path    bool     // the value is a file or a folder

	// set takes the value and returns what is wrong with it, if anything is.
	set func(value string) text.Text
}

// isSwitch reports whether the option has no value.
func (o option) isSwitch() bool { return o.value.French == "" }

// switchOption returns an option without a value.
func switchOption(name string, to *bool, usage text.Text) option {
	return option{name: name, usage: usage, set: func(string) text.Text { *to = true; return text.Text{} }}
}

// textOption returns an option whose value is any text. What to holds is the
// value without the option.
func textOption(name string, to *string, value, usage text.Text) option {
	return option{name: name, value: value, usage: usage, initial: *to, set: func(v string) text.Text { *to = v; return text.Text{} }}
}

// pathOption returns an option whose value is a file or a folder.
func pathOption(name string, to *string, value, usage text.Text) option {
	o := textOption(name, to, value, usage)
	o.path = true
	return o
}

// choiceOption returns an option that takes the values only.
func choiceOption(name string, to *string, value, usage text.Text, only ...string) option {
	o := textOption(name, to, value, usage)
	o.only = only
	return o
}

// A parseError is what is wrong with a command line, or a call for help.
type parseError struct {
	help bool
	why  text.Text
}

// parse reads options and words in any order. After --, all are words.
func parse(args []string, options []option) (words []string, err *parseError) {
	for len(args) > 0 {
		more, rest, err := parseUntilWord(args, options)
		if err != nil {
			return nil, err
		}
		words, args = append(words, more...), rest
	}
	return words, nil
}

// parseUntilWord reads options up to the first word, which it returns, and what
// is behind it; or after --, all words.
func parseUntilWord(args []string, options []option) (words, rest []string, err *parseError) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			return args, nil, nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			return []string{arg}, args, nil
		}
		name, value, has := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		if name == "h" || name == "help" {
			return nil, nil, &parseError{help: true}
		}
		o, ok := findOption(options, name)
		switch {
		case !ok:
			return nil, nil, &parseError{why: text.Of("-"+named(name)+" : il n’y a pas d’option de ce nom", "-"+named(name)+": there is no option of this name")}
		case o.isSwitch() && has:
			return nil, nil, &parseError{why: text.Of("-"+name+"="+named(value)+" : cette option ne prend pas de valeur", "-"+name+"="+named(value)+": this option takes no value")}
		case !o.isSwitch() && !has && len(args) == 0:
			return nil, nil, &parseError{why: text.Of("-"+name+" : il manque sa valeur, "+o.value.French, "-"+name+": its value is missing: "+o.value.English)}
		case !o.isSwitch() && !has:
			value, args = args[0], args[1:]
		}
		if why := o.take(value); why.French != "" {
			return nil, nil, &parseError{why: why}
		}
	}
	return nil, nil, nil
}

// findOption finds an option by its name.
func findOption(options []option, name string) (option, bool) {
	for _, o := range options {
		if o.name == name {
			return o, true
		}
	}
	return option{}, false
}

// visible returns a text without what nobody sees of it, which steers a terminal,
// turns the text around or makes two texts that look alike differ. A line has no
// end: what was on several is on one.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.Is(unicode.C, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// take sets the option to a value, and returns what is wrong with it. The former
// client id has the form of a secret, and a file may be called so.
func (o option) take(value string) text.Text {
	if o.name != "ancien-client" && !o.path && profile.HasSecret(value) {
		return text.Of("-"+o.name+" : la valeur a la forme d’un secret, qui n’a sa place dans aucune option", "-"+o.name+": the value has the form of a secret, which has no place in any option")
	}
	if !o.path {
		value = visible(value)
	}
	if o.only != nil {
		known := false
		for _, one := range o.only {
			known = known || one == value
		}
		if !known {
			list, given := strings.Join(o.only, ", "), "-"+o.name+" "+named(value)
			return text.Of(given+" : cette option prend l’un de "+list, given+": this option takes one of "+list)
		}
	}
	return o.set(value)
}
