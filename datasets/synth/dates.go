package synth

import "psims/datasets/incident"

// dates are days written out beforehand: every event has several.
type dates struct {
	from incident.Day
	iso  []string // 2006-01-02
	uk   []string // 02/01/2006
}

func newDates(from, until incident.Day) *dates {
	d := &dates{from: from}
	for day := from; day <= until; day++ {
		t := day.Time()
		d.iso, d.uk = append(d.iso, t.Format("2006-01-02")), append(d.uk, t.Format("02/01/2006"))
	}
	return d
}

func (d *dates) ISO(day incident.Day) string {
	if i := int(day - d.from); i >= 0 && i < len(d.iso) {
		return d.iso[i]
	}
	return day.String()
}

func (d *dates) UK(day incident.Day) string {
	if i := int(day - d.from); i >= 0 && i < len(d.uk) {
		return d.uk[i]
	}
	return day.Time().Format("02/01/2006")
}
