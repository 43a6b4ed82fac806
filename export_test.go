package franceconnect

import "unsafe"

// ConfigSize is what a Client's copy of the settings takes.
const ConfigSize = unsafe.Sizeof(Config{})
