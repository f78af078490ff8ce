package theme_test

import (
	"context"
	"fmt"
	"log"

	"psims/models/theme"
	"psims/models/topic"
)

func Example() {
	// Invented reports of three months.
	l := newStream(1).add(120, 0, 84, pump).add(90, 0, 84, falls).lesson(fatal{})
	c := theme.Default()
	c.MinReports, c.Embed.Dimensions, c.Cluster.Groups = 60, 8, 2

	// On a night, the chain is made as far as it is not kept from earlier nights.
	var atlas *theme.Atlas
	for _, day := range c.Grid(l.Reported[0], 90) {
		l.Day = day
		var err error
		if atlas, err = c.Next(context.Background(), atlas, l); err != nil {
			log.Fatal(err)
		}
	}
	members := atlas.Assign(l.Terms, l.Counts)
	exemplars := topic.Exemplars(l.Counts, members, 1)
	for k, t := range atlas.Themes {
		fmt.Println(t.Name, "-", members.Sizes[k], "reports, such as:", l.Texts[exemplars[k][0]])
	}
	// Output:
	// Occlusion, rate, infusion - 106 reports, such as: The occlusion patient rate stand shift ward drip infusion.
	// Bathroom, wet, rail - 90 reports, such as: The slippers told wet review informed slipped mat rail.
}

type fatal struct{}

func (fatal) Fatal(args ...any) { log.Fatal(args...) }
