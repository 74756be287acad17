namespace Doorbuster.Contracts.Accounts;

/// <summary>Who people are, for features that write to them or reckon in their time.</summary>
public interface IPeople
{
    /// <summary>Null when there is no such account (a guest has none), or it was erased.</summary>
    Task<PersonView?> Find(long person, CancellationToken cancel);

    /// <summary>Those of them that have an account, in any order; for lists of at most a few hundred.</summary>
    async Task<IReadOnlyList<PersonView>> FindMany(IReadOnlyCollection<long> people, CancellationToken cancel)
    {
        var found = new List<PersonView>(people.Count);
        foreach (var person in people)
            if (await Find(person, cancel) is { } view)
                found.Add(view);
        return found;
    }

    /// <summary>The account with this e-mail address, whatever its case, or null.</summary>
    Task<PersonView?> FindByEmail(string email, CancellationToken cancel);
}

/// <param name="TimeZone">IANA name, e.g. <c>Europe/Berlin</c>; null: the shop's.</param>
public sealed record PersonView(long Id, string Email, string DisplayName, string? TimeZone);
