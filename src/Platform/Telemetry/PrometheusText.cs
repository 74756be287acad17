using System.Globalization;
using System.Text;

namespace Doorbuster.Platform.Telemetry;

/// <summary>The words of Prometheus's text format 0.0.4: names, units, escapes, numbers.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenTelemetry's name in Prometheus's form: <c>http.server.request.duration</c> in <c>s</c> becomes
    /// <c>http_server_request_duration_seconds</c>.</summary>
    public static string MetricName(string name, string unit, bool isCounter)
    {
        var text = Sanitize(name, colonAllowed: true);
        var suffix = UnitSuffix(unit, isCounter);
        if (isCounter && text.EndsWith("_total", StringComparison.Ordinal))
            text = text[..^"_total".Length];
        if (suffix.Length > 0 && !text.EndsWith("_" + suffix, StringComparison.Ordinal))
            text = $"{text}_{suffix}";
        return isCounter ? text + "_total" : text;
    }

    public static string LabelName(string name) => Sanitize(name, colonAllowed: false);

    public static void AppendLabelValue(StringBuilder to, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => to.Append(@"\\"),
                '"' => to.Append("\\\""),
                '\n' => to.Append(@"\n"),
                _ => to.Append(c),
            };
        }
    }

    public static void AppendHelp(StringBuilder to, string text)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => to.Append(@"\\"),
                '\n' => to.Append(@"\n"),
                '\r' => to,
                _ => to.Append(c),
            };
        }
    }

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Sanitize(string name, bool colonAllowed)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var isGood = char.IsAsciiLetterOrDigit(c) || c == '_' || c == ':' && colonAllowed;
            if (text.Length == 0 && char.IsAsciiDigit(c))
                text.Append('_');
            if (isGood || text.Length == 0 || text[^1] != '_')    // "a..b" is a_b, not a__b
                text.Append(isGood ? c : '_');
        }
        return text.ToString();
    }

    private static string UnitSuffix(string unit, bool isCounter)
    {
        if (unit.Length == 0 || unit[0] == '{')
            return "";    // an annotation such as {request} counts things and is no unit
        if (unit == "1")
            return isCounter ? "" : "ratio";
        var parts = unit.Split('/', 2);
        return parts.Length == 1
            ? Word(parts[0])
            : parts[0].StartsWith('{') ? $"per_{One(parts[1])}" : $"{Word(parts[0])}_per_{One(parts[1])}";
    }

    private static string One(string unit) => Word(unit).TrimEnd('s');

    private static string Word(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "%" => "percent",
        "1" => "ratio",
        _ => Sanitize(unit.Trim('{', '}'), colonAllowed: false),
    };
}
