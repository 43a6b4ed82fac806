package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/internal/token"
)

// bentTokens is how many good tokens of each library are changed on their way.
const bentTokens = 200

// A judge believes tokens or does not, as the portal of a plan.
type judge struct {
	plan     *plan
	verifier token.Verifier
}

func newJudge(p *plan) (*judge, error) {
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: p.Recipients.Keys[:held()]})
	if err != nil {
		return nil, err
	}
	keys, err := token.ParseDecryptionKeys(text)
	if err != nil {
		return nil, err
	}
	return &judge{p, token.Verifier{Issuer: p.Issuer, ClientID: p.ClientID, Algorithms: []string{"ES256"}, Decryption: keys}}, nil
}

// keys are FranceConnect's.
func (j *judge) keys(_ context.Context, kid string, _ uint64) ([]jose.JSONWebKey, uint64, error) {
	k := j.plan.Signers.Keys[0].Public()
	if kid != "" && kid != k.KeyID {
		return nil, 0, nil
	}
	return []jose.JSONWebKey{k}, 0, nil
}

// believes returns why a token is not believed, or nil.
func (j *judge) believes(ctx context.Context, kind, raw string) error {
	now := time.Unix(j.plan.Now, 0)
	if kind == "userinfo" {
		_, err := j.verifier.UserInfo(ctx, j.keys, []byte(raw), j.plan.Subject, now)
		return err
	}
	t, err := j.verifier.IDToken(ctx, j.keys, raw, j.plan.Nonce, "access", now)
	if err == nil && t.Subject != j.plan.Subject {
		return errors.New("another subject")
	}
	return err
}

// A verdict is what became of one library's tokens.
type verdict struct {
	Library      string         `json:"library"`
	Version      string         `json:"version"`
	Good         int            `json:"good"`
	Believed     int            `json:"believed"`
	ByAlgorithm  map[string]int `json:"believed_by_algorithm"`
	WithParties  int            `json:"believed_with_apu_and_apv"`
	WithoutKid   int            `json:"believed_without_kid"`
	Orders       int            `json:"orders_of_header_members"`
	Wrong        int            `json:"made_wrong"`
	WrongTaken   int            `json:"made_wrong_believed"`
	Bent         int            `json:"changed_on_the_way"`
	BentTaken    int            `json:"changed_on_the_way_believed"`
	Reasons      map[string]int `json:"reasons"`
	Disagreement []string       `json:"disagreements,omitempty"`
}

// judgeAll judges the tokens of one library, in the order of the plan.
func (j *judge) judgeAll(ctx context.Context, library, version string, tokens []string) (*verdict, error) {
	if len(tokens) != len(j.plan.Tokens) {
		return nil, fmt.Errorf("%s made %d tokens of %d", library, len(tokens), len(j.plan.Tokens))
	}
	v := &verdict{Library: library, Version: version, ByAlgorithm: map[string]int{}, Reasons: map[string]int{}}
	orders := map[string]bool{}
	for i, w := range j.plan.Tokens {
		err := j.believes(ctx, w.Kind, tokens[i])
		switch {
		case w.Wrong:
			v.Wrong++
			v.refused(err, &v.WrongTaken, w.Name)
		case err != nil:
			v.Good++
			v.Disagreement = append(v.Disagreement, w.Name+": "+err.Error())
		default:
			v.Good++
			v.Believed++
			v.ByAlgorithm[recipients[w.Key].alg]++
			names := headNames(tokens[i])
			orders[strings.Join(names, " ")] = true
			if slices.Contains(names, "apu") && slices.Contains(names, "apv") {
				v.WithParties++
			}
			if !slices.Contains(names, "kid") {
				v.WithoutKid++
			}
		}
	}
	v.Orders = len(orders)
	for i := range bentTokens {
		b := bends[i%len(bends)]
		at := (i * 7) % goodTokens
		// Of the same key, with a content of its own.
		other := (at + held()*12) % goodTokens
		for j.plan.Tokens[other].Key != j.plan.Tokens[at].Key {
			other = (other + 1) % goodTokens
		}
		bent := b.bend(strings.Split(tokens[at], "."), strings.Split(tokens[other], "."), i)
		if text := strings.Join(bent, "."); text != tokens[at] {
			v.Bent++
			v.refused(j.believes(ctx, j.plan.Tokens[at].Kind, text), &v.BentTaken, b.name)
		}
	}
	return v, nil
}

// refused counts why a token was not believed, or that it was.
func (v *verdict) refused(err error, taken *int, name string) {
	if err == nil {
		*taken++
		v.Disagreement = append(v.Disagreement, name+": believed")
		return
	}
	v.Reasons[strings.TrimPrefix(err.Error(), "token: ")]++
}

// headNames returns the names of a token's header members, in their order.
func headNames(raw string) (names []string) {
	first, _, _ := strings.Cut(raw, ".")
	d := json.NewDecoder(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(first)))
	depth := 0
	for name := true; ; {
		t, err := d.Token()
		if err != nil {
			return names
		}
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				depth++
			} else if depth--; depth == 1 {
				name = true
			}
		case string:
			if depth == 1 && name {
				names = append(names, t)
				name = false
			} else if depth == 1 {
				name = true
			}
		}
	}
}

// bends are what may become of a token on its way.
var bends = []struct {
	name string
	bend func(parts, other []string, i int) []string
}{
	{"a bit of the header", oneBit(0)},
	{"a bit of the content key", oneBit(1)},
	{"a bit of the iv", oneBit(2)},
	{"a bit of the text", oneBit(3)},
	{"a bit of the tag", oneBit(4)},
	{"the header of another", part(0)},
	{"the iv of another", part(2)},
	{"the text of another", part(3)},
	{"the tag of another", part(4)},
	{"text and tag of another", func(p, o []string, _ int) []string { return []string{p[0], p[1], p[2], o[3], o[4]} }},
	{"all but the header of another", func(p, o []string, _ int) []string { return append([]string{p[0]}, o[1:]...) }},
	{"a space in the header", head(func(text string) string { return strings.Replace(text, ":", ": ", 1) })},
	{"a member more", head(func(text string) string { return strings.TrimSuffix(text, "}") + `,"x":1}` })},
	{"a member twice", head(func(text string) string { return strings.TrimSuffix(text, "}") + `,"enc":"A256GCM"}` })},
	{"the header in another order", head(turned)},
	{"a tag of 12 bytes", func(p, _ []string, _ int) []string { return append(slices.Clone(p[:4]), p[4][:16]) }},
	{"padding", func(p, _ []string, i int) []string { p[2+i%3] += "="; return p }},
	{"a part less", func(p, _ []string, _ int) []string { return p[:4] }},
	{"a part more", func(p, _ []string, _ int) []string { return append(p, p[4]) }},
	{"content keys changed", func(p, _ []string, _ int) []string { p[1] += "AAAA"; return p }},
}

func oneBit(at int) func(parts, other []string, i int) []string {
	return func(parts, _ []string, i int) []string {
		raw, err := base64.RawURLEncoding.DecodeString(parts[at])
		if err != nil || len(raw) == 0 { // ECDH-ES has no content key
			parts[4] = "AAAA" + parts[4][4:]
			return parts
		}
		raw[i*31%len(raw)] ^= 1 << (i % 8)
		parts[at] = base64.RawURLEncoding.EncodeToString(raw)
		return parts
	}
}

func part(at int) func(parts, other []string, i int) []string {
	return func(parts, other []string, _ int) []string { parts[at] = other[at]; return parts }
}

func head(change func(string) string) func(parts, other []string, i int) []string {
	return func(parts, _ []string, _ int) []string {
		raw, _ := base64.RawURLEncoding.DecodeString(parts[0])
		parts[0] = base64.RawURLEncoding.EncodeToString([]byte(change(string(raw))))
		return parts
	}
}

// turned writes a header with its last member first. Its meaning is the same.
func turned(text string) string {
	var values map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &values) != nil {
		return text
	}
	names := headNames(base64.RawURLEncoding.EncodeToString([]byte(text)))
	slices.Reverse(names)
	var m members
	for _, n := range names {
		m = append(m, member{n, values[n]})
	}
	return m.text()
}
