// Jose has the tokens of other people's JOSE libraries judged by internal/token:
//
//	jose -plan FILE            draws keys and writes what is to be made; FILE.public is for the libraries
//	jose -judge FILE NAME=VERSION=TOKENS... judges a file of tokens of each library, one a line, and prints the results
//
// run.sh does both, and has the libraries make the tokens in between.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

func main() {
	planned := flag.String("plan", "", "file to write the plan to")
	judged := flag.String("judge", "", "file with the plan whose tokens are judged")
	vectors := flag.String("vectors", "", "file to write the first twelve tokens of each library to")
	flag.Parse()
	var err error
	switch {
	case *planned != "":
		err = writePlan(*planned)
	case *judged != "":
		err = writeResults(context.Background(), *judged, *vectors, flag.Args())
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "jose:", err)
		os.Exit(1)
	}
}

func writePlan(file string) error {
	p, err := newPlan()
	if err != nil {
		return err
	}
	whole, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		return err
	}
	public, err := p.forMakers()
	if err != nil {
		return err
	}
	return os.WriteFile(file+".public", public, 0o600)
}

// results are what is kept.
type results struct {
	Date      string     `json:"date"`
	Go        string     `json:"go"`
	Libraries []*verdict `json:"libraries"`
}

func writeResults(ctx context.Context, file, vectors string, libraries []string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	p := new(plan)
	if err := json.Unmarshal(text, p); err != nil {
		return err
	}
	j, err := newJudge(p)
	if err != nil {
		return err
	}
	r := results{Date: time.Now().UTC().Format(time.DateOnly), Go: runtime.Version()}
	var kept []vector
	wrong := 0
	for _, l := range libraries {
		parts := strings.SplitN(l, "=", 3)
		if len(parts) != 3 {
			return fmt.Errorf("%q is not NAME=VERSION=FILE", l)
		}
		made, err := os.ReadFile(parts[2])
		if err != nil {
			return err
		}
		tokens := strings.Fields(string(made))
		v, err := j.judgeAll(ctx, parts[0], parts[1], tokens)
		if err != nil {
			return err
		}
		r.Libraries = append(r.Libraries, v)
		wrong += len(v.Disagreement)
		for i, w := range p.Tokens[:12] {
			kept = append(kept, vector{parts[0] + " " + parts[1], w.Name, tokens[i]})
		}
	}
	if vectors != "" {
		if err := p.writeVectors(vectors, kept); err != nil {
			return err
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "\t")
	if err := e.Encode(r); err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%d tokens were judged otherwise than they were made", wrong)
	}
	return nil
}

// A vector is one token that a test in CI reads.
type vector struct {
	By    string `json:"by"`
	Name  string `json:"name"`
	Token string `json:"token"`
}

func (p *plan) writeVectors(file string, kept []vector) error {
	text, err := json.MarshalIndent(struct {
		Issuer     string `json:"issuer"`
		ClientID   string `json:"client_id"`
		Subject    string `json:"sub"`
		Nonce      string `json:"nonce"`
		Now        int64  `json:"now"`
		Signer     any    `json:"signer"`
		Decryption any    `json:"decryption_jwks"`
		Tokens     any    `json:"tokens"`
	}{p.Issuer, p.ClientID, p.Subject, p.Nonce, p.Now, p.Signers.Keys[0].Public(),
		map[string]any{"keys": p.Recipients.Keys[:held()]}, kept}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
