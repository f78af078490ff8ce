package linkage

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"psims/internal/parallel"
)

// Block is why two reports were compared, and thereby which chance they are
// measured against.
type Block uint8

const (
	SameDays       Block = iota // one organisation and system, events up to Config.Days apart
	SameDaysOther               // the same from two recording systems
	SameWords                   // one organisation and system, further apart, sharing rare wording
	SameWordsOther              // the same from two recording systems
	Elsewhere                   // two organisations, sharing rare wording
	ElsewhereOther              // the same from two recording systems
	BlockCount                  // how many there are
)

var blockNames = [...]string{"same organisation and days", "same organisation and days, two systems", "same organisation, rare wording", "same organisation, rare wording, two systems", "two organisations, rare wording", "two organisations, rare wording, two systems"}

// String gives the name used in every output.
func (b Block) String() string {
	if int(b) < len(blockNames) {
		return blockNames[b]
	}
	return fmt.Sprintf("block(%d)", uint8(b))
}

func (b Block) words() bool { return b >= SameWords }

const (
	stretch = 512 // reports that a goroutine takes at a time
	weekly  = 7   // shifts are whole weeks: a weekday is compared with itself
	// Days weeks apart show chance; the nearest are left out, for an event may be
	// dated a week wrong.
	nearestWeek, farthestWeek = 2, 9
	allWeeks                  = farthestWeek - nearestWeek + 1
	hopefulPairs              = 5_000_000 // about so many chance pairs are looked at
	shiftsOfWords             = 4
	keysOfReport              = 6 // wordings by which a report is looked up
	// mostNear is how many reports of its organisation and days one is compared
	// with. Only a day that stands for a whole year of reports holds more.
	mostNear = 2000
)

// pair is two reports as they are compared, i before j in canonical order, with
// the days by which j is brought nearer to i: 0 for a pair that may be a match.
type pair struct {
	i, j, shift int32
	block       Block
}

// blocks finds the pairs worth comparing, without going through all.
type blocks struct {
	*reports
	config  Config
	byDay   []int32    // reports of known organisation by organisation, then day
	at      []int32    // by report: its index in byDay, −1 for none
	keys    [][]int32  // by report: its buckets
	buckets [][]int32  // reports that share a wording, ascending
	rate    [2]float64 // share of the reports that sample takes, for their days and for their words
	weeks   int32      // weeks of chance pairs that hopeful draws for a report
	drawn   float64    // share of the reports for which it draws any
}

func newBlocks(r *reports, c Config) *blocks {
	b := &blocks{reports: r, config: c, at: make([]int32, len(r.row))}
	for i := range r.row {
		b.at[i] = -1
		if r.org[i] != 0 {
			b.byDay = append(b.byDay, int32(i))
		}
	}
	slices.SortFunc(b.byDay, func(x, y int32) int {
		return cmp.Or(cmp.Compare(r.org[x], r.org[y]), cmp.Compare(r.day[x], r.day[y]), cmp.Compare(x, y))
	})
	for k, i := range b.byDay {
		b.at[i] = int32(k)
	}
	b.fillBuckets()
	return b
}

// fillBuckets puts each report into the buckets of its lowest hashes that some,
// but not too many, reports share.
func (b *blocks) fillBuckets() {
	type entry struct {
		hash uint32
		i    int32
	}
	var entries []entry
	for i := range b.row {
		taken := 0
		for _, h := range b.shingles.of(int32(i)) {
			if n := b.frequent.of(h); n > 1 && int(n) <= b.config.MaxBucket {
				entries = append(entries, entry{h, int32(i)})
				if taken++; taken == keysOfReport {
					break
				}
			}
		}
	}
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.i, y.i)) })
	b.keys = make([][]int32, len(b.row))
	for from := 0; from < len(entries); {
		until := from
		for until < len(entries) && entries[until].hash == entries[from].hash {
			until++
		}
		if until-from > 1 {
			var bucket []int32
			for _, e := range entries[from:until] {
				bucket = append(bucket, e.i)
				b.keys[e.i] = append(b.keys[e.i], int32(len(b.buckets)))
			}
			b.buckets = append(b.buckets, bucket)
		}
		from = until
	}
}

// block says in which block two reports belong whose days, after a shift, are gap
// days apart; false when in none.
func (b *blocks) block(i, j, gap int32, words bool) (Block, bool) {
	gap = max(gap, -gap)
	here := b.org[i] != 0 && b.org[i] == b.org[j]
	var out Block
	switch {
	case here && gap <= int32(b.config.Days):
		if words {
			return 0, false // compared for its days already
		}
		out = SameDays
	case !words || gap > int32(b.config.TextDays):
		return 0, false
	case here:
		out = SameWords
	default:
		out = Elsewhere
	}
	if b.system[i] != b.system[j] {
		out++
	}
	return out, true
}

// near visits the pairs of report i with reports of its organisation that lie
// behind it in byDay by the shift, give or take Days; each pair once.
func (b *blocks) near(i, shift int32, visit func(pair)) {
	k := b.at[i]
	if k < 0 {
		return
	}
	reach := int32(b.config.Days)
	from := int(k) + 1
	if shift > reach {
		from += b.behind(from, b.org[i], b.day[i]+shift-reach)
	}
	for _, j := range b.byDay[from:min(from+mostNear, len(b.byDay))] {
		if b.org[j] != b.org[i] || b.day[j] > b.day[i]+shift+reach {
			break
		}
		if block, ok := b.block(i, j, b.day[j]-b.day[i]-shift, false); ok {
			visit(ordered(i, j, shift, block))
		}
	}
}

// behind gives how many reports from there on are of an earlier day of that organisation.
func (b *blocks) behind(from int, org, day int32) int {
	n, _ := slices.BinarySearchFunc(b.byDay[from:], day, func(j, day int32) int {
		if b.org[j] != org {
			return 1
		}
		return cmp.Or(cmp.Compare(b.day[j], day), 1)
	})
	return n
}

func ordered(i, j, shift int32, block Block) pair {
	if i < j {
		return pair{i, j, shift, block}
	}
	return pair{j, i, -shift, block}
}

// alike appends the later reports that share a wording with report i, ascending; those
// that were reported by the day after may be left out.
func (b *blocks) alike(dst []int32, i, after int32) []int32 {
	for _, k := range b.keys[i] {
		bucket := b.buckets[k]
		if b.reported[bucket[len(bucket)-1]] <= after {
			continue
		}
		at, _ := slices.BinarySearch(bucket, i)
		dst = append(dst, bucket[at+1:]...)
	}
	slices.Sort(dst)
	return slices.Compact(dst)
}

// worded visits the pairs of report i with later ones that share a wording: first
// those that may be matches, then, when shifted is set, those that show chance.
func (b *blocks) worded(i int32, partners []int32, shifted bool, visit func(pair)) {
	reach := int32(b.config.TextDays)
	period := 2*reach + weekly
	period -= period % weekly // whole weeks, and the stretches don't overlap
	period = max(period, nearestWeek*weekly)
	for _, j := range partners {
		gap := b.day[j] - b.day[i]
		shift := (gap + period/2) / period * period
		if gap < 0 {
			shift = (gap - period/2) / period * period
		}
		if times := max(shift, -shift) / period; times > shiftsOfWords || times > 0 && !shifted {
			continue
		}
		if block, ok := b.block(i, j, gap-shift, true); ok {
			visit(pair{i, j, shift, block})
		}
	}
}

// sample takes about Config.Sample pairs of each kind of block that may be
// matches, all pairs of some reports, and those that show chance beside them.
func (b *blocks) sample(ctx context.Context) ([]pair, error) {
	n := len(b.row)
	var days, words int
	var partners []int32
	for i := range n {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if k := b.at[i]; k >= 0 {
			days += b.behind(int(k)+1, b.org[i], b.day[i]+int32(b.config.Days)+1)
		}
		partners = b.alike(partners[:0], int32(i), math.MinInt32)
		words += len(partners)
	}
	b.weeks = int32(min(max(hopefulPairs/max(days, 1), 1), allWeeks))
	b.drawn = min(1, hopefulPairs/float64(max(days, 1)))
	for k, pairs := range []int{days, words} {
		b.rate[k] = min(1, float64(b.config.Sample)/float64(max(1, pairs)))
	}
	return b.collect(ctx, func(i int32, visit func(pair)) {
		chance := b.chance[i]
		if taken(chance, b.rate[0]) {
			b.near(i, 0, visit)
			for week := int32(nearestWeek); week <= farthestWeek; week++ {
				b.near(i, week*weekly, visit)
			}
		}
		if taken(^chance, b.rate[1]) {
			b.worded(i, b.alike(nil, i, math.MinInt32), true, visit)
		}
	})
}

// taken draws a report with probability rate.
func taken(chance uint64, rate float64) bool {
	return rate >= 1 || float64(mix(chance)>>11)/(1<<53) < rate
}

// collect runs visits over all reports, in order of report.
func (b *blocks) collect(ctx context.Context, each func(i int32, visit func(pair))) ([]pair, error) {
	n := len(b.row)
	parts := make([][]pair, (n+stretch-1)/stretch)
	parallel.Blocks(n, stretch, func(_, from, until int) {
		if ctx.Err() != nil {
			return
		}
		var part []pair
		for i := from; i < until; i++ {
			each(int32(i), func(p pair) { part = append(part, p) })
		}
		parts[from/stretch] = part
	})
	return slices.Concat(parts...), ctx.Err()
}
