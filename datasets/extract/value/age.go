package value

import "psims/datasets/incident"

// Ages as LFPSE counts them: a month is 31 days and a year 12 of those, so that
// a number of days shows in which unit it was given.
const (
	daysInMonth = 31
	daysInYear  = 12 * daysInMonth
	// MaxAgeDays is the greatest valid age: 199 years.
	MaxAgeDays = 199 * daysInYear
)

// NoAge is the age that was not recorded or is not valid.
const NoAge int32 = -1

// AgeDays passes a valid age in days: 1 to 30 are days; 31 to 371 must be whole
// months of 31 days; from 372 to [MaxAgeDays] whole years of 372. Any other gives [NoAge].
//
// Source: NHS England patient-safety-data-request-template, R/processors/lfpse.R, P004.
func AgeDays(days int) int32 {
	switch {
	case days >= 1 && days < daysInMonth,
		days >= daysInMonth && days < daysInYear && days%daysInMonth == 0,
		days >= daysInYear && days <= MaxAgeDays && days%daysInYear == 0:
		return int32(days)
	}
	return NoAge
}

// AgeYears turns an age in years, perhaps a fraction, into LFPSE's days: whole
// years from one year on, whole months from one month on, else days, where 0 is
// 1 day (the national team too counts an age of 0 as a neonate). A year has 365
// days for this. Negative ages, those over 199 years and NaN give [NoAge].
func AgeYears(years float64) int32 {
	if !(years >= 0 && years < 200) {
		return NoAge
	}
	const slack = 1e-6 // a fraction such as 28/365 comes back a little short
	if years >= 1-slack {
		return int32(years+slack) * daysInYear
	}
	// Under 31 days the age is given in days, as LFPSE does.
	if days := int32(years*365 + slack); days < daysInMonth {
		return max(days, 1)
	}
	return max(int32(years*12+slack), 1) * daysInMonth
}

// AgeBetween gives the age on a day of someone born on another, in LFPSE's days
// as [AgeYears] counts; the day of birth is day 1. It is [NoAge] when either day
// is unknown, or birth comes later, or the age is over 199 years.
func AgeBetween(born, on incident.Day) int32 {
	if !born.Known() || !on.Known() || on < born {
		return NoAge
	}
	b, o := born.Time(), on.Time()
	months := (o.Year()-b.Year())*12 + int(o.Month()) - int(b.Month())
	if o.Day() < b.Day() {
		months--
	}
	switch {
	case months >= 200*12:
		return NoAge
	case months >= 12:
		return int32(months/12) * daysInYear
	case months >= 1:
		return int32(months) * daysInMonth
	}
	return min(max(int32(on-born), 1), daysInMonth-1)
}
