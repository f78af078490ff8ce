package main

import (
	"context"

	"psims/analytics/linkage"
	"psims/datasets/incident"
	"psims/reports/publication"
)

// join finds the reports that tell of the same event, as far as people don't say
// otherwise.
func (n *night) join(ctx context.Context) error {
	if n.joined != nil {
		return nil
	}
	terms, counts, err := n.count(ctx)
	if err != nil {
		return err
	}
	t := n.table
	remember := func(t *incident.Table, join func() (*linkage.Joined, error)) (*linkage.Joined, error) {
		return n.memory.joinedOf(t, n.texts(), join)
	}
	if n.joined, err = linkage.Join(ctx, t, linkage.Words(terms, counts), n.due(), remember); err != nil {
		return err
	}
	n.joined.Amend(t, told(t, n.decided))
	n.judged = n.joined.Judged(t)
	events := 0
	for i := range t.Len() {
		if n.joined.Counted(i) {
			events++
		}
	}
	people, precision := n.joined.Amended, round3(n.joined.Precision())
	n.man.Joined = publication.Joined{Reports: t.Len(), Events: events, Precision: precision, Told: people.Joined, Parted: people.Parted, Refused: people.Refused}
	if people.Joined+people.Parted+people.Refused > 0 {
		n.log.Info("linked by people", "joined", people.Joined, "parted", people.Parted, "contradicted", people.Refused)
	}
	n.log.Info("linked", "reports", t.Len(), "events", events, "expected_precision", precision)
	return nil
}

// followers gives, by the id of a report that stands for its event, the ids of those
// that follow it.
func (n *night) followers() map[string][]string {
	behind := map[string][]string{}
	for f, rows := range n.joined.Followers() {
		for _, i := range rows {
			behind[n.table.ID[f]] = append(behind[n.table.ID[f]], n.table.ID[i])
		}
	}
	return behind
}

// readJoined gives what detect joined, from memory or from the run's folder.
func (n *night) readJoined() error {
	if n.joined != nil {
		return nil
	}
	f, err := n.dir.Table("tables", "linked_reports")
	if missing(err) {
		return usagef("run %s has no linked reports yet: run \"psims detect\" first", n.id)
	}
	if err != nil {
		return err
	}
	if n.joined, err = linkage.FromFrame(f, n.table); err != nil {
		return err
	}
	n.judged = n.joined.Judged(n.table)
	return nil
}
