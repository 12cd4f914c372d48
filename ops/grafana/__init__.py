"""Grafana: data source, dashboards, and the script that makes these (`python -m ops.grafana.generate`)."""
