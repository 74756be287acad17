using System.Globalization;
using System.Net;

namespace Doorbuster.Catalog.Demo;

/// <summary>A picture for every demonstration product, drawn from its SKU: no file, no network, no licence.</summary>
internal static class DemoImage
{
    public static string Draw(string sku, string title, int category)
    {
        var hash = 17u;
        foreach (var letter in sku)
            hash = (hash * 31) + letter;
        var hue = ((category * 30) + (hash % 24)) % 360;
        var (turn, size) = (hash / 24 % 90, 90 + (hash / 2160 % 50));
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" role="img" aria-label="{WebUtility.HtmlEncode(title)}">
            <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl({hue} 45% 90%)"/><stop offset="1" stop-color="hsl({hue} 40% 76%)"/></linearGradient></defs>
            <rect width="480" height="480" fill="url(#g)"/>
            <g transform="translate(240 215) rotate({turn - 45.0})" fill="hsl({hue} 45% 45%)">{Shape(category, size)}</g>
            <text x="240" y="408" text-anchor="middle" font-family="system-ui, sans-serif" font-size="26" fill="hsl({hue} 45% 22%)">{WebUtility.HtmlEncode(title)}</text>
            <text x="240" y="442" text-anchor="middle" font-family="ui-monospace, monospace" font-size="16" fill="hsl({hue} 30% 38%)">{WebUtility.HtmlEncode(sku)}</text>
            </svg>
            """);
    }

    private static string Shape(int category, uint size) => (category % 4) switch
    {
        0 => $"""<circle r="{size}"/><circle r="{size / 2}" fill="#fff" fill-opacity=".45"/>""",
        1 => $"""<rect x="-{size}" y="-{size}" width="{size * 2}" height="{size * 2}" rx="{size / 3}"/><rect x="-{size / 2}" y="-{size / 2}" width="{size}" height="{size}" rx="{size / 6}" fill="#fff" fill-opacity=".45"/>""",
        2 => $"""<path d="M0 -{size} L{size} {size} L-{size} {size} Z"/><circle cy="{size / 3}" r="{size / 3}" fill="#fff" fill-opacity=".45"/>""",
        _ => $"""<ellipse rx="{size}" ry="{size * 2 / 3}"/><ellipse rx="{size / 3}" ry="{size / 2}" fill="#fff" fill-opacity=".45"/>""",
    };
}
