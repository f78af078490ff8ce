package spelling_test

import (
	"compress/gzip"
	"encoding/csv"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"psims/nlp/spelling"
	"psims/nlp/text"
)

// TestRealNarratives looks at what folds in mine accident narratives: slips that
// are planted in one word of two hundred are found, and a sample of the reporters'
// own is shown.
func TestRealNarratives(t *testing.T) {
	f, err := os.Open("../../../shared/data/msha/msha_2010_2012.csv.gz")
	if err != nil {
		t.Skip("the mine accident file is not on this machine")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var texts, planted []string
	written := map[string]int{}
	meant := map[string]string{}
	chance := rand.New(rand.NewPCG(1, 1))
	for _, r := range rows[1:] {
		s := strings.ToLower(r[6])
		texts = append(texts, s)
		var b strings.Builder
		end := int32(0)
		for _, token := range text.Tokenise(nil, s) {
			w := token.In(s)
			written[text.Fold(w)]++
			b.WriteString(s[end:token.Start])
			if token.Kind == text.Word && len(w) >= 6 && chance.IntN(200) == 0 {
				form := slip(chance, w)
				meant[text.Fold(form)], w = text.Fold(w), form
			}
			b.WriteString(w)
			end = token.End
		}
		planted = append(planted, b.String()+s[end:])
	}
	folds := learn(t, planted)
	all, found, right := 0, 0, 0
	for form, word := range meant {
		if written[form] > 0 || written[word] < 40 || form == word {
			continue // somebody's own form, or a word too rare to fold to
		}
		all++
		if to, ok := folds.Fold(form); ok {
			found++
			if to == word || text.Stem(to) == text.Stem(word) {
				right++
			}
		}
	}
	precision, recall := float64(right)/float64(found), float64(right)/float64(all)
	t.Logf("planted in words that occur 40 times or more: %d forms, %d folded, %d of them rightly: precision %.3f, recall %.3f", all, found, right, precision, recall)
	if precision < .97 || recall < .5 {
		t.Errorf("precision %.3f, recall %.3f", precision, recall)
	}
	own, curated := learn(t, texts).Snapshot(), spelling.Curated()
	var forms []string
	for _, form := range slices.Sorted(maps.Keys(own)) {
		if _, listed := curated.Fold(form); !listed {
			forms = append(forms, form)
		}
	}
	chance.Shuffle(len(forms), func(i, j int) { forms[i], forms[j] = forms[j], forms[i] })
	var sample []string
	for _, form := range forms[:min(50, len(forms))] {
		sample = append(sample, form+"→"+own[form])
	}
	t.Logf("%d narratives, %d forms: %d of the reporters' own fold, such as %s", len(texts), len(written), len(forms), strings.Join(sample, ", "))
}
