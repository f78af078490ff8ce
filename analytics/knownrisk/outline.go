package knownrisk

import (
	"fmt"
	"strings"
)

// places says on which line of a TOML file its tables and keys stand, which the
// TOML library does not tell. It reads lines, so that a line in a long string
// that looks like a header can mislead it about the place, never about the fault.
type places struct {
	name, source string
	tables       map[string][]int          // lines of the headers, by table
	keys         map[string]map[string]int // first line of each key, by table
}

func outline(name string, data []byte) places {
	p := places{name: name, source: string(data), tables: map[string][]int{}, keys: map[string]map[string]int{}}
	table, line := "", 0
	for text := range strings.Lines(p.source) {
		line++
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "[\"") {
			header, _, _ := strings.Cut(strings.TrimLeft(text, "["), "]")
			table = strings.ReplaceAll(header, " ", "")
			p.tables[table] = append(p.tables[table], line)
			continue
		}
		key, _, ok := strings.Cut(text, "=")
		if !ok || strings.HasPrefix(text, "#") {
			continue
		}
		if p.keys[table] == nil {
			p.keys[table] = map[string]int{}
		}
		if key = strings.Trim(key, " \t\"'"); p.keys[table][key] == 0 {
			p.keys[table][key] = line
		}
	}
	return p
}

// table gives the place of the nth table of a name.
func (p places) table(name string, n int) string {
	if lines := p.tables[name]; n < len(lines) {
		return fmt.Sprintf("%s:%d", p.name, lines[n])
	}
	return p.name
}

// key gives the place of a key, or of the table of its name.
func (p places) key(table, name string) string {
	if line := p.keys[table][name]; line > 0 {
		return fmt.Sprintf("%s:%d", p.name, line)
	}
	return p.table(strings.TrimPrefix(table+"."+name, "."), 0)
}
