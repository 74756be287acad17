using System.Globalization;

namespace Doorbuster.Risk;

/// <summary>The version of a rule or a case as the entity tag that a change must name.</summary>
internal static class Versions
{
    public static string Tag(int version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Null for what never was a version of ours.</summary>
    public static int? Read(string ifMatch) =>
        ifMatch is ['"', .. var number, '"']
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
