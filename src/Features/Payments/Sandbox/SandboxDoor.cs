using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Payments.Sandbox;

/// <summary>Lets the shop in, by the API secret both know.</summary>
internal sealed class SandboxDoor(PaymentSettings settings)
{
    private const string Bearer = "Bearer ";

    public async ValueTask<bool> Knows(HttpContext http, CancellationToken cancel)
    {
        var secret = await settings.ApiSecret(cancel);
        var shown = http.Request.Headers.Authorization.ToString();
        return shown.StartsWith(Bearer, StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(shown[Bearer.Length..])),
                SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
    }
}
