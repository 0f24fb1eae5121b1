package cluster

// startEtcd: nothing is kept beyond the cluster's life, so nothing is synced.
func (c *Cluster) startEtcd(client, peer string) error {
	return c.keeper.start("etcd", c.set.Path("etcd"), nil,
		"--name=lab", "--data-dir="+c.file("etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=lab="+peer)
}

func (c *Cluster) startAPI(etcd, port string) error {
	audit, err := c.audit()
	if err != nil {
		return err
	}
	return c.keeper.start("kube-apiserver", c.set.Path("kube-apiserver"), nil, append(audit,
		"--etcd-servers="+etcd, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port="+port,
		"--cert-dir="+c.file("certs"), "--token-auth-file="+c.file("tokens.csv"), "--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+c.file("sa.key"), "--service-account-signing-key-file="+c.file("sa.key"),
		"--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none", "--etcd-compaction-interval="+c.options.Compact.String(),
		"--disable-admission-plugins=ServiceAccount")...)
}

// startControllers starts all that works on the API server.
func (c *Cluster) startControllers(metrics, health, kwok string) error {
	if err := c.keeper.start("kube-controller-manager", c.set.Path("kube-controller-manager"), nil,
		"--kubeconfig="+c.Kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--service-account-private-key-file="+c.file("sa.key"), "--flex-volume-plugin-dir="+c.file("flexvolume"),
		"--controllers=*,-nodeipam,-route,-service-lb-controller",
		"--node-monitor-grace-period="+c.options.NodeGrace.String()); err != nil {
		return err
	}
	if err := c.keeper.start("kube-scheduler", c.set.Path("kube-scheduler"), nil,
		"--kubeconfig="+c.Kubeconfig, "--leader-elect=false", "--secure-port=0"); err != nil {
		return err
	}
	if err := c.write("stages.yaml", []byte(stages(c.options))); err != nil {
		return err
	}
	kubelets := []string{"--kubeconfig=" + c.Kubeconfig, "--config=" + c.file("stages.yaml"), "--manage-all-nodes",
		"--server-address=127.0.0.1:" + kwok}
	if c.options.Heartbeats {
		kubelets = append(kubelets, "--node-lease-duration-seconds=40") // as a kubelet has it
	}
	if err := c.keeper.start("kwok", c.set.Path("kwok"), nil, kubelets...); err != nil {
		return err
	}
	environment := []string{"KUBECONFIG=" + c.Kubeconfig, "KUBERNETES_MIN_VERSION=1.19.0"}
	if c.options.Repairs {
		environment = append(environment, "FEATURE_GATES=NodeRepair=true")
	}
	return c.keeper.start("karpenter", c.set.Path("karpenter"), environment,
		"-disable-leader-election=true", "-metrics-port="+metrics, "-health-probe-port="+health)
}
