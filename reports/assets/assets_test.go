package assets_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"psims/reports/assets"
)

func TestStyleAsksNothingOfTheOutside(t *testing.T) {
	css := mustRead(t, assets.Style)
	for _, banned := range []string{"http:", "https:", "@import", "@font-face", "Frutiger", "url("} {
		if strings.Contains(css, banned) {
			t.Errorf("the style sheet has %q", banned)
		}
	}
	if !regexp.MustCompile(`html\{font-family:[^}]*sans-serif\}`).MatchString(css) {
		t.Error("the style sheet sets no font family on the page: it would show in the browser's serif font")
	}
}

func TestStyleHasEveryListedClass(t *testing.T) {
	css := mustRead(t, assets.Style)
	list, err := os.ReadFile("classes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range strings.Fields(string(list)) {
		// The library's own markup has a few classes that only their children's rules begin with.
		if !strings.Contains(css, "."+strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(class, "__row"), "__head"), "__body")) {
			t.Errorf("classes.txt lists %s, which the built style sheet lacks: run \"make assets\"", class)
		}
	}
}

func TestEChartsIsWhole(t *testing.T) {
	js := mustRead(t, assets.ECharts)
	if !strings.Contains(js, `"6.1.0"`) || strings.Contains(js, "</script") {
		t.Errorf("echarts.min.js (%d bytes) is not release 6.1.0, or has a closing script tag", len(js))
	}
}

func TestLicencesComeAlong(t *testing.T) {
	licences, err := assets.Licences()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range licences {
		names = append(names, l.Name)
		if len(l.Text) < 100 {
			t.Errorf("licence %s has only %d bytes", l.Name, len(l.Text))
		}
	}
	for _, work := range []string{"echarts", "zrender", "d3", "nhsuk-frontend"} {
		if !strings.Contains(strings.Join(names, " "), work) {
			t.Errorf("no licence for %s among %v", work, names)
		}
	}
}

// The lock file is committed, and an address in it would tie every clone to one registry.
func TestLockFileNamesNoRegistry(t *testing.T) {
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(lock), `"resolved"`) {
		t.Error("package-lock.json records where packages were fetched from: .npmrc has omit-lockfile-registry-resolved")
	}
	manifest, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	if loose := regexp.MustCompile(`"[\^~][0-9]`).FindAllString(string(manifest), -1); loose != nil {
		t.Errorf("package.json has versions that are not exact: %v", loose)
	}
}

func mustRead(t *testing.T, read func() (string, error)) string {
	t.Helper()
	s, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPortalStyleAsksNothingOfTheOutside(t *testing.T) {
	css := mustRead(t, assets.PortalStyle)
	for _, banned := range []string{"http:", "https:", "@import", "@font-face", "Frutiger", "url("} {
		if strings.Contains(css, banned) {
			t.Errorf("the style sheet has %q", banned)
		}
	}
	list, err := os.ReadFile("portal-classes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range strings.Fields(string(list)) {
		if !strings.Contains(css, "."+class) {
			t.Errorf("portal-classes.txt lists %s, which the built style sheet lacks: run \"make assets\"", class)
		}
	}
}
