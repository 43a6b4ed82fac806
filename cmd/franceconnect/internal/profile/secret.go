package profile

import "regexp"

// HasSecret reports whether a text has something of the form of FranceConnect's
// secrets, which its client ids have too.
func HasSecret(text string) bool { return secretForm.MatchString(text) }

var secretForm = regexp.MustCompile(`(?i)\b[0-9a-f]{64}\b`)
