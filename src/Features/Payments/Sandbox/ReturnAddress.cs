namespace Doorbuster.Payments.Sandbox;

/// <summary>Where a buyer's browser goes after the decision: a page of the shop, whose address stands in headers too.</summary>
internal static class ReturnAddress
{
    /// <summary>Null when it is no address of a page. The host is written in ASCII, as headers need it.</summary>
    public static Uri? Read(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps
            || uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            return null;
        if (uri.HostNameType != UriHostNameType.Dns)
            return uri;
        var ascii = new UriBuilder(uri) { Host = uri.IdnHost }.Uri;
        return ascii.Host.All(char.IsAscii) ? ascii : null;
    }

    /// <summary>Scheme, host and port alone: who it is addressed to, without names and passwords.</summary>
    public static string OriginOf(Uri page) => $"{page.Scheme}://{page.Host}:{page.Port}";
}
