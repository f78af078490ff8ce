package knownrisk

import "psims/internal/parallel"

// MatchAll gives the hits of each text, on all cores.
func (w *Watcher) MatchAll(texts []string) [][]Hit {
	out := make([][]Hit, len(texts))
	parallel.Blocks(len(texts), 256, func(_, from, until int) {
		for k := from; k < until; k++ {
			out[k] = w.Match(nil, texts[k])
		}
	})
	return out
}
