package eks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	sdk "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// group is a managed node group.
type group struct {
	api                   API
	region, cluster, name string
}

// fits reports what of a node group is not as it was planned.
func (g group) fits(ctx context.Context, with map[string]string) error {
	is, err := ask(ctx, g, "reading node group "+g.name, func(ctx context.Context, c *sdk.Client) (*sdk.DescribeNodegroupOutput, error) {
		return c.DescribeNodegroup(ctx, &sdk.DescribeNodegroupInput{ClusterName: &g.cluster, NodegroupName: &g.name})
	})
	if err != nil {
		return unseen(err)
	}
	n := is.Nodegroup
	switch {
	case n == nil:
		return errors.New("EKS says nothing of node group " + g.name)
	case n.Status == types.NodegroupStatusUpdating:
		return &apply.Wait{What: "another update of node group " + g.name + " is underway", Poll: poll}
	case n.Status != types.NodegroupStatusActive && n.Status != types.NodegroupStatusDegraded:
		return fmt.Errorf("node group %s is %s", g.name, strings.ToLower(string(n.Status)))
	}
	planned, err := strconv.Atoi(with[step.AtOnce])
	if err != nil {
		return fmt.Errorf("%s: %w", step.AtOnce, err)
	}
	nodes := len(strings.Split(with[step.NodeUIDs], ","))
	if n := atOnce(n, nodes); n > planned {
		return fmt.Errorf("node group %s takes %s at a time by its updateConfig, and %d was planned: aws eks update-nodegroup-config "+
			"--cluster-name %s --nodegroup-name %s --update-config maxUnavailable=%d, or plan with --max-unavailable %d",
			g.name, words.Count(n, "node"), planned, g.cluster, g.name, planned, n)
	}
	if is, was := strategy(n), with[step.Strategy]; !strings.EqualFold(is, was) {
		return fmt.Errorf("node group %s has the update strategy %s, and %s was planned", g.name, orUsual(is), orUsual(was))
	}
	return nil
}

// atOnce is how many nodes an update takes at a time.
func atOnce(n *types.Nodegroup, nodes int) int {
	most := 1
	if c := n.UpdateConfig; c != nil {
		switch {
		case c.MaxUnavailable != nil:
			most = int(*c.MaxUnavailable)
		case c.MaxUnavailablePercentage != nil:
			most = (nodes*int(*c.MaxUnavailablePercentage) + 99) / 100
		}
	}
	return min(max(most, 1), nodes)
}

// strategy is that of an update; empty for the usual one.
func strategy(n *types.Nodegroup) string {
	if c := n.UpdateConfig; c != nil && c.UpdateStrategy != types.NodegroupUpdateStrategiesDefault {
		return string(c.UpdateStrategy)
	}
	return ""
}

func orUsual(strategy string) string {
	if strategy == "" {
		return string(types.NodegroupUpdateStrategiesDefault)
	}
	return strategy
}

// begin begins an update. It is never forced: a drain that a PDB holds fails it.
func (g group) begin(ctx context.Context, version, token string) (id string, err error) {
	what := "updating node group " + g.name
	out, err := ask(ctx, g, what, func(ctx context.Context, c *sdk.Client) (*sdk.UpdateNodegroupVersionOutput, error) {
		return c.UpdateNodegroupVersion(ctx, &sdk.UpdateNodegroupVersionInput{ClusterName: &g.cluster, NodegroupName: &g.name,
			Version: &version, ClientRequestToken: &token})
	})
	switch {
	case err != nil:
		return "", refused(err)
	case out.Update == nil || out.Update.Id == nil:
		return "", errors.New("EKS names no update")
	}
	return *out.Update.Id, nil
}

// updates are the ids of all updates of the node group.
func (g group) updates(ctx context.Context) ([]string, error) {
	all := []string{}
	var next *string
	for {
		what := "listing updates of node group " + g.name
		out, err := ask(ctx, g, what, func(ctx context.Context, c *sdk.Client) (*sdk.ListUpdatesOutput, error) {
			return c.ListUpdates(ctx, &sdk.ListUpdatesInput{Name: &g.cluster, NodegroupName: &g.name, NextToken: next})
		})
		if err != nil {
			return nil, unseen(err)
		}
		all = append(all, out.UpdateIds...)
		if next = out.NextToken; next == nil || *next == "" {
			slices.Sort(all)
			return all, nil
		}
	}
}

// update is one of them.
func (g group) update(ctx context.Context, id string) (*types.Update, error) {
	out, err := ask(ctx, g, "reading update "+id, func(ctx context.Context, c *sdk.Client) (*sdk.DescribeUpdateOutput, error) {
		return c.DescribeUpdate(ctx, &sdk.DescribeUpdateInput{Name: &g.cluster, NodegroupName: &g.name, UpdateId: &id})
	})
	switch {
	case err != nil:
		return nil, unseen(err)
	case out.Update == nil:
		return nil, errors.New("EKS says nothing of update " + id)
	}
	return out.Update, nil
}

// ask makes one request, once.
func ask[T any](ctx context.Context, g group, what string, do func(context.Context, *sdk.Client) (T, error)) (T, error) {
	var none T
	ctx, done := context.WithTimeout(ctx, timeout)
	defer done()
	c, err := g.api(ctx, g.region)
	if err == nil {
		none, err = do(ctx, c)
	}
	if err != nil {
		return none, fmt.Errorf("%s: %w", what, err)
	}
	return none, nil
}

// unseen sorts the errors of requests that change nothing: what may be asked again is waited for.
func unseen(err error) error {
	if unsigned(err) {
		return halted(err)
	}
	if said := code(err); said == 0 || said == http.StatusTooManyRequests || said >= 500 || throttled(err) {
		return &apply.Wait{What: words.OneLine(err.Error()), Poll: poll}
	}
	return halted(err)
}

// refused sorts the errors of a call: where EKS said no, or was never reached, nothing was begun.
func refused(err error) error {
	var down *net.OpError
	said := code(err)
	switch {
	case throttled(err) || said == http.StatusTooManyRequests || said == http.StatusConflict:
		return &apply.Refused{Err: &apply.Wait{What: words.OneLine(err.Error()), Poll: poll}}
	case errors.As(err, &down) && down.Op == "dial":
		return &apply.Refused{Err: &apply.Wait{What: words.OneLine(err.Error()), Poll: poll}}
	case said == 0 && unsigned(err):
		return halted(err)
	case said >= 400 && said < 500:
		if halt := halted(err); halt != err {
			return halt
		}
		return &apply.Refused{Err: err}
	}
	return err
}

// halted is the error that pauses all where there are no rights, or no credentials.
func halted(err error) error {
	if said := code(err); said == http.StatusUnauthorized || said == http.StatusForbidden || unsigned(err) {
		return &apply.Halt{Why: words.OneLine(err.Error())}
	}
	return err
}

// unsigned reports whether a request could not be signed, and so was never sent.
func unsigned(err error) bool {
	var no *aws.MissingRegionError
	return errors.As(err, &no) || strings.Contains(err.Error(), "failed to refresh cached credentials") ||
		strings.Contains(err.Error(), "get identity: ")
}

func throttled(err error) bool {
	var said smithy.APIError
	return errors.As(err, &said) && (strings.Contains(said.ErrorCode(), "Throttl") || said.ErrorCode() == "RequestLimitExceeded")
}

// code is the status of an answer; 0 where none came.
func code(err error) int {
	var said *awshttp.ResponseError
	if errors.As(err, &said) {
		return said.HTTPStatusCode()
	}
	return 0
}
