package report

import (
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	got := strings.Split(strings.TrimSuffix(written(t, someFindings(), "csv", Screen{}), "\r\n"), "\r\n")
	want := []string{
		"verdict,severity,obligation,unit,namespace,kind,name,offering,layer,party,file,line,message,fix,waiver,owner",
		"broken,high,pdb-never-allows,charts/web,shop,Deployment,web,eks-auto-mode,disruption-controls,customer," +
			"charts/web/templates/web.yaml,12,no eviction is ever allowed,allow one eviction at a time (charts/web/values.yaml:3),,shopkeepers",
		"broken,medium,pdb-missing,,shop,Deployment,web,eks-auto-mode,disruption-controls,customer,,,no eviction is ever allowed,,,",
	}
	for i, line := range want {
		if got[i] != line {
			t.Errorf("line %d is\n%s, want\n%s", i+1, got[i], line)
		}
	}
	if last := got[len(got)-3:]; last[0] != "unreadable,,,,,,,,,,broken.yaml,3,is no YAML,mend it,," ||
		last[1] != "unreadable,,,charts/web,,,,,,,charts/web,,x,,," ||
		last[2] != "unread,,,,,Pod,,,,,,,Pods could not be read: forbidden; allow list on pods,,," {
		t.Errorf("it ends with\n%s", strings.Join(last, "\n"))
	}
}

// Spreadsheets run cells that begin so.
func TestCellsAreNoFormulas(t *testing.T) {
	for value, want := range map[string]string{
		"=HYPERLINK(1)": "'=HYPERLINK(1)", "+1": "'+1", "-1": "'-1", "@SUM": "'@SUM", "＝1": "'＝1", "\t=1": "'=1", "\n-1": "'-1",
		"a=1": "a=1", "": "", "a\r\nb": "a b", "'=1": "'=1",
	} {
		if got := cells(value)[0]; got != want {
			t.Errorf("%q is %q, want %q", value, got, want)
		}
	}
}
