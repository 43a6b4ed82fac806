package show

import (
	"time"

	"github.com/franceconnect-go/franceconnect/person"
)

// AgeRange returns the age in completed years: the youngest and the oldest that
// somebody can be on a day. The two are one where the whole date of birth is
// known; otherwise they differ by one year at most. ok is false if there is no
// date of birth, or if it is still to come.
//
// The day is that of the clock of at: a server's UTC is late by an hour or two,
// so give it the time in Paris, or where the person lives. Who was born on 29
// February is a year older on the last day of February, as the ministerial
// circular of 25 July 2013 counts the age of majority.
//
// On v2, a date that the register has completed without saying so counts as
// any other: see the package comment.
func AgeRange(who person.Identity, at time.Time) (youngest, oldest int, ok bool) {
	b := born(who)
	if b.IsZero() {
		return 0, 0, false
	}
	first, last := b, b
	if b.Month == 0 {
		first.Month, last.Month = time.January, time.December
	}
	if b.Day == 0 {
		first.Day, last.Day = 1, days(last.Year, last.Month)
	}
	youngest, oldest = age(last, at), age(first, at)
	return max(youngest, 0), max(oldest, 0), oldest >= 0
}

// Age returns AgeRange in words: « 64 ans », and « entre 63 et 64 ans » if the day or
// the month of birth is unknown. It is empty if there is no age.
func (l Formatter) Age(who person.Identity, at time.Time) string {
	youngest, oldest, ok := AgeRange(who, at)
	if !ok {
		return ""
	}
	return l.age(youngest, oldest)
}

// age returns the number of birthdays since b, -1 or less before it.
func age(b person.BirthDate, at time.Time) int {
	year, month, day := at.Date()
	n := year - b.Year
	birthday := min(b.Day, days(year, b.Month))
	if month < b.Month || month == b.Month && day < birthday {
		n--
	}
	return n
}

// days returns the length of a month.
func days(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
