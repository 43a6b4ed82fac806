// Command bench measures the library beside its peers and beside the floor:
// the bare cryptography, the base64 that the bytes force on anybody, and one
// decode by encoding/json into a struct; for a login, two bare requests and two
// such floors. Everything runs on loopback. RESULTS.md is what it last said.
//
//	go run .                      the table
//	go run . -only 'ID token'     the rows whose name matches
//	go run . -check               fail if a target of targets.json is missed
//	go run . -o RESULTS.md        the table, the date, the versions, the machine
//	go run . -hang                what a FranceConnect that does not answer costs
//	go run . -profile out         where our own time goes, by row, and with -only for
//	                              one row alone, its allocations
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
)

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 150, "passes over all contenders of a row")
	only := flag.String("only", "", "rows whose name this regular expression matches")
	check := flag.Bool("check", false, "exit with 1 if a target is missed by more than the noise")
	output := flag.String("o", "", "file to write the results to, in Markdown")
	profiles := flag.String("profile", "", "folder for profiles of our own part of each row, instead of the table")
	organisations := flag.Int("organisations", 10_000, "how many organisations share a process")
	hanging := flag.Bool("hang", false, "what a hang of FranceConnect's costs, with and without a bound")
	flag.Parse()
	switch issuer := os.Getenv("BENCH_ISSUER"); {
	case *hanging && issuer != "":
		hangingPortal(issuer)
	case *hanging:
		hangs()
		return
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		log.Fatal(err)
	}

	var lines []line
	for _, r := range rows(*organisations) {
		if !chosen.MatchString(r.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, r.name)
		if *profiles != "" {
			if err := r.profile(*profiles); err != nil {
				log.Fatal(err)
			}
			continue
		}
		measured, err := r.measure(*rounds)
		if err != nil {
			log.Fatalf("%s: %v", r.name, err)
		}
		lines = append(lines, measured...)
	}
	if *profiles != "" {
		return
	}
	table := markdown(lines)
	fmt.Print(table)
	if *output != "" {
		if err := os.WriteFile(*output, results(table), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	missed := targetsMissed(lines)
	for _, m := range missed {
		fmt.Fprintln(os.Stderr, m)
	}
	if *check && len(missed) > 0 {
		os.Exit(1)
	}
}

// rows returns all there is, in the order of the table.
func rows(organisations int) []row {
	return []row{
		idTokenES256(), idTokenRS256(), idTokenHS256(),
		userinfoES256(),
		encryptedECDH(), encryptedRSA(),
		authorizationURL(), sealedURL(),
		loginsInTurn(), loginsAtOnce(), loginsWithoutSockets(), loginBytes(), loginRequests(),
		coldStart(), coldStartRequests(),
		connections(),
		manyOrganisations(organisations),
	}
}
