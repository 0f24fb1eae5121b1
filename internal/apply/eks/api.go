package eks

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	sdk "github.com/aws/aws-sdk-go-v2/service/eks"
)

// timeout is how long one request may take: shorter than the lease under which it is made.
const timeout = 10 * time.Second

// API is a client of EKS in a region.
type API func(ctx context.Context, region string) (*sdk.Client, error)

// Configured is a client as the tools of AWS are configured: environment, files, the role of a pod.
// AWS_ENDPOINT_URL_EKS says where EKS is, where it is elsewhere. No request is repeated by itself.
func Configured() API {
	var mu sync.Mutex
	all := map[string]*sdk.Client{}
	return func(ctx context.Context, region string) (*sdk.Client, error) {
		mu.Lock()
		defer mu.Unlock()
		if c := all[region]; c != nil {
			return c, nil
		}
		c, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }))
		if err != nil {
			return nil, fmt.Errorf("the configuration of AWS: %w", err)
		}
		all[region] = sdk.NewFromConfig(c)
		return all[region], nil
	}
}
