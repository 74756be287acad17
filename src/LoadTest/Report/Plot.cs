using System.Globalization;
using System.Net;
using System.Text;

namespace Doorbuster.LoadTest.Report;

/// <summary>Lines over time as inline SVG: no script, nothing fetched, prints well.</summary>
internal static class Plot
{
    private const int Width = 760;
    private const int Height = 220;
    private const int Left = 64;
    private const int Bottom = 28;
    private const int Top = 12;
    private const int GridLines = 4;
    private const int PointsMax = 600;

    public sealed record Line(string Name, string Color, IReadOnlyList<double> Values);

    /// <param name="at">The position of each value, such as seconds; the same for all lines.</param>
    public static string Draw(string title, string unit, string atUnit, IReadOnlyList<double> at, params Line[] lines)
    {
        var svg = new StringBuilder();
        svg.Append($"<figure><figcaption>{Text(title)} <small>{Text(unit)}</small></figcaption>");
        if (at.Count < 2)
            return svg.Append("<p>Too short to draw.</p></figure>").ToString();

        var (low, high) = (at[0], at[^1]);
        var top = NiceAbove(lines.SelectMany(l => l.Values).DefaultIfEmpty(0).Max());
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(title)}\">");
        for (var i = 0; i <= GridLines; i++)
        {
            var y = Y(top * i / GridLines, top);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" class=\"grid\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Short(top * i / GridLines)}</text>");
            var x = low + (high - low) * i / GridLines;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(x, low, high):0.#}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Short(x)}{(i == GridLines ? $" {Text(atUnit)}" : "")}</text>");
        }
        foreach (var line in lines)
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{Points(line, at, low, high, top)}\" fill=\"none\" stroke=\"{line.Color}\"/>");
        svg.Append("</svg><p class=\"legend\">");
        foreach (var line in lines)
            svg.Append(CultureInfo.InvariantCulture, $"<span><i style=\"background:{line.Color}\"></i>{Text(line.Name)}: last {Short(line.Values[^1])}, highest {Short(line.Values.Max())}</span> ");
        return svg.Append("</p></figure>").ToString();
    }

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Points(Line line, IReadOnlyList<double> at, double low, double high, double top)
    {
        // A long run has more seconds than the page has pixels: the highest of each step is what must stay visible.
        var step = Math.Max(1, at.Count / PointsMax);
        var points = new StringBuilder();
        for (var i = 0; i < at.Count; i += step)
        {
            var value = line.Values.Skip(i).Take(step).Max();
            points.Append(CultureInfo.InvariantCulture, $"{X(at[i], low, high):0.#},{Y(value, top):0.#} ");
        }
        return points.ToString();
    }

    private static double X(double at, double low, double high) => Left + (Width - Left - 30) * (at - low) / Math.Max(high - low, 1e-9);

    private static double Y(double value, double top) => Top + (Height - Top - Bottom) * (1 - value / top);

    private static double NiceAbove(double value)
    {
        if (value <= 0)
            return 1;
        var scale = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (double[])[1, 2, 4, 5, 8, 10])
            if (value <= step * scale)
                return step * scale;
        return 10 * scale;
    }

    private static string Short(double value) => value switch
    {
        >= 1_000_000 => $"{value / 1_000_000:0.##}M",
        >= 10_000 => $"{value / 1_000:0.#}k",
        >= 100 or 0 => $"{value:0}",
        _ => $"{value:0.##}",
    };
}
