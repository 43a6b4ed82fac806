//go:build ignore

// Distances writes how alike two Go libraries of string distances find the pairs
// of a file, for beside.py: a column for each measure, a line for each pair.
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/adrg/strutil/metrics"
	"github.com/hbollon/go-edlib"
)

func main() {
	pairs, err := csv.NewReader(os.Stdin).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	edlibs := func(algorithm edlib.Algorithm) func(a, b string) float64 {
		return func(a, b string) float64 {
			alike, err := edlib.StringsSimilarity(a, b, algorithm)
			if err != nil {
				log.Fatal(err)
			}
			return float64(alike)
		}
	}
	mean := func(a, b, c float64) float64 { return (a + b + c) / 3 }
	least := func(a, b, c float64) float64 { return min(a, b, c) }
	measures := []struct {
		name  string
		alike func(a, b string) float64
		all   func(a, b, c float64) float64
	}{
		{"go-edlib 1.7.0 (Go): mean of three Jaro-Winkler, 0.9", edlibs(edlib.JaroWinkler), mean},
		{"go-edlib 1.7.0 (Go): least of three Jaro-Winkler, 0.9", edlibs(edlib.JaroWinkler), least},
		{"go-edlib 1.7.0 (Go): mean of three Damerau-Levenshtein, 0.9", edlibs(edlib.OSADamerauLevenshtein), mean},
		{"strutil 0.3.1 (Go): mean of three Jaro-Winkler, 0.9", metrics.NewJaroWinkler().Compare, mean},
		{"strutil 0.3.1 (Go): mean of three Sørensen-Dice, 0.9", metrics.NewSorensenDice().Compare, mean},
	}
	w := csv.NewWriter(os.Stdout)
	var row []string
	for _, m := range measures {
		row = append(row, m.name)
	}
	w.Write(row)
	for _, pair := range pairs {
		for i, cell := range pair {
			pair[i] = strings.ToLower(strings.ToValidUTF8(cell, "?"))
		}
		given, family, usage, born := pair[3], pair[4], pair[5], pair[7]
		toGiven, toFamily, toUsage, toBorn := pair[9], pair[10], pair[11], pair[13]
		row = row[:0]
		for _, m := range measures {
			// The usage name may stand for the family name, as for jellyfish.
			names := m.alike(family, toFamily)
			if usage != "" {
				names = max(names, m.alike(usage, toFamily))
			}
			if toUsage != "" {
				names = max(names, m.alike(family, toUsage))
			}
			row = append(row, fmt.Sprint(m.all(m.alike(given, toGiven), names, m.alike(born, toBorn))))
		}
		w.Write(row)
	}
	if w.Flush(); w.Error() != nil {
		log.Fatal(w.Error())
	}
}
