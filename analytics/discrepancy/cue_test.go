package discrepancy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/discrepancy"
	"psims/datasets/incident"
)

func TestCuesTellHarm(t *testing.T) {
	const (
		none     = incident.HarmMissing
		moderate = incident.ModerateHarm
		severe   = incident.SevereHarm
		fatal    = incident.Fatal
	)
	for s, want := range map[string]incident.Harm{
		"The patient died.":                                                      fatal,
		"Patient was not observed and died.":                                     fatal,
		"No pulse, cardiac arrest.":                                              severe,
		"In May patient died":                                                    fatal,
		"Cardiac arrest, resuscitation unsuccessful.":                            fatal,
		"She did not die.":                                                       none,
		"He has not died":                                                        none,
		"She nearly died of fright.":                                             none,
		"He could have died.":                                                    none,
		"His mother died last year.":                                             none,
		"Her husband has died and she is low.":                                   none,
		"The battery died.":                                                      none,
		"Patient feared his wife would die.":                                     none,
		"No harm. Patient died.":                                                 fatal,
		"Not reviewed overnight. Found dead in bed.":                             fatal,
		"Police and coroner aware":                                               fatal,
		"RIP at 04:10":                                                           fatal,
		"Small rip in the sheet":                                                 none,
		"No cardiac arrest occurred.":                                            none,
		"There was no evidence of cardiac arrest or stroke.":                     none,
		"Cardiac arrest trolley was not checked.":                                none,
		"Cardiac arrest call put out, ROSC after 4 minutes":                      severe,
		"Fell, fractured neck of femur confirmed.":                               severe,
		"X-ray: fracture ruled out":                                              none,
		"No pain, bleeding or fracture.":                                         none,
		"Admitted with fractured neck of femur.":                                 none,
		"Known subdural, no change.":                                             none,
		"? fractured neck of femur, for x-ray":                                   none,
		"Did he fall? Fractured hip seen.":                                       severe,
		"fracture missed on first x-ray":                                         moderate,
		"Transferred to ITU.":                                                    severe,
		"Patient was transferred urgently to the ITU":                            severe,
		"Transferred from ITU to ward":                                           none,
		"was not transferred to ITU":                                             none,
		"Patient returned to theatre for washout":                                moderate,
		"Family history of subarachnoid haemorrhage.":                            none,
		"Denies fracture":                                                        none,
		"Risk of death from overdose was explained. He has thoughts of suicide.": none,
		"Category 4 pressure ulcer to sacrum":                                    severe,
		"Attended fracture clinic.":                                              none,
		"Non life threatening injury.":                                           none,
		"#NOF confirmed":                                                         severe,
		"Arrested by police.":                                                    none,
		"died but was not seen by family":                                        fatal,
		"The fall resulted in his death.":                                        fatal,
		"A fatal crash.":                                                         fatal,
		"That dose could be fatal.":                                              none,
		"Non-fatal heart attack":                                                 none,
		"The drug had expired.":                                                  none,
		"The patient expired at 04:00.":                                          fatal,
		"Seen by an independent medical examiner.":                               none,
		"Hip fracture surgery was cancelled.":                                    none,
		"Staff were helping at a cardiac arrest in bay 2.":                       none,
		"No patient serious injury or death was reported.":                       none,
		"Ward sister informed, patient died.":                                    fatal,
		"Wife informed that patient has died.":                                   fatal,
		"Pump alarm, patient found dead.":                                        fatal,
		"Monitor alarm and patient found dead.":                                  fatal,
		"The driver (T2) was found dead.":                                        none,
		"Transferred to the ward, ITU informed.":                                 none,
		"Patient died last month after the fall.":                                fatal,
		"Her father had recently died.":                                          none,
		"Marked deceased in error.":                                              none,
		"":                                                                       none,
	} {
		if got := discrepancy.Told(discrepancy.Cues(s)); got != want {
			t.Errorf("%q tells of %v, want %v: %+v", s, got, want, discrepancy.Cues(s))
		}
	}
}

func TestCuesStandInTheText(t *testing.T) {
	const s = "Fell in bay 2. Fractured neck of femur; no cardiac arrest."
	var got []string
	for _, c := range discrepancy.Cues(s) {
		denied := ""
		if c.Denied {
			denied = "denied "
		}
		got = append(got, denied+c.Harm.String()+" "+c.Span.In(s))
	}
	if d := cmp.Diff([]string{"severe Fractured neck of femur", "denied severe cardiac arrest"}, got); d != "" {
		t.Error(d)
	}
}

// narrative draws sentences of words that cues are made of, and of others.
func narrative(t *rapid.T) string {
	word := rapid.SampledFrom(strings.Fields("patient died not no cardiac arrest team fractured neck of femur to ITU transferred and or , . nearly if mother his ward seen by ? coroner informed denies"))
	return strings.Join(rapid.SliceOfN(word, 0, 30).Draw(t, "words"), " ")
}

// TestADeathThatIsToldCounts: a sentence more never makes a narrative less grave.
func TestADeathThatIsToldCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := narrative(t)
		more := s + "\nThe patient died."
		if rapid.Bool().Draw(t, "first") {
			more = "The patient died.\n" + s
		}
		if got := discrepancy.Told(discrepancy.Cues(more)); got != incident.Fatal {
			t.Fatalf("%q tells of %v", more, got)
		}
		if a, b := len(discrepancy.Cues(s)), len(discrepancy.Cues(more)); b != a+1 {
			t.Fatalf("%q has %d cues, %q %d", s, a, more, b)
		}
	})
}

// TestCuesOfOneEndlessSentence keeps the cost linear.
func TestCuesOfOneEndlessSentence(t *testing.T) {
	s := strings.Repeat("no patient died and fractured neck of femur, ", 20_000)
	if got := len(discrepancy.Cues(s)); got != 40_000 {
		t.Errorf("%d cues", got)
	}
}

func FuzzCues(f *testing.F) {
	for _, s := range []string{"", "died", "no # nof", "? fracture", "\xff died \x00", "Cardiac arrest team. [NAME] died, not seen", "category 4 pressure"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cues := discrepancy.Cues(s)
		for _, c := range cues {
			if c.Span.Start < 0 || c.Span.Start >= c.Span.End || int(c.Span.End) > len(s) || !c.Harm.WorseThan(incident.LowHarm) {
				t.Fatalf("%q: %+v", s, c)
			}
		}
		if d := cmp.Diff(cues, discrepancy.Cues(s)); d != "" {
			t.Fatal(d)
		}
		if got := discrepancy.Told(discrepancy.Cues(s + "\nThe patient died.\n")); got != incident.Fatal {
			t.Fatalf("%q tells of %v with a death added", s, got)
		}
	})
}
