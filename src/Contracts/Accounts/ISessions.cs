namespace Doorbuster.Contracts.Accounts;

/// <summary>Tokens are signed, so a forged one costs no I/O; the session behind a good one is central.</summary>
public interface ISessions
{
    /// <summary>Checks the token's signature and expiry in memory. Does not say that the session still lives.</summary>
    bool TryRead(ReadOnlySpan<char> token, out SignedToken found);

    /// <summary>The living session behind a signed token, or null when it was ended. Cached here for seconds.</summary>
    ValueTask<Session?> Confirm(SignedToken token, CancellationToken cancel);
}

public readonly record struct SignedToken(long Session, long Person);

public sealed record Session(long Id, long Person, bool IsAdmin, DateTimeOffset ExpiresAt);
