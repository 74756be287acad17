namespace Doorbuster.SignIn;

/// <summary>One date on which a person signed in, and what it earned.</summary>
/// <param name="Streak">Dates in a row up to this one.</param>
/// <param name="RequestKey">Of the request that made it; null while only its message came.</param>
internal sealed record SignedDay(
    long Person, DateOnly Day, int Streak, int Points, string? RequestKey, DateTimeOffset SignedAt);
