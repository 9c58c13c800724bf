"""What CloudWatch and Prometheus are told."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families
from twoway_proxy.metrics.cloudwatch import CloudWatch, Increments
from twoway_proxy.metrics.gauge import Gauge
from twoway_proxy.metrics.prometheus import Scrape, labelled

AGE = Gauge(name="parameters_age_seconds", value=1.5, help="How old")
UNKNOWN = Gauge(name="services", value=None, help="How many")


def test_counters_are_told_by_what_they_grew() -> None:
    increments = Increments()
    assert increments.of({"Requests": 10}) == {"Requests": 10}
    assert increments.of({"Requests": 25}) == {"Requests": 15}
    assert increments.of({"Requests": 25}) == {"Requests": 0}


def test_a_counter_of_a_new_envoy_begins_anew() -> None:
    increments = Increments()
    increments.of({"Requests": 25})
    assert increments.of({"Requests": 4}) == {"Requests": 4}


def test_cloudwatch_gets_counts_and_gauges_of_the_fleet() -> None:
    data = CloudWatch("ap-northeast-1", "tokyo", "service").data({"Requests": 7}, [AGE, UNKNOWN])
    assert [(each["MetricName"], each["Value"], each["Unit"]) for each in data] == [
        ("Requests", 7, "Count"),
        ("ParametersAgeSeconds", 1.5, "Seconds"),
    ]
    assert data[0]["Dimensions"] == [{"Name": "Link", "Value": "tokyo"}, {"Name": "Proxy", "Value": "service"}]


def test_one_scrape_has_envoys_metrics_and_the_agents() -> None:
    odd = 'or"ders\\\n'
    health = labelled("service_healthy", "Whether well", "service", [("orders", 1.0), (odd, 0.0)])
    text = Scrape(lambda: [AGE, UNKNOWN], lambda: [health]).text("# TYPE envoy_up gauge\nenvoy_up{} 1")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["envoy_up",] == 1
    assert samples["twoway_parameters_age_seconds",] == 1.5
    assert samples["twoway_service_healthy", "orders"] == 1 and samples["twoway_service_healthy", odd] == 0
    assert samples["twoway_agent_process_resident_memory_bytes",] > 0
    assert ("twoway_services",) not in samples
