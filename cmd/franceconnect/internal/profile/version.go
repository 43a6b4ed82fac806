package profile

import (
	"cmp"
	"strconv"
	"strings"
)

// IsVersion reports whether a text is a version: numbers and dots.
func IsVersion(version string) bool {
	_, ok := parts(version)
	return ok
}

// SpeaksV2 reports whether a version speaks FranceConnect v2, and not v1. The
// parts are numbers: 1.100 comes after 1.93.
func (p *Profile) SpeaksV2(version string) bool {
	have, _ := parts(version)
	need, _ := parts(p.FirstV2)
	for i := range max(len(have), len(need)) {
		if c := cmp.Compare(at(have, i), at(need, i)); c != 0 {
			return c > 0
		}
	}
	return true // this very version
}

// parts returns the numbers of a version.
func parts(version string) (numbers []uint64, ok bool) {
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(version), "v"), ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, true
}

// at returns a part, or 0 where there is none.
func at(numbers []uint64, i int) uint64 {
	if i < len(numbers) {
		return numbers[i]
	}
	return 0
}
