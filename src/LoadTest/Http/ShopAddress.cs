using System.Net;
using System.Net.Sockets;

namespace Doorbuster.LoadTest.Http;

/// <summary>The server under test, resolved once: a name server must not be part of what is measured.</summary>
internal sealed record ShopAddress(Uri Url, EndPoint EndPoint)
{
    /// <summary>The path in front of every request's, without a slash at its end.</summary>
    public string BasePath => Url.AbsolutePath.TrimEnd('/');

    /// <summary>What relative addresses are added to.</summary>
    public Uri Root => new($"{Url.AbsoluteUri.TrimEnd('/')}/");

    public static async Task<ShopAddress> Resolve(Uri url, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancel);
        var address = addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        return new ShopAddress(url, new IPEndPoint(address, url.Port));
    }
}
