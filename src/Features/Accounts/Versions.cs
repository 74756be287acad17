using Doorbuster.Platform.Web;

namespace Doorbuster.Accounts;

internal static class Versions
{
    /// <summary>False for what never was a version of ours; null for no header or <c>*</c>: any version.</summary>
    public static bool TryRead(string? ifMatch, out int? version)
    {
        version = null;
        if (ifMatch is null or "*")
            return true;
        version = EntityTags.ReadVersion<int>(ifMatch);
        return version is not null;
    }
}
