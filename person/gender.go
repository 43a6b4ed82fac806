package person

// A Gender is the one in civil status.
type Gender string

// The genders that FranceConnect knows.
const (
	Female      Gender = "female"
	Male        Gender = "male"
	Unspecified Gender = "unspecified"
)
