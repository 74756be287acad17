using System.Text.RegularExpressions;

namespace Doorbuster.Accounts;

/// <summary>Which names of time zones are good: those of the IANA database that this machine knows.</summary>
internal static partial class TimeZones
{
    public static bool Has(string name) => Shape().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    // The name is looked up as a file: what does not look like a zone is not looked up.
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}$")]
    private static partial Regex Shape();
}
