namespace Doorbuster.Storefront.Rendering;

/// <summary>A path that somebody else wrote into an address: followed only inside the shop, or any link could lead from our
/// name to a stranger's page.</summary>
internal static class LocalPath
{
    private const int LengthMax = 500;

    public static string Or(string? path, string otherwise) =>
        path is ['/', ..] && path.Length <= LengthMax && !path.StartsWith("//", StringComparison.Ordinal)
            && !path.Any(letter => letter == '\\' || char.IsControl(letter)) ? path : otherwise;
}
