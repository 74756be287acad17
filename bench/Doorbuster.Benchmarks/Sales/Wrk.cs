using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Doorbuster.Benchmarks.Sales;

/// <summary>A generator in C, to know whether ours is the one that is slow.</summary>
internal static partial class Wrk
{
    private const string Script =
        """wrk.method = "POST" wrk.body = '{"quantity":1}' wrk.headers["Content-Type"] = "application/json" """;

    /// <summary>Requests a second; null when wrk is not installed.</summary>
    public static async Task<double?> Measure(Uri url, int connections, double seconds, CancellationToken cancel)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script, cancel);
            var duration = $"{Math.Max(1, (int)seconds)}";
            var said = await Processes.Read("wrk", ["-t1", $"-c{connections}", $"-d{duration}", "-s", script, url.ToString()], cancel);
            return double.Parse(Rate().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"Requests/sec:\s*([0-9.]+)")]
    private static partial Regex Rate();
}
