package spelling

// Distance gives the number of letters to insert, leave out, change or swap with
// their neighbour that make b of a, each stretch being touched once (optimal string
// alignment); limit+1 when there are more than limit. Letters are bytes: one that is
// not ASCII counts as several. Words of over 63 are never near each other.
func Distance(a, b string, limit int) int {
	if len(a) > 63 || len(b) > 63 || len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][64]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		here, above, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		here[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			d := min(change, above[j]+1, here[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			here[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
	}
	return min(rows[len(a)%3][len(b)], limit+1)
}

// deletions calls visit with w and everything left of it without up to n letters,
// some more than once.
func deletions(w string, n int, visit func(string)) {
	visit(w)
	if n == 0 {
		return
	}
	for i := range len(w) {
		deletions(w[:i]+w[i+1:], n-1, visit)
	}
}
