package warehouse

import "strings"

// arenaSize is how many bytes are asked for at a time.
const arenaSize = 1 << 20

// arena keeps copies of many short texts in few pieces of memory: a collector of memory
// then has millions fewer to look at. A piece is given back when none of its texts is
// used any more.
type arena struct{ piece strings.Builder }

// keep gives a copy of s.
func (a *arena) keep(s string) string {
	if len(s) > a.piece.Cap()-a.piece.Len() {
		if len(s) > arenaSize/8 { // a piece of its own leaves no gap in this one
			return strings.Clone(s)
		}
		a.piece = strings.Builder{}
		a.piece.Grow(arenaSize)
	}
	from := a.piece.Len()
	a.piece.WriteString(s)
	return a.piece.String()[from:]
}
