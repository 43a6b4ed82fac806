package franceconnect

import "reflect"

// ConfigSize is what a Client's copy of the settings takes, in bytes.
var ConfigSize = reflect.TypeFor[Config]().Size()
