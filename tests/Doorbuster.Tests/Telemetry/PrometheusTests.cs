using System.Diagnostics.Metrics;
using Doorbuster.Platform.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Doorbuster.Tests.Telemetry;

public sealed class PrometheusTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("doorbuster.claims", "{claim}", true, "doorbuster_claims_total")]
    [InlineData("doorbuster.claims.total", "", true, "doorbuster_claims_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", true, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("doorbuster.ledger.batch.size", "{claim}", false, "doorbuster_ledger_batch_size")]
    [InlineData("memory_bytes", "By", false, "memory_bytes")]
    [InlineData("cpu.utilization", "1", false, "cpu_utilization_ratio")]
    [InlineData("throughput", "By/s", false, "throughput_bytes_per_second")]
    [InlineData("2nd..try-count", "", false, "_2nd_try_count")]
    [InlineData("waited", "ms", false, "waited_milliseconds")]
    public void Names_carry_their_unit(string name, string unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusText.MetricName(name, unit, isCounter));

    [Fact]
    public void Each_kind_of_instrument_is_written_in_its_form()
    {
        var text = Scrape(meter =>
        {
            var counter = meter.CreateCounter<long>("doorbuster.sold", "{unit}", "Units sold.");
            counter.Add(2, new KeyValuePair<string, object?>("sale", "mug"));
            counter.Add(3, new KeyValuePair<string, object?>("sale", "lamp"));
            meter.CreateUpDownCounter<int>("doorbuster.waiting").Add(-1);
            meter.CreateObservableGauge("doorbuster.age", () => 1.5, "s");
            var histogram = meter.CreateHistogram("doorbuster.took", "s", "Time taken.", null,
                new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
            foreach (var took in (double[])[0.05, 0.5, 0.7, 5])
                histogram.Record(took);
        });

        Assert.Equal("""
            # TYPE doorbuster_age_seconds gauge
            doorbuster_age_seconds 1.5
            # HELP doorbuster_sold_total Units sold.
            # TYPE doorbuster_sold_total counter
            doorbuster_sold_total{sale="mug"} 2
            doorbuster_sold_total{sale="lamp"} 3
            # HELP doorbuster_took_seconds Time taken.
            # TYPE doorbuster_took_seconds histogram
            doorbuster_took_seconds_bucket{le="0.1"} 1
            doorbuster_took_seconds_bucket{le="1"} 3
            doorbuster_took_seconds_bucket{le="+Inf"} 4
            doorbuster_took_seconds_sum 6.25
            doorbuster_took_seconds_count 4
            # TYPE doorbuster_waiting gauge
            doorbuster_waiting -1

            """, text);
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        var text = Scrape(meter => meter.CreateCounter<long>("odd", "", "a\\b\nc").Add(
            1, new("the.label", "say \"hi\"\\\n"), new KeyValuePair<string, object?>("yes", true)));

        Assert.Equal("""
            # HELP odd_total a\\b\nc
            # TYPE odd_total counter
            odd_total{the_label="say \"hi\"\\\n",yes="true"} 1

            """, text);
    }

    [Fact]
    public void A_name_that_two_meters_use_for_different_things_is_written_once()
    {
        var text = Scrape(meter =>
        {
            meter.CreateUpDownCounter<long>("things").Add(1);
            meter.CreateHistogram<double>("things.").Record(1);
            meter.CreateHistogram<double>("things").Record(1);
        });

        Assert.Single(text.Split('\n'), line => line.StartsWith("# TYPE things ", StringComparison.Ordinal));
    }

    private static string Scrape(Action<Meter> measure)
    {
        var name = $"Tests.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
        using var meter = new Meter(name);
        using var exporter = new PrometheusExporter();
        using var reader = new BaseExportingMetricReader(exporter);
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(name).AddReader(reader).Build();
        measure(meter);
        reader.Collect();
        return exporter.Text;
    }
}
