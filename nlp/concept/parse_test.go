package concept

import "testing"

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{"no tabulator": "lip\n", "no noun": "\ta\n", "no number": "lip\t\n", "not a number": "lip\ta !\n", "too large": "lip\tzzzzzzz\n"} {
		t.Run(name, func(t *testing.T) {
			if l, err := parse(text); err == nil {
				t.Errorf("read as %v", l)
			}
		})
	}
}
