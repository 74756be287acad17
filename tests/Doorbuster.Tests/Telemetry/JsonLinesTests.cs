using System.Diagnostics;
using System.Text.Json;
using Doorbuster.Platform.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorbuster.Tests.Telemetry;

public sealed class JsonLinesTests
{
    [Fact]
    public void A_line_is_one_object_with_the_named_values_and_the_trace()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        KeyValuePair<string, object?>[] values = [new("Count", 3), new("{OriginalFormat}", "Sold {Count}")];

        using var text = new StringWriter();
        new JsonLines(TimeProvider.System).Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                LogLevel.Warning, "Doorbuster.Sales", default, values, new InvalidOperationException("two\nlines"),
                (_, _) => "Sold 3"),
            null, text);

        var line = Assert.Single(text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("Warning", json.GetProperty("level").GetString());
        Assert.Equal("Sold 3", json.GetProperty("message").GetString());
        Assert.Equal(3, json.GetProperty("Count").GetInt32());
        Assert.Equal(activity.TraceId.ToHexString(), json.GetProperty("TraceId").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), json.GetProperty("SpanId").GetString());
        Assert.Contains("two\nlines", json.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.False(json.TryGetProperty("{OriginalFormat}", out _));
    }
}
