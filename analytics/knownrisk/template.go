package knownrisk

import _ "embed"

//go:embed template.toml
var template string

// Template gives a list file to begin from: one invented risk, with every key
// explained in a comment. [Parse] reads it as it is.
func Template() string { return template }
