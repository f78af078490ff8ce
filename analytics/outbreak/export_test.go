package outbreak

// Limit lets the tests hold the limits alone against known answers.
func Limit(f Flexible, w *Week, eta, se float64) { f.limit(w, eta, se) }
