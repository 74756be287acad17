using System.Security.Cryptography;

namespace Doorbuster.Platform.Embedded;

/// <summary>What an installation's stores keep from start to start; <c>installation.json</c> in its folder.</summary>
internal sealed record InstallationRecord
{
    /// <summary>Where the stores' folders are when not beside this file.</summary>
    public string? Stores { get; set; }

    public StoreRecord Postgres { get; init; } = new();
    public StoreRecord Gate { get; init; } = new();
    public StoreRecord Cache { get; init; } = new();
}

internal sealed record StoreRecord
{
    public int Port { get; set; }

    public string Password { get; init; } = RandomNumberGenerator.GetHexString(40, lowercase: true);
}
