using System.Diagnostics.Metrics;

namespace Doorbuster.UserCenter;

internal sealed class PartCounts
{
    private readonly Counter<long> _parts;

    public PartCounts(IMeterFactory meters) => _parts = meters.Create("Doorbuster.UserCenter").CreateCounter<long>(
        "doorbuster.overview.parts", "{part}", "Parts of overviews shown, by part and where they came from.");

    public void Count(PartResult part) => _parts.Add(1,
        new KeyValuePair<string, object?>("part", part.Name),
        new KeyValuePair<string, object?>("from", NameOf(part.State)));

    private static string NameOf(PartState state) => state switch
    {
        PartState.Cached => "cached",
        PartState.Loaded => "loaded",
        PartState.Provisional => "provisional",
        PartState.Stale => "stale",
        _ => "missing",
    };
}
