package step

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
)

// The actions of a plan of a fleet, each with the fields of Action.With that it takes.
const (
	// Patch runs Command for one instance, and is done once that has ended well and Verify, where it is set, ends well
	// too: Instance, Host, Product, Deployment, Role, Region, Account, Running, Fix, Lane, Within.
	Patch = "patch/exec"
	// Back runs Command for one instance to take its patch back: the same fields.
	Back = "back/exec"
	// Roll sets one field of Resource Namespace/Name, whose UID is ObjectUID, from Before to To (Empty where it was
	// there without text): the image of Container, or Path. It is done once its controller has rolled that out: a
	// StatefulSet by its status, and a custom resource by Well. Within, Lane, Deployment, Members.
	Roll = "patch/kubernetes"
	// Unroll sets it back to Before: the same fields.
	Unroll = "back/kubernetes"
	// Bake is done once Health has ended well for a deployment for Soak. Where it does not, Rollback, where it is set,
	// is run for each of its Instances that was patched, once Command, where it is set, says that the deployment may lose it;
	// where Resource is set that is set back, as by Unroll:
	// Deployment, Product, Region, Account, Within.
	Bake = "bake"
	// Gate is done once what it needs is, and so is a wave that begins when all of the one before has ended.
	Gate = "gate"
	// Announce tells whoever listens at URL that a wave is about to begin, and is done once that has said so: Deployments,
	// Reason.
	Announce = "announce"
)

// The guards of a plan of a fleet.
const (
	// Quorum holds while Command ends well, which says that a deployment may lose one member now: Deployment, Product,
	// Instance, Role, Region, Account.
	Quorum = "quorum"
	// Hours holds within a window that stays open for Room: the fields of Window. It is asked before each member, and not
	// about one that has begun.
	Hours = "hours"
	// Protected holds outside of a window, which does not begin within Room: the fields of Window.
	Protected = "protected"
	// Elapsed holds once After is over since the plan was begun.
	Elapsed = "elapsed"
	// InHand holds while fewer than Most other groups are in hand, of those of the same Lane where it is set.
	InHand = "in-hand"
	// Tolerates holds while no more than Most of a wave were given up: of Wave, where it is set, else of the step's own.
	Tolerates = "tolerates"
)

// The fields of those.
const (
	Instance    = "instance"
	Instances   = "instances" // a list as JSON
	Deployment  = "deployment"
	Deployments = "deployments" // how many
	Product     = "product"     // postgresql
	Role        = "role"
	Account     = "account"
	Running     = "running"  // the version that it runs
	Fix         = "fix"      // the version that it gets; empty where who patches knows
	Lane        = "lane"     // of deployments that only so many of are in hand at a time: a region
	Verify      = "verify"   // a command
	Health      = "health"   // a command
	Rollback    = "rollback" // a command
	Within      = "within"   // how long the command and Verify may take together: 1h0m0s
	After       = "after"    // 24h0m0s
	Most        = "most"
	Wave        = "wave"
	Host        = "host"
	URL         = "url"
	Reason      = "reason"
	Members     = "members"   // how many
	Resource    = "resource"  // statefulsets.v1.apps
	ObjectUID   = "objectUID" // of what has Namespace and Name
	Container   = "container" // of a pod template
	Path        = "path"      // spec.image
	Before      = "before"    // the value that is there; empty for none
	Empty       = "empty"     // true where the field is there, and Before is empty
	To          = "to"        // the value that it gets
	Well        = "well"      // status.state=ready: what is so once an operator is done
)

// StatefulSets is the Resource whose status onus knows by itself.
const StatefulSets = "statefulsets.v1.apps"

// Fields are those between the dots of a path; a dot of a name has a backslash before it.
func Fields(path string) (all []string, err error) {
	field := ""
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path):
			i++
			field += string(path[i])
		case path[i] == '.':
			all, field = append(all, field), ""
		default:
			field += string(path[i])
		}
	}
	all = append(all, field)
	if slices.Contains(all, "") {
		return nil, fmt.Errorf("%q has an empty field, wants such as spec.image", path)
	}
	return all, nil
}

// Member is an instance of a deployment, for what is run for each: Instances is a list of them.
type Member struct {
	Step     string `json:"step"` // that patches it
	Instance string `json:"instance"`
	Host     string `json:"host,omitempty"`
	Product  string `json:"product,omitempty"`
	Role     string `json:"role,omitempty"`
	Region   string `json:"region,omitempty"`
	Account  string `json:"account,omitempty"`
	Running  string `json:"running,omitempty"`
	Fix      string `json:"fix,omitempty"`
}

// CheckURL reports what is wrong with the address of an announcement.
func CheckURL(text string) error {
	if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("wants an address such as https://example.com/hook")
	}
	return nil
}
