package link

import (
	"fmt"
	"log/slog"
	"strings"
)

// String returns the Kind and more, for a log: "prove changed", "known linked".
func (d Decision) String() string {
	words := []string{string(d.Kind)}
	if d.Linked {
		words = append(words, "linked")
	}
	for _, c := range d.Candidates {
		words = append(words, string(c.Reason))
	}
	if d.EmailUsed {
		words = append(words, "email_used")
	}
	return strings.Join(words, " ")
}

// Format prints String, for every verb.
func (d Decision) Format(s fmt.State, _ rune) { fmt.Fprint(s, d.String()) }

// LogValue logs String.
func (d Decision) LogValue() slog.Value { return slog.StringValue(d.String()) }

// Format prints the reason, for every verb.
func (c Candidate) Format(s fmt.State, _ rune) { fmt.Fprint(s, string(c.Reason)) }

// LogValue logs the reason.
func (c Candidate) LogValue() slog.Value { return slog.StringValue(string(c.Reason)) }

// Format prints the provider, for every verb.
func (s Subject) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.Provider) }

// LogValue logs the provider.
func (s Subject) LogValue() slog.Value { return slog.StringValue(s.Provider) }

// Format prints the ground, for every verb.
func (l LinkChange) Format(s fmt.State, _ rune) { fmt.Fprint(s, string(l.Ground)) }

// LogValue logs the ground.
func (l LinkChange) LogValue() slog.Value { return slog.StringValue(string(l.Ground)) }

const placeholder = "account"

// Format prints a placeholder, for every verb.
func (Account) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// LogValue logs a placeholder.
func (Account) LogValue() slog.Value { return slog.StringValue(placeholder) }

func (p Person) words() string {
	if p.Session == nil {
		return p.Provider
	}
	return p.Provider + " " + p.Session.Level.String()
}

// Format prints the provider and the level, for every verb.
func (p Person) Format(s fmt.State, _ rune) { fmt.Fprint(s, p.words()) }

// LogValue logs the provider and the level.
func (p Person) LogValue() slog.Value { return slog.StringValue(p.words()) }
