package match_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// compared are the records of BenchmarkCompare and what comparing may allocate.
func compared() (person.Identity, map[string]match.Record) {
	who, same := camille()
	who.FamilyName = "VAUTRIN"
	folded, first, accents, stranger := same, same, same, same
	folded.GivenNames = "CAMILLE ROSE ARIANE"
	first.GivenNames = "Camille"
	accents.GivenNames, accents.FamilyName = "Camille Rosé Ariane", "Vautrîn"
	stranger.GivenNames, stranger.FamilyName, stranger.Gender, stranger.BirthPlace = "Jean Paul", "Lestang", person.Male, "75110"
	same.FamilyName = who.FamilyName
	return who, map[string]match.Record{"same": same, "folded": folded, "first": first, "accents": accents, "stranger": stranger}
}

func TestComparingAllocatesLittle(t *testing.T) {
	who, records := compared()
	prepared := match.Matcher{}.Prepare(who)
	for name, r := range records {
		for way, compare := range map[string]func(){
			"once":     func() { match.Compare(who, r) },
			"prepared": func() { prepared.Compare(r) },
			"prepare":  func() { match.Matcher{}.Prepare(who) },
		} {
			most := 14.0
			if name == "stranger" {
				most = 9
			}
			if name == "same" && way == "prepared" { // nothing is folded
				most = 1
			}
			require.LessOrEqual(t, testing.AllocsPerRun(100, compare), most, "%s %s", name, way)
		}
	}
}

func TestAPreparedPersonIsComparedAsOneWhoIsNot(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		prepared := p.matcher.Prepare(p.who)
		require.Equal(t, p.matcher.Compare(p.who, p.record), prepared.Compare(p.record), p.text)
		require.Equal(t, "person person", fmt.Sprint(*prepared, " ", prepared))
	}
}

func BenchmarkCompare(b *testing.B) {
	who, records := compared()
	prepared := match.Matcher{}.Prepare(who)
	for name, r := range records {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				match.Compare(who, r)
			}
		})
		b.Run(name+" prepared", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				prepared.Compare(r)
			}
		})
	}
}
