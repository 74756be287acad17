using System.Net;
using System.Net.Sockets;

namespace Doorbuster.Webhooks;

/// <summary>
/// Tells the internet from our own network. Whoever registers an endpoint makes us send requests; without this they
/// could reach what only we can.
/// </summary>
internal static class PublicAddresses
{
    // IANA's special-purpose registries, multicast, and what is reserved.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return (address.AddressFamily != AddressFamily.InterNetworkV6 || GlobalV6.Contains(address))
            && !NotPublic.Any(network => network.Contains(address));
    }

    /// <summary>Connects to the address that was judged: asking for the name once more could give another.</summary>
    /// <exception cref="HttpRequestException">It leads into our own network, or there is no such name.</exception>
    public static async ValueTask<Stream> Connect(DnsEndPoint where, bool allowPrivate, CancellationToken cancel)
    {
        var found = await Find(where.Host, cancel);
        var good = allowPrivate ? found : [.. found.Where(IsPublic)];
        if (good.Length == 0)
            throw new HttpRequestException($"{where.Host} is not an address on the internet.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(good, where.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IPAddress[]> Find(string host, CancellationToken cancel)
    {
        try
        {
            return IPAddress.TryParse(host.Trim('[', ']'), out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host, cancel);
        }
        catch (SocketException error)
        {
            throw new HttpRequestException($"{host} was not found.", error);
        }
    }
}
