package knownrisk

import (
	"embed"
	"encoding/json"
	"strings"
)

// The narratives that the default list learns its second channel from: events of
// each risk and look-alikes, all invented, by three authors.
//
//go:embed narratives/*.jsonl
var narratives embed.FS

// learnFrom gives a list the narratives of a file: those of its risks as examples,
// the others as ordinary ones.
func (l *List) learnFrom(file string) {
	data, err := narratives.ReadFile("narratives/" + file)
	if err != nil {
		panic("knownrisk: the embedded narratives: " + err.Error())
	}
	for line := range strings.Lines(string(data)) {
		var n struct {
			Risk []int  `json:"risk"` // from 1
			Text string `json:"text"`
		}
		if err := json.Unmarshal([]byte(line), &n); err != nil {
			panic("knownrisk: the embedded narratives: " + file + ": " + err.Error())
		}
		if len(n.Risk) == 0 {
			l.Ordinary = append(l.Ordinary, n.Text)
		}
		for _, r := range n.Risk {
			l.Risks[r-1].Examples = append(l.Risks[r-1].Examples, n.Text)
		}
	}
}
