package launch

import (
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
	on := func(resource string) string {
		return policy(`[{"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "` + resource + `"}]`)
	}
	under := func(condition string) string { return policy(`[` + deny + `, "Condition": ` + condition + `}]`) }
	const open, more = "condition", "more than their image"
	for name, x := range map[string]struct {
		in           string
		limits       string // each as BY[REGIONS](OWNERS)
		mayLet, deny string
	}{
		"disabled": {in: `{"State": "disabled", "ManagedBy": "account"}`},
		"audited":  {in: `{"State": "audit-mode", "ImageCriteria": [{"ImageProviders": ["111122223333"]}]}`},
		"enabled": {in: `{"State": "enabled", "ImageCriteria": [{"ImageProviders": ["111122223333", "none"]}, {"ImageProviders": ["amazon"]}]}`,
			limits: "either[](111122223333 amazon)"},
		"by name": {in: `{"State": "enabled", "ImageCriteria": [{"ImageProviders": ["amazon"], "ImageNames": ["al2023-*"]}]}`,
			limits: "either[]()", mayLet: "by their name"},
		"of anybody": {in: `{"State": "enabled", "ImageCriteria": [{}]}`, limits: "either[]()", mayLet: "names no provider"},
		"all but some": {in: under(`{"StringNotEquals": {"aws:ResourceAccount": ["111122223333"]}}`),
			limits: "account[*](111122223333)"},
		"all but a group":   {in: under(`{"StringNotEqualsIfExists": {"ec2:Owner": "amazon"}}`), limits: "group[*](amazon)"},
		"all but a pattern": {in: under(`{"StringNotLike": {"ec2:Owner": ["amaz*"]}}`), limits: "group[*](amaz*)"},
		"a star that is none": {in: under(`{"StringNotEquals": {"aws:ResourceAccount": ["*", "111122223333"]}}`),
			limits: "account[*](111122223333)"},
		"capitals":        {in: under(`{"StringNotEquals": {"ec2:Owner": "Amazon"}}`), limits: "group[*]()"},
		"a number":        {in: under(`{"StringNotEquals": {"aws:ResourceAccount": 111122223333}}`), limits: "account[*](111122223333)"},
		"a variable":      {in: under(`{"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}`), deny: open},
		"all":             {in: policy(`[` + deny + `}]`), limits: "either[*]()"},
		"by other ways":   {in: under(`{"StringEquals": {"aws:PrincipalTag/x": "y"}}`), deny: "StringEquals aws:PrincipalTag/x"},
		"no condition":    {in: under(`{}`), deny: open},
		"an empty one":    {in: under(`{"StringNotEquals": {}}`), deny: open},
		"two of them":     {in: under(`{"StringNotEquals": {"ec2:Owner": "amazon", "aws:ResourceAccount": "111122223333"}}`), deny: open},
		"a set of values": {in: under(`{"ForAnyValue:StringNotEquals": {"ec2:Owner": "amazon"}}`), deny: open},
		"both of two": {in: policy(`[` + deny + `, "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["111122223333", "444455556666"]}}},
			` + deny + `, "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["444455556666"]}}}]`),
			limits: "account[*](111122223333 444455556666) account[*](444455556666)"},
		"a statement alone": {in: policy(deny + `}`), limits: "either[*]()"},
		"a bracket":         {in: policy(`[{"Effect": "Deny", "Action": "ec2:[Run*", "Resource": "*"}]`)},
		"other calls":       {in: policy(`[{"Effect": "Deny", "Action": ["s3:*", "ec2:Describe*"], "Resource": "*"}]`)},
		"a truth value beside": {in: policy(`[{"Effect": "Deny", "Action": "s3:*", "Resource": "*",
			"Condition": {"Bool": {"aws:SecureTransport": false}}},
			{"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "*"}]`), limits: "either[]()"},
		"not understood": {in: policy(`[{"Effect": "Deny", "Action": {"a": "b"}}, ` + deny + `}]`), limits: "either[*]()",
			deny: "not understood"},
		"no effect":          {in: policy(`[{"Effect": "deny", "Action": "ec2:*", "Resource": "*"}]`), deny: "not understood"},
		"of one Region":      {in: on("arn:aws:ec2:us-east-1::image/*"), limits: "either[us-east-1]()"},
		"some images":        {in: on("arn:aws:ec2:us-east-1::image/ami-0a*"), deny: "some images"},
		"an image":           {in: on("arn:aws:ec2:us-east-1::image/ami-0123"), deny: "some images"},
		"a star over parts":  {in: on("arn:aws:ec2:*"), deny: "some images"},
		"another service":    {in: on("arn:aws:s3:*")},
		"images of accounts": {in: on("arn:aws:ec2:*:111122223333:image/*")},
		"instances":          {in: on("arn:aws:ec2:*:*:instance/*"), deny: more},
		"whatever there is":  {in: on("arn:aws:ec2:*:*:*"), limits: "either[*]()"},
		"interfaces":         {in: on("arn:aws:ec2:*:*:network-interface/*"), deny: more},
		"keys":               {in: on("arn:aws:ec2:*:*:key-pair/*")},
		"all resources but for an owner": {in: policy(`[{"Effect": "Deny", "Action": "ec2:*", "Resource": "*",
			"Condition": {"StringNotEquals": {"ec2:Owner": "amazon"}}}]`), limits: "group[](amazon)", deny: more},
		"all but other resources": {in: policy(`[{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::a"}]`),
			limits: "either[]()"},
		"all but images": {in: policy(`[{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:ec2:*::image/*"}]`),
			deny: "some images"},
		"fleets": {in: policy(`[{"Effect": "Deny", "Action": "ec2:CreateFleet", "Resource": "*"}]`),
			deny: "a call that a launch takes"},
		"all other calls":   {in: policy(`[{"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*"}]`), limits: "either[]()"},
		"an allowance":      {in: policy(`[{"Effect": "Allow", "Action": "*", "Resource": "*"}]`)},
		"another allowance": {in: policy(`[{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]`), deny: "not among them"},
	} {
		t.Run(name, func(t *testing.T) {
			var e cloud.Estate
			if err := Read("a.json", strings.NewReader(x.in), &e); err != nil || len(e.Launch) != 1 {
				t.Fatalf("%d rules, %v", len(e.Launch), err)
			}
			r := e.Launch[0]
			says := func(is, want string) bool { return strings.Contains(is, want) && (is == "") == (want == "") }
			if limits := limitsOf(r); limits != x.limits || !says(r.MayLet, x.mayLet) || !says(r.MayDeny, x.deny) {
				t.Errorf("%q: %+v", limits, r)
			}
			if settings := strings.HasPrefix(x.in, `{"State"`); r.Regional != settings || settings && r.Name != "a.json" {
				t.Errorf("%+v", r)
			}
		})
	}
}

// limitsOf are those of a rule, each as BY[REGIONS](OWNERS).
func limitsOf(r cloud.LaunchRule) string {
	var limits []string
	for _, l := range r.Limits {
		var regions []string
		for _, s := range l.Regions {
			regions = append(regions, s.Region)
		}
		by := [...]string{cloud.ByEither: "either", cloud.ByAccount: "account", cloud.ByGroup: "group"}[l.By]
		limits = append(limits, by+"["+strings.Join(regions, " ")+"]("+strings.Join(l.Owners, " ")+")")
	}
	return strings.Join(limits, " ")
}

func TestFaults(t *testing.T) {
	const policy = `{"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": "CONTENT"}}`
	for in, want := range map[string]string{
		`{"State": "perhaps", "ManagedBy": "account"}`:                           `a.json:1: State: is "perhaps", wants enabled`,
		`{"State": 3, "ManagedBy": "account"}`:                                   "a.json:1",
		strings.Replace(policy, "CONTENT", "{", 1):                               "is no policy",
		strings.Replace(policy, "CONTENT", `{\"Statement\": 3}`, 1):              "is no policy",
		`{"Policy": {"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"}}`: "is no rule for images",
	} {
		var e cloud.Estate
		if err := Read("a.json", strings.NewReader(in), &e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", in, err)
		}
	}
}
