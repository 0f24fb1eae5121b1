package purpose

import (
	"strings"
	"testing"
)

func TestOfSetting(t *testing.T) {
	for setting, want := range map[string]Stage{
		"NODE_ENV=development": Before, "RAILS_ENV=staging": Before, "ASPNETCORE_ENVIRONMENT=Development": Before,
		"DJANGO_SETTINGS_MODULE=shop.settings.dev": Before,
		"SPRING_PROFILES_ACTIVE=kubernetes,dev":    Before, "--spring.profiles.active=qa": Before,
		"SHOP_ENVIRONMENT=test": Before, "SHOP_ENV=eu-staging": Before, "environment=test2": Before,
		`APP_ENV="uat"`: Before, "env=non-prod": Before,
		"ENV=dev-eu": Before, "STAGE=preprod": Before, "--env=staging": Before,

		"ENVIRONMENT=production": Live, "APP_ENV=eu-prod": Live, "SHOP_ENV=prod": Live, "ENV=prod-test": Live,

		"NODE_ENV=production": Unsaid, "SPRING_PROFILES_ACTIVE=prod,local": Unsaid, "NODE_ENV=": Unsaid, "ENV=$(ENV)": Unsaid,
		"NODE_ENV=developer-portal": Unsaid, "ENVIRONMENT=testkube": Unsaid, "SHOP_ENV=test-runner": Unsaid, "SHOP_ENV=ci": Before,
		"SHOP_ENV=eu-ci": Unsaid, "PYTHON=dev": Unsaid, "TEST_MODE=test": Unsaid, "DATABASE=shop_test": Unsaid, "LOG_LEVEL=dev": Unsaid,
		"AZURE_ENVIRONMENT=AzurePublicCloud": Unsaid, "ENV=live": Unsaid, "VIRTUAL_ENV=/opt/venv": Unsaid, "KUBECONFIG_ENV=latest": Unsaid,
		"DJANGO_SETTINGS_MODULE=developers.settings": Unsaid, "ENVIRONMENT=" + strings.Repeat("dev ", 20): Unsaid,
	} {
		name, value, _ := strings.Cut(setting, "=")
		if got := OfSetting(name, value); got != want {
			t.Errorf("%s: %v, want %v", setting, got, want)
		}
	}
}
