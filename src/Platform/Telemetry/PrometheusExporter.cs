using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Doorbuster.Platform.Telemetry;

/// <summary>Writes what the SDK collected as Prometheus text. Called when <c>/metrics</c> is asked, at no other
/// time.</summary>
internal sealed class PrometheusExporter : BaseExporter<Metric>
{
    private readonly Dictionary<string, (string Type, StringBuilder Text)> _families = [];

    /// <summary>The text of the last collection.</summary>
    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        _families.Clear();
        foreach (var metric in batch)
            Append(metric);

        var text = new StringBuilder();
        foreach (var (_, family) in _families.OrderBy(family => family.Key, StringComparer.Ordinal))
            text.Append(family.Text);
        Text = text.ToString();
        return ExportResult.Success;
    }

    private void Append(Metric metric)
    {
        var type = TypeOf(metric.MetricType);
        if (type is null)
            return;
        var name = PrometheusText.MetricName(metric.Name, metric.Unit, type == "counter");
        if (!_families.TryGetValue(name, out var family))
            _families[name] = family = (type, Head(name, type, metric.Description));
        if (family.Type != type)
            return;    // Two meters disagree about what the name is; a text that says both is refused whole.

        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (type == "histogram")
                AppendHistogram(family.Text, name, point);
            else
                AppendSample(family.Text, name, point.Tags, null, Value(metric.MetricType, point));
        }
    }

    private static StringBuilder Head(string name, string type, string description)
    {
        var text = new StringBuilder();
        if (description.Length > 0)
        {
            text.Append("# HELP ").Append(name).Append(' ');
            PrometheusText.AppendHelp(text, description);
            text.Append('\n');
        }
        return text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private static void AppendHistogram(StringBuilder text, string name, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            AppendSample(text, name + "_bucket", point.Tags, PrometheusText.Number(bucket.ExplicitBound),
                below.ToString(CultureInfo.InvariantCulture));
        }
        AppendSample(text, name + "_sum", point.Tags, null, PrometheusText.Number(point.GetHistogramSum()));
        AppendSample(text, name + "_count", point.Tags, null,
            point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
    }

    private static void AppendSample(
        StringBuilder text, string name, ReadOnlyTagCollection tags, string? bound, string value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (key, tag) in tags)
        {
            text.Append(separator).Append(PrometheusText.LabelName(key)).Append("=\"");
            PrometheusText.AppendLabelValue(text, LabelValue(tag));
            text.Append('"');
            separator = ',';
        }
        if (bound is not null)
        {
            text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }
        if (separator == ',')
            text.Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string LabelValue(object? tag) => tag switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic =>
            point.GetSumLong().ToString(CultureInfo.InvariantCulture),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => PrometheusText.Number(point.GetSumDouble()),
        MetricType.LongGauge => point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture),
        _ => PrometheusText.Number(point.GetGaugeLastValueDouble()),
    };

    private static string? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,    // exponential histograms have no form in this text
    };
}
