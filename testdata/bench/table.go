package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// A line is one of the table: a cell for each contender that can do the job.
type line struct {
	name    string
	counted bool // values are numbers of something, not times the floor
	cells   map[string]cell
}

type cell struct {
	value, noise float64
	allocations  float64 // negative if they were not counted
	took         time.Duration
}

// columns are the contenders, from left to right.
var columns = []string{floorName, oursName, proConnectName, "go-oidc", "zitadel", "cap", "golang-jwt", "go-jose", "go-jose+go-oidc"}

func markdown(lines []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---:|", len(columns)))
	for _, l := range lines {
		fmt.Fprintf(&b, "| %s |", l.name)
		for _, name := range columns {
			text := "–"
			if c, ok := l.cells[name]; ok {
				text = l.text(name, c)
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (l line) text(name string, c cell) string {
	if l.counted {
		return fmt.Sprintf("%.*f", decimals(c.value), c.value)
	}
	text := fmt.Sprintf("%.2f", c.value)
	switch name {
	case floorName:
		text = short(c.took)
	case oursName:
		text = fmt.Sprintf("**%.2f** ±%.2f", c.value, c.noise)
	}
	if c.allocations >= 0 {
		text += fmt.Sprintf(" · %.0f", c.allocations)
	}
	return text
}

// decimals leaves three digits that matter, and whole numbers whole.
func decimals(v float64) int {
	switch {
	case v == math.Trunc(v) || v >= 100:
		return 0
	case v >= 10:
		return 1
	}
	return 2
}

// short writes a time with three digits that matter.
func short(d time.Duration) string {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit).String()
}
