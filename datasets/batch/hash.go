package batch

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"psims/datasets/incident"
)

// Hash gives a fingerprint of everything a revision says but the file it came
// from, so that the same revision sent twice is stored once.
func Hash(e *incident.Event) uint64 {
	h := xxhash.New()
	var num [8]byte
	str := func(s string) {
		binary.LittleEndian.PutUint64(num[:], uint64(len(s)))
		h.Write(num[:]) // a hash never fails to write
		h.WriteString(s)
	}
	integer := func(i int64) {
		binary.LittleEndian.PutUint64(num[:], uint64(i))
		h.Write(num[:])
	}
	f := &e.Fields
	str(string(f.System))
	str(f.ID)
	integer(int64(f.Revision))
	integer(int64(f.Submitted))
	integer(int64(f.Occurred))
	integer(int64(f.Kind))
	integer(int64(f.Harm))
	if f.Deleted {
		integer(1)
	} else {
		integer(0)
	}
	for _, c := range textColumns {
		str(*c.get(f))
	}
	integer(int64(len(f.Labels)))
	for _, l := range f.Labels {
		str(l)
	}
	for _, p := range f.Patients {
		integer(int64(p.Sequence))
		integer(int64(p.Physical))
		integer(int64(p.Psychological))
		integer(int64(p.AgeDays))
		str(p.Sex)
	}
	for _, s := range e.Texts {
		str(s)
	}
	return h.Sum64()
}
