namespace Doorbuster.Contracts.Accounts;

/// <summary>Who people are, for features that write to them or reckon in their time.</summary>
public interface IPeople
{
    /// <summary>Null when there is no such account (a guest has none), or it was erased.</summary>
    Task<PersonView?> Find(long person, CancellationToken cancel);

    /// <summary>The account with this e-mail address, whatever its case, or null.</summary>
    Task<PersonView?> FindByEmail(string email, CancellationToken cancel);
}

/// <param name="TimeZone">IANA name, e.g. <c>Europe/Berlin</c>; null: the shop's.</param>
public sealed record PersonView(long Id, string Email, string DisplayName, string? TimeZone);
