#!/usr/bin/env bash
# Guess: one INSERT of many rows costs about the same a row whether its parameters are
# written ? or $1, $2, …, which PostgreSQL wants and SQLite takes too; so one statement may
# serve both databases.
# What happens: for SQLite $1 is not a number but a name. Each of them is searched for among
# all names, so that the cost of a row grows with the rows: of 500 rows with 12 columns each
# takes some 30 times or more what it takes with ?, of 50 rows a few times.
# Since: SQLite's documentation has $AAA as a name, section "Parameters" of
# lang_expr.html; seen with the versions below.
# Remedy: 50 rows at most in a statement that both databases are to run, or ? for SQLite.
# Source: sqlite.org/lang_expr.html#varparam.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > go.mod <<'M'
module finding

go 1.26

require modernc.org/sqlite v1.61.1
M
cat > main.go <<'G'
package main

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

// each inserts so many rows in one statement, and returns the best time of one row.
func each(db *sql.DB, rows int, numbered bool) time.Duration {
	var values []string
	var args []any
	for range rows {
		var row []string
		for range 12 {
			args = append(args, "Camille")
			name := "?"
			if numbered {
				name = fmt.Sprintf("$%d", len(args))
			}
			row = append(row, name)
		}
		values = append(values, "("+strings.Join(row, ", ")+")")
	}
	best := time.Hour
	for range 5 {
		begun := time.Now()
		if _, err := db.Exec("INSERT INTO t VALUES "+strings.Join(values, ", "), args...); err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
		best = min(best, time.Since(begun))
	}
	return best / time.Duration(rows)
}

func main() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	db.SetMaxOpenConns(1)
	var version string
	if err := db.QueryRow("SELECT sqlite_version()").Scan(&version); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	if _, err := db.Exec("CREATE TABLE t (a, b, c, d, e, f, g, h, i, j, k, l)"); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	fmt.Println("SQLite", version)
	var times float64
	for _, rows := range []int{5, 50, 500} {
		plain, numbered := each(db, rows, false), each(db, rows, true)
		times = float64(numbered) / float64(plain)
		fmt.Printf("%3d rows: a row %v with ?, %v with $1: %.0f times\n", rows, plain, numbered, times)
	}
	if times < 10 {
		fmt.Println("no longer so")
		os.Exit(1)
	}
}
G
go version
go mod tidy 2>/dev/null
echo "modernc.org/sqlite $(go list -m -f '{{.Version}}' modernc.org/sqlite)"
go run .
