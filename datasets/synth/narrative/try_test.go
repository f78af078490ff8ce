package narrative_test

import (
	"fmt"
	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
	"strings"
	"testing"
)

func TestTry(t *testing.T) {
	g, err := narrative.Load()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(len(g.Scenarios), len(g.Specialties))
	w := g.NewWriter()
	s := chance.New(7)
	n := 0
	for i := 0; i < 40; i++ {
		sc := g.Scenarios[s.Intn(len(g.Scenarios))]
		c := narrative.Case{Scenario: sc, Specialty: g.Specialties[sc.Specialties[sc.SpecWeights.Draw(s)]], AgeDays: 365 * s.Between(20, 90), Female: s.Bool(.5), Minute: s.Intn(1440), Occurred: incident.Day(20000), Grade: s.Intn(3)}
		g.NewCase(s, &c)
		st := narrative.NewStyle(s, &narrative.House{Typo: 1})
		tx := w.Describe(s, &c, &st, narrative.Length(s), s.Bool(.1))
		n += len(strings.Fields(string(tx.Bytes)))
		fmt.Printf("[%s %d] %s\n", sc.Name, c.Grade, tx.Bytes)
		for _, m := range tx.Marks {
			fmt.Printf("    %s %q\n", m.Kind, tx.Bytes[m.Start:m.End])
		}
	}
	fmt.Println(n / 40)
}
