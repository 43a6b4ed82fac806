package person

import (
	"errors"
	"fmt"
	"time"
)

// A BirthDate is a date of which the day, or the month and the day, may be
// unknown, and are then 0. The zero BirthDate is none at all.
type BirthDate struct {
	Year  int
	Month time.Month
	Day   int
}

var errBirthDate = errors.New("person: birth date is not YYYY-MM-DD, YYYY-MM-00 or YYYY-00-00")

// ParseBirthDate reads the forms that FranceConnect writes: 1962-08-24,
// 1962-08-00 and 1962-00-00. A day that does not exist is an error.
func ParseBirthDate(text string) (BirthDate, error) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return BirthDate{}, errBirthDate
	}
	var n [3]int
	for i, part := range []string{text[:4], text[5:7], text[8:]} {
		for _, digit := range []byte(part) {
			if digit < '0' || digit > '9' {
				return BirthDate{}, errBirthDate
			}
			n[i] = n[i]*10 + int(digit-'0')
		}
	}
	b := BirthDate{n[0], time.Month(n[1]), n[2]}
	if !b.valid() {
		return BirthDate{}, errBirthDate
	}
	return b, nil
}

func (b BirthDate) valid() bool {
	switch {
	case b.Year < 1 || b.Year > 9999:
		return false
	case b.Month == 0:
		return b.Day == 0
	case b.Day == 0:
		return b.Month >= time.January && b.Month <= time.December
	}
	t := b.date()
	return t.Year() == b.Year && t.Month() == b.Month && t.Day() == b.Day
}

func (b BirthDate) date() time.Time {
	return time.Date(b.Year, b.Month, b.Day, 0, 0, 0, 0, time.UTC)
}

// Time returns midnight UTC of that day; ok is false if the day or the month is
// unknown. There is no invented 1 January here: who needs one, writes it.
func (b BirthDate) Time() (t time.Time, ok bool) {
	if b.Day == 0 || !b.valid() {
		return time.Time{}, false
	}
	return b.date(), true
}

// IsZero reports whether there is no date at all.
func (b BirthDate) IsZero() bool { return b == BirthDate{} }

// String returns the form that ParseBirthDate reads, or "" for none at all.
func (b BirthDate) String() string {
	if b.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", b.Year, int(b.Month), b.Day)
}

// MarshalText returns String.
func (b BirthDate) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (b *BirthDate) UnmarshalText(text []byte) (err error) {
	*b = BirthDate{}
	if len(text) > 0 {
		*b, err = ParseBirthDate(string(text))
	}
	return err
}
