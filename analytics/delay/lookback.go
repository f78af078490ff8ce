package delay

const (
	// ageGroups of weeks that past nowcasts are compared in.
	ageGroups = 4
	// usualError is the squared relative error that nowcasts are taken to have
	// beforehand beyond their own reckoning, with the weight of errorWeight.
	usualError  = 0.004
	errorWeight = 2000
	// ownErrors is how sure a stratum's error is taken to be like the others'.
	ownErrors = 3
	// largestSquare bounds one past nowcast's say, in its own variances.
	largestSquare = 36
)

// ageGroup puts weeks of like age together.
func ageGroup(age int) int {
	switch {
	case age < 2:
		return age
	case age < 4:
		return 2
	}
	return 3
}

// weighed is a regression of squared errors on squared means through the origin.
type weighed struct{ xy, xx float64 }

// lookBack makes the nowcasts of past weeks with what was known then, compares
// them with what came, and gives by stratum and age the squared relative error
// that they had beyond their own reckoning: a drift of the delays, a day without
// reports and whatever else comes to all reports of a week together.
func lookBack(fits []*fit, c Config) [][ageGroups]float64 {
	own := make([][ageGroups]weighed, len(fits))
	for s, f := range fits {
		if f.known && f.total > 0 {
			own[s] = f.past(c)
		}
	}
	out := make([][ageGroups]float64, len(fits))
	for g := range ageGroups {
		all := weighed{usualError * errorWeight, errorWeight}
		for s := range own {
			all.xy += own[s][g].xy
			all.xx += own[s][g].xx
		}
		common := max(all.xy/all.xx, usualError/4)
		weight := ownErrors / (common * common)
		for s := range own {
			out[s][g] = max(common/4, (own[s][g].xy+weight*common)/(own[s][g].xx+weight))
		}
	}
	return out
}

// cameClean gives what came for week w after the end of week from until that of
// week until, with the unusual cut down: a batch is no error of the nowcast.
func (f *fit) cameClean(w, from, until int) (sum float64) {
	row := w * (f.delays + 1)
	for d := from - w + 1; d <= min(until-w, f.delays); d++ {
		sum += f.clean[row+d]
	}
	return sum
}

// past compares the past nowcasts of one stratum with what came.
func (f *fit) past(c Config) (out [ageGroups]weighed) {
	last := f.weeks - 1
	for then := max(c.MinWeeks-1, f.delays, last-c.LookBack); then < last; then++ {
		s := f.at(then, c)
		for age := 0; age < min(f.delays, then+1); age++ {
			w := then - age
			counted, came := f.seen(w, then), f.cameClean(w, then, last)
			// By now the share until would be in, of which so much was known then.
			share, variance := s.share(age)
			until, rest := s.share(last - w)
			to := s.toCome(counted, share, variance-rest, 0)
			part := (until - share) / (1 - share)
			mean := to.mean * part
			plain := to.plain * part * (part + (1-part)*to.mean/to.plain)
			if mean < 0.05 {
				continue
			}
			square := (came - mean) * (came - mean)
			square = min(square, largestSquare*plain)
			g := &out[ageGroup(age)]
			x := mean * mean
			base := plain + usualError*x
			g.xy += x * (square - plain) / (base * base)
			g.xx += x * x / (base * base)
		}
	}
	return out
}
