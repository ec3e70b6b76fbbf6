"""Counts from a Prometheus server, or whatever speaks its HTTP API: `use = "prometheus"`."""

from bot.ports.integration import Integration
from integrations.prometheus.settings import PrometheusSettings
from integrations.prometheus.source import build

INTEGRATION = Integration(
    name="prometheus",
    summary="asks a Prometheus server by PromQL",
    settings=PrometheusSettings,
    build=build,
)
