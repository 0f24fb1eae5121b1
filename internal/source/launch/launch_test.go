package launch

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/cloud"
)

// policy is what is printed of a policy of some statements.
func policy(statements string) string {
	content := strings.NewReplacer(`"`, `\"`, "\n", "").Replace(`{"Version": "2012-10-17", "Statement": ` + statements + `}`)
	return `{"Policy": {"PolicySummary": {"Id": "p-1", "Name": "images", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "` + content + `"}}`
}

func TestRead(t *testing.T) {
	const deny = `{"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:*:ec2:*::image/ami-*"`
	for name, x := range map[string]struct {
		in           string
		limits       bool
		lets         []string
		mayLet, deny string
	}{
		"disabled": {in: `{"State": "disabled", "ManagedBy": "account"}`},
		"audited":  {in: `{"State": "audit-mode", "ImageCriteria": [{"ImageProviders": ["111122223333"]}]}`, lets: []string{"111122223333"}},
		"enabled": {in: `{"State": "enabled", "ImageCriteria": [{"ImageProviders": ["111122223333", "none"]}, {"ImageProviders": ["amazon"]}]}`,
			limits: true, lets: []string{"111122223333", "amazon"}},
		"by name": {in: `{"State": "enabled", "ImageCriteria": [{"ImageProviders": ["amazon"], "ImageNames": ["al2023-*"]}]}`,
			limits: true, mayLet: "by their name"},
		"of anybody": {in: `{"State": "enabled", "ImageCriteria": [{}]}`, limits: true, mayLet: "names no provider"},
		"all but some": {in: policy(`[` + deny + `, "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["111122223333"]}}}]`),
			limits: true, lets: []string{"111122223333"}},
		"all but a group": {in: policy(`[` + deny + `, "Condition": {"StringNotEqualsIfExists": {"ec2:Owner": "amazon"}}}]`),
			limits: true, lets: []string{"amazon"}},
		"all": {in: policy(`[` + deny + `}]`), limits: true},
		"by other ways": {in: policy(`[` + deny + `, "Condition": {"StringEquals": {"aws:PrincipalTag/x": "y"}}}]`),
			deny: "StringEquals aws:PrincipalTag/x"},
		"both of two": {in: policy(`[` + deny + `, "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["111122223333", "444455556666"]}}},
			` + deny + `, "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["444455556666"]}}}]`),
			limits: true, lets: []string{"444455556666"}},
		"a group and some of it": {in: policy(`[` + deny + `, "Condition": {"StringNotEquals": {"ec2:Owner": "amazon"}}},
			` + deny + `, "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["444455556666"]}}}]`),
			limits: true, lets: []string{"444455556666"}},
		"a statement alone": {in: policy(deny + `}`), limits: true},
		"a bracket":         {in: policy(`[{"Effect": "Deny", "Action": "ec2:[Run*", "Resource": "*"}]`)},
		"other calls":       {in: policy(`[{"Effect": "Deny", "Action": ["s3:*", "ec2:Describe*"], "Resource": "*"}]`)},
		"other resources":   {in: policy(`[{"Effect": "Deny", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:network-interface/*"}]`)},
		"all other calls":   {in: policy(`[{"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*"}]`), limits: true},
		"an allowance":      {in: policy(`[{"Effect": "Allow", "Action": "*", "Resource": "*"}]`)},
	} {
		t.Run(name, func(t *testing.T) {
			var e cloud.Estate
			if err := Read("a.json", strings.NewReader(x.in), &e); err != nil || len(e.Launch) != 1 {
				t.Fatalf("%d rules, %v", len(e.Launch), err)
			}
			r := e.Launch[0]
			says := func(is, want string) bool { return strings.Contains(is, want) && (is == "") == (want == "") }
			if r.Limits != x.limits || !slices.Equal(r.Lets, x.lets) || !says(r.MayLet, x.mayLet) || !says(r.MayDeny, x.deny) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	const policy = `{"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": "CONTENT"}}`
	for in, want := range map[string]string{
		`{"State": "perhaps", "ManagedBy": "account"}`:                              `a.json:1: State: is "perhaps", wants enabled`,
		`{"State": 3, "ManagedBy": "account"}`:                                      "a.json:1",
		strings.Replace(policy, "CONTENT", "{", 1):                                  "is no policy",
		strings.Replace(policy, "CONTENT", `{\"Statement\": [{\"Action\": 3}]}`, 1): "neither a text nor a list",
		`{"Policy": {"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"}}`:    "is no rule for images",
	} {
		var e cloud.Estate
		if err := Read("a.json", strings.NewReader(in), &e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", in, err)
		}
	}
}
