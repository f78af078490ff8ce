package champion

// SpokenHash is spokenHash.
func SpokenHash(text string) uint64 { return spokenHash(text) }
