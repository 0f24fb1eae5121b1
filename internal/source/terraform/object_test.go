package terraform

import (
	"encoding/json"
	"strings"
	"testing"
)

// madeOf are the objects of one module.
func madeOf(t *testing.T, text string) []Object {
	t.Helper()
	c := Configuration{}
	if err := c.Add("infra/main.tf", []byte(text)); err != nil {
		t.Fatal(err)
	}
	return c.Made()
}

// Blocks of the provider are the fields of Kubernetes, lists where there may be several, in their
// own types.
func TestObjectsOfTheProvider(t *testing.T) {
	const web = `
variable "env" {}
locals { labels = { app = "web" } }
resource "kubernetes_namespace" "web" {
  metadata { name = "web" }
}
resource "kubernetes_deployment_v1" "web" {
  wait_for_rollout = false
  metadata {
    name      = "web"
    namespace = kubernetes_namespace.web.metadata[0].name
    labels    = merge(local.labels, { env = var.env })
  }
  spec {
    replicas = "2"
    selector { match_labels = local.labels }
    strategy {
      type = "RollingUpdate"
      rolling_update {
        max_surge       = "50%"
        max_unavailable = "0"
      }
    }
    template {
      metadata {
        labels      = local.labels
        annotations = { port = 80 }
      }
      spec {
        termination_grace_period_seconds = 60
        service_account_name             = module.iam.name
        affinity {
          pod_anti_affinity {
            preferred_during_scheduling_ignored_during_execution {
              weight = 1
              pod_affinity_term {
                topology_key = "zone"
                label_selector {
                  match_expressions {
                    key      = "app"
                    operator = "In"
                    values   = ["web"]
                  }
                }
              }
            }
          }
        }
        toleration {
          key   = "spot"
          value = true
        }
        container {
          name  = "web"
          image = "registry.example.com/web:${var.env}"
          env {
            name  = "PORT"
            value = 8080
          }
          port { container_port = 8080 }
          readiness_probe {
            http_get {
              path = "/"
              port = "8080"
            }
            period_seconds = 5
          }
          resources {
            requests = { cpu = "1", memory = "1Gi" }
          }
        }
        volume {
          name = "keys"
          secret {
            secret_name  = "keys"
            default_mode = "0600"
          }
        }
      }
    }
  }
  lifecycle { prevent_destroy = true }
}
`
	const want = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"labels":{"app":"web","env":"onus-not-known"},"name":"web",` +
		`"namespace":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"strategy":{"rollingUpdate":{"maxSurge":"50%",` +
		`"maxUnavailable":0},"type":"RollingUpdate"},"template":{"metadata":{"annotations":{"port":"80"},"labels":{"app":"web"}},` +
		`"spec":{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"podAffinityTerm":{"labelSelector":` +
		`{"matchExpressions":[{"key":"app","operator":"In","values":["web"]}]},"topologyKey":"zone"},"weight":1}]}},"containers":` +
		`[{"env":[{"name":"PORT","value":"8080"}],"image":"registry.example.com/web:onus-not-known","name":"web","ports":` +
		`[{"containerPort":8080}],"readinessProbe":{"httpGet":{"path":"/","port":8080},"periodSeconds":5},"resources":{"requests":` +
		`{"cpu":"1","memory":"1Gi"}}}],"serviceAccountName":"onus-not-known","terminationGracePeriodSeconds":60,"tolerations":` +
		`[{"key":"spot","value":"true"}],"volumes":[{"name":"keys","secret":{"defaultMode":384,"secretName":"keys"}}]}}}}`
	all := madeOf(t, web)
	if len(all) != 1 || len(all[0].Open) > 0 || all[0].Position.Line != 7 {
		t.Fatalf("%+v", all)
	}
	if got, _ := json.Marshal(all[0].Value); string(got) != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestOtherObjectsOfTheProvider(t *testing.T) {
	for text, want := range map[string]string{
		`kubernetes_service" "a" {
  metadata { name = "a" }
  spec {
    type     = "LoadBalancer"
    selector = { app = var.app }
    port {
      port        = 80
      target_port = "http"
    }
    external_ips = []
  }
}`: `{"ports":[{"port":80,"targetPort":"http"}],"selector":{"app":"var.app.REF"},"type":"LoadBalancer"}`,
		`kubernetes_pod_disruption_budget_v1" "a" {
  metadata { name = "a" }
  spec {
    max_unavailable = "1"
    selector { match_labels = { app = "a" } }
  }
}`: `{"maxUnavailable":1,"selector":{"matchLabels":{"app":"a"}}}`,
		`kubernetes_ingress_v1" "a" {
  metadata { name = "a" }
  spec {
    ingress_class_name = "alb"
    rule {
      host = "a.example.com"
      http {
        path {
          path = "/"
          backend {
            service {
              name = "a"
              port { number = 80 }
            }
          }
        }
      }
    }
  }
}`: `{"ingressClassName":"alb","rules":[{"host":"a.example.com",` +
			`"http":{"paths":[{"backend":{"service":{"name":"a","port":{"number":80}}},"path":"/"}]}}]}`,
		`kubernetes_horizontal_pod_autoscaler_v2" "a" {
  metadata { name = "a" }
  spec {
    min_replicas = 2
    max_replicas = 5
    scale_target_ref {
      api_version = "apps/v1"
      kind        = "Deployment"
      name        = "a"
    }
    metric {
      type = "Resource"
      resource {
        name = "cpu"
        target {
          type                = "Utilization"
          average_utilization = 80
        }
      }
    }
  }
}`: `{"maxReplicas":5,"metrics":[{"resource":{"name":"cpu","target":{"averageUtilization":80,"type":"Utilization"}},"type":"Resource"}],` +
			`"minReplicas":2,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"a"}}`,
		`kubernetes_cron_job_v1" "a" {
  metadata { name = "a" }
  spec {
    schedule = "0 * * * *"
    job_template {
      spec {
        backoff_limit = 2
        template {
          spec {
            restart_policy = "Never"
            dynamic "container" {
              for_each = ["x", "y"]
              content {
                name = container.value
              }
            }
            node_affinity_is_no_field = null
          }
        }
      }
    }
  }
}`: `{"jobTemplate":{"spec":{"backoffLimit":2,"template":{"spec":{"containers":[{"name":"x"},{"name":"y"}],"restartPolicy":"Never"}}}},` +
			`"schedule":"0 * * * *"}`,
		`kubernetes_manifest" "a" {
  manifest = { apiVersion = "v1", kind = "Service", metadata = { name = "a", namespace = var.app }, spec = { ports = [] } }
}`: `{"ports":[]}`,
		`kubernetes_manifest" "a" {
  manifest = yamldecode("apiVersion: v1\nkind: Service\nspec: {type: ClusterIP}")
}`: `{"type":"ClusterIP"}`,
		`kubectl_manifest" "a" {
  yaml_body = <<-EOT
    apiVersion: v1
    kind: Service
    metadata: {annotations: {zone: "${var.app}"}}
    spec: {type: ClusterIP}
  EOT
}`: `{"type":"ClusterIP"}`,
		`kubectl_manifest" "a" {
  yaml_body = yamlencode({
    apiVersion = "v1", kind = "Pod", metadata = { name = "a" }, spec = { containers = [{ name = "a", image = var.app }] }
  })
}`: `{"containers":[{"image":"onus-not-known","name":"a"}]}`,
	} {
		all := madeOf(t, "variable \"app\" {}\nresource \""+text)
		if len(all) != 1 || len(all[0].Open) > 0 {
			t.Errorf("%s: %+v", text, all)
			continue
		}
		got, _ := json.Marshal(all[0].Value["spec"])
		if _, ref, found := strings.Cut(string(got), `"var.app.`); found {
			ref, _, _ = strings.Cut(ref, `"`)
			got = []byte(strings.Replace(string(got), ref, "REF", 1))
		}
		if string(got) != want {
			t.Errorf("%s\nis %s\nwant %s", text, got, want)
		}
	}
}

// What something rests on and is not known is named.
func TestObjectsThatAreNotKnown(t *testing.T) {
	deployment := func(spec string) string {
		return "kubernetes_deployment\" \"a\" {\n metadata {\n name = \"a\"\n }\n spec {\n " + spec + "\n }\n}"
	}
	pod := func(spec string) string { return deployment("template {\n spec {\n " + spec + "\n }\n }") }
	dynamic := func(name string) string { return pod("dynamic \"" + name + "\" {\n for_each = var.n\n content {}\n }") }
	called := func(name string) string {
		return "kubernetes_deployment\" \"a\" {\n metadata {\n name = " + name + "\n }\n spec {}\n}"
	}
	of := func(kind, setting string) string { return kind + `" "a" {` + "\n " + setting + "\n}" }
	for text, want := range map[string]string{
		deployment(`replicas = var.n`): "spec.replicas",
		deployment("replicas = 1\n}\nlifecycle {\nignore_changes = [spec[0].replicas]"):      "spec.replicas",
		deployment("selector {\n match_labels = var.n\n }"):                                  "spec.selector.match_labels",
		pod("node_selector = { pool = var.n }"):                                              "",
		pod("node_selector = var.n"):                                                         "spec.template.spec.node_selector",
		pod("node_selector = { role = trimspace(data.x.y.value) }"):                          "spec.template.spec.node_selector",
		deployment("selector {\n match_labels = { server = trimspace(data.x.y.value) }\n }"): "spec.selector.match_labels",
		dynamic("toleration"):                         "spec.template.spec.toleration",
		dynamic("volume_mount"):                       "",
		`kubernetes_deployment" "a" {}`:               "metadata,spec",
		of("kubernetes_manifest", "manifest = var.n"): "what it is",
		of("kubernetes_manifest", `manifest = { kind = "A", spec = { replicas = var.n } }`): "spec.replicas",
		of("kubectl_manifest", `yaml_body = file("a.yaml")`):                                "none",
		`kubernetes_config_map" "a" {}`:                                                     "none",
		of("kubernetes_deployment", "count = 0"):                                            "none",
		called("upper(var.n)"):                                                              "metadata.name",
		called(`"${var.n}-web"`):                                                            "",
	} {
		all := madeOf(t, "variable \"n\" {}\nresource \""+text)
		got := "none"
		if len(all) == 1 {
			got = strings.Join(all[0].Open, ",")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// How many pods there are is left to others with all that a resource says, or what the replicas are a part of.
func TestReplicasThatAreLeftToOthers(t *testing.T) {
	for ignored, open := range map[string]bool{
		"all": true, "[spec]": true, "[spec[0]]": true, "[spec[0].replicas]": true, "[spec.0.replicas]": true, "[metadata, spec]": true,
		"[]": false, "[metadata]": false, "[spec[0].template]": false, "[spec[0].template[0].metadata]": false,
		"[metadata[0].annotations[\"replicas\"]]": false,
	} {
		for kind, has := range map[string]bool{"deployment": true, "stateful_set": true, "daemonset": false, "pod_disruption_budget": false} {
			all := madeOf(t, "resource \"kubernetes_"+kind+"\" \"a\" {\n metadata {\n name = \"a\"\n }\n spec {\n }\n"+
				" lifecycle {\n ignore_changes = "+ignored+"\n }\n}\n")
			if len(all) != 1 || (len(all[0].Open) > 0) != (open && has) {
				t.Errorf("%s, %s: %+v", kind, ignored, all)
			}
		}
	}
	const manifest = `manifest = { apiVersion = "apps/v1", kind = "Deployment", spec = { replicas = 1 } }` + "\n"
	for resource, open := range map[string]bool{
		`kubernetes_manifest" "a" {` + "\n" + manifest + "lifecycle {\n ignore_changes = [manifest.spec.replicas]\n}":         true,
		`kubernetes_manifest" "a" {` + "\n" + manifest + "lifecycle {\n ignore_changes = [manifest.metadata]\n}":              false,
		`kubernetes_manifest" "a" {` + "\n" + manifest + `computed_fields = ["spec.replicas"]`:                                true,
		`kubernetes_manifest" "a" {` + "\n" + manifest + `computed_fields = ["metadata.labels"]`:                              false,
		`kubectl_manifest" "a" {` + "\n yaml_body = \"{apiVersion: apps/v1, kind: Deployment}\"\n ignore_fields = [\"spec\"]": true,
	} {
		all := madeOf(t, "resource \""+resource+"\n}\n")
		if len(all) != 1 || (len(all[0].Open) > 0) != open {
			t.Errorf("%s: %+v", resource, all)
		}
	}
}

// The provider calls what a DaemonSet does on an update as a Deployment does.
func TestStrategyOfADaemonSet(t *testing.T) {
	for kind, want := range map[string]string{"daemonset": "updateStrategy", "daemon_set_v1": "updateStrategy", "deployment": "strategy"} {
		all := madeOf(t, "resource \"kubernetes_"+kind+"\" \"a\" {\n metadata {\n name = \"a\"\n }\n spec {\n strategy {\n"+
			" type = \"OnDelete\"\n }\n }\n}\n")
		spec, _ := all[0].Value["spec"].(map[string]any)
		if len(spec) != 1 || spec[want] == nil {
			t.Errorf("%s: %v", kind, spec)
		}
	}
}
