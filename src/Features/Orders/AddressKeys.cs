using System.Security.Cryptography;
using System.Text;
using Doorbuster.Contracts.Orders;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Orders;

/// <summary>
/// Tells equal addresses from different ones without saying which they are. Spelling does not make an address another
/// one, nor who lives there.
/// </summary>
internal sealed class AddressKeys([FromKeyedServices(OrdersFeature.SchemaName)] NpgsqlDataSource db)
{
    private byte[]? _key;

    public async ValueTask<string?> Of(PostalAddress? address, CancellationToken cancel)
    {
        if (address is null)
            return null;
        _key ??= (await db.Query(
            "select key from orders.address_key", row => row.GetFieldValue<byte[]>(0), cancel)).Single();
        return Hash(_key, address);
    }

    internal static string Hash(byte[] key, PostalAddress address)
    {
        string?[] parts =
            [address.Line1, address.Line2, address.City, address.Region, address.PostalCode, address.Country];
        var text = string.Join('\n', parts.Select(Plain));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private static string Plain(string? part) => string.Concat(
        (part ?? "").Normalize(NormalizationForm.FormKC).Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant));
}
