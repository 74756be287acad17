namespace Doorbuster.Contracts.Accounts;

/// <summary>Tokens are signed, so a forged one costs no I/O; the session behind a good one is central.</summary>
public interface ISessions
{
    /// <summary>Checks the token's signature and expiry in memory. Does not say that the session still lives.</summary>
    bool TryRead(ReadOnlySpan<char> token, out SignedToken found);

    /// <summary>The living session behind a signed token, or null when it was ended. Cached here for seconds.</summary>
    ValueTask<Session?> Confirm(SignedToken token, CancellationToken cancel);

    /// <summary>A token for somebody who has no account, under an id nobody else has. Nothing is stored.</summary>
    ValueTask<GuestToken> NewGuest(CancellationToken cancel);
}

/// <param name="Session">0 for a guest's, behind whose token no session is kept.</param>
public readonly record struct SignedToken(long Session, long Person)
{
    public bool IsGuest => Session == 0;
}

/// <param name="ExpiresAt">A guest's ends with the token, which says so itself.</param>
public sealed record Session(long Id, long Person, bool IsAdmin, DateTimeOffset ExpiresAt)
{
    public bool IsGuest => Id == 0;

    public static Session OfGuest(long person) => new(0, person, IsAdmin: false, DateTimeOffset.MaxValue);
}

public readonly record struct GuestToken(long Person, string Token, DateTimeOffset ExpiresAt);
