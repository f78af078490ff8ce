package main

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
	"slices"

	"psims/analytics/emerging"
	"psims/analytics/linkage"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/models/shelf"
	"psims/models/theme"
)

// memory keeps what takes long to find out, with a fingerprint of all that it was
// made from: what the search found on earlier days, what it finds by chance, and
// which reports tell of one event. In a replay it lasts as long as that, in a night it
// is on a shelf of the home folder. A nil memory keeps nothing.
type memory struct {
	found   map[incident.Day]remembered
	atlases map[string]*theme.Atlas              // by version; in a replay only
	chances map[[sha256.Size]byte]*triage.Chance // by the reports that they are made of
	shelf   *shelf.Shelf

	joined      *linkage.Joined // of the reports with this fingerprint
	joinedPrint [sha256.Size]byte
}

func newMemory() *memory {
	return &memory{found: map[incident.Day]remembered{}, atlases: map[string]*theme.Atlas{}, chances: map[[sha256.Size]byte]*triage.Chance{}}
}

type remembered struct {
	print [sha256.Size]byte
	list  []triage.Scored
}

// onShelf gives the shelf, if there is one.
func (m *memory) onShelf() *shelf.Shelf {
	if m == nil {
		return nil
	}
	return m.shelf
}

func (m *memory) atlas(version string) *theme.Atlas {
	if m == nil {
		return nil
	}
	return m.atlases[version]
}

func (m *memory) keep(version string, a *theme.Atlas) { m.atlases[version] = a }

// chance gives what chance finds on a day, from memory if the reports until then are
// the same.
func (m *memory) chance(n *night, day incident.Day, calibrate func() (*triage.Chance, error)) (*triage.Chance, error) {
	if m == nil {
		return calibrate()
	}
	var p prints
	print := p.until(n, day)
	if c := m.chances[print]; c != nil {
		return c, nil
	}
	c := new(triage.Chance)
	err := m.shelf.Fetch(chanceOn(day), print, c, func() (err error) {
		made, err := calibrate()
		if err == nil {
			*c = *made
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	m.chances[print] = c
	return c, nil
}

// recall gives what was found on a day, from memory if the reports until then are
// the same as when it was found. Terms and rows are numbered in the order of the
// reports, so equal reports have equal numbers, whatever came after them.
func (m *memory) recall(n *night, day incident.Day, search func() []triage.Scored) ([]triage.Scored, error) {
	if m == nil {
		return search(), nil
	}
	print := n.prints.until(n, day)
	if r, there := m.found[day]; there && r.print == print {
		return r.list, nil
	}
	var kept []keptScored
	err := m.shelf.Fetch(foundOn(day), print, &kept, func() error {
		kept = nil
		for _, s := range search() {
			k := keptScored{Candidate: s.Candidate, Score: s.Score, Strength: s.Strength, Aspects: sortedKeys(s.Aspects)}
			for _, name := range k.Aspects {
				k.Parts = append(k.Parts, s.Aspects[name])
			}
			kept = append(kept, k)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]triage.Scored, len(kept))
	for i, k := range kept {
		list[i] = triage.Scored{Candidate: k.Candidate, Score: k.Score, Strength: k.Strength, Aspects: make(map[string]float64, len(k.Aspects))}
		for a, name := range k.Aspects {
			list[i].Aspects[name] = k.Parts[a]
		}
	}
	m.found[day] = remembered{print, list}
	return list, nil
}

// chanceOn names what chance finds on a day, so that names are in order of day.
func chanceOn(day incident.Day) string { return "chance-" + day.String() }

// keptScored is triage.Scored as it is kept: always in the same bytes.
type keptScored struct {
	Candidate       emerging.Candidate
	Score, Strength float64
	Aspects         []string
	Parts           []float64 // by aspect
}

// foundOn names what was found on a day, so that names are in order of day.
func foundOn(day incident.Day) string { return "found-" + day.String() }

// joinedOf gives what is joined in a table, of which texts names the narratives, from
// memory if it is the table of last time.
func (m *memory) joinedOf(t *incident.Table, texts *shelf.Texts, join func() (*linkage.Joined, error)) (*linkage.Joined, error) {
	if m == nil {
		return join()
	}
	print := tablePrint(t, texts)
	if m.joined == nil || m.joinedPrint != print {
		var k linkage.Kept
		err := m.shelf.Fetch("joined", print, &k, func() error {
			j, err := join()
			if err == nil {
				k = j.Kept()
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		m.joined, m.joinedPrint = k.Joined(), print
	}
	known := *m.joined
	return &known, nil
}

// prints hashes the reports in their order, as far as it was asked to.
type prints struct {
	hash hash.Hash
	next int // report
}

// until gives the fingerprint of the reports until a day, and of which of them are
// searched. Those that are not count too: terms are numbered over all. Days are
// asked for in ascending order.
func (p *prints) until(n *night, day incident.Day) (sum [sha256.Size]byte) {
	if p.hash == nil {
		p.hash = sha256.New()
	}
	t := n.table
	var number [8]byte
	for ; p.next < t.Len() && t.Reported[p.next] <= day; p.next++ {
		i := p.next
		_, searched := slices.BinarySearch(n.searched(), int32(i))
		for _, v := range []uint64{uint64(t.Reported[i]), uint64(t.Organisation.Codes[i]), uint64(b2i(searched))} {
			binary.LittleEndian.PutUint64(number[:], v)
			p.hash.Write(number[:]) // a hash never fails to write
		}
		p.hash.Write(n.texts().Of(i))
	}
	copy(sum[:], p.hash.Sum(nil))
	return sum
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tablePrint is a fingerprint of all that the linkage reads of a table.
func tablePrint(t *incident.Table, texts *shelf.Texts) (sum [sha256.Size]byte) {
	h := sha256.New()
	var number [4]byte
	put := func(v int32) {
		binary.LittleEndian.PutUint32(number[:], uint32(v))
		h.Write(number[:]) // a hash never fails to write
	}
	word := func(s string) {
		put(int32(len(s)))
		io.WriteString(h, s)
	}
	for i := range t.Len() {
		word(t.ID[i])
		h.Write(texts.Of(i))
		for _, v := range []int32{int32(t.Reported[i]), int32(t.Occurred[i]), int32(t.Harm[i]), t.AgeDays[i]} {
			put(v)
		}
	}
	for _, c := range []*incident.Column{&t.System, &t.Organisation, &t.Region, &t.Category, &t.Specialty, &t.CareSetting, &t.Medication, &t.Device, &t.NeverEvent, &t.Sex} {
		for _, name := range c.Names {
			word(name)
		}
		for _, code := range c.Codes {
			put(code)
		}
	}
	copy(sum[:], h.Sum(nil))
	return sum
}
