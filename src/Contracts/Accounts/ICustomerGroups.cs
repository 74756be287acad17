namespace Doorbuster.Contracts.Accounts;

/// <summary>Groups of customers, for features that treat their members otherwise. A group is known by its code, which never
/// changes.</summary>
public interface ICustomerGroups
{
    /// <summary>The codes of the groups the person is in, in order; empty for most people, and for guests. At most two seconds
    /// old, and from memory but for the first time after a change: nobody pays for being in no group.</summary>
    ValueTask<IReadOnlyList<string>> GroupsOf(long person, CancellationToken cancel);

    /// <summary>Whether there is such a group now.</summary>
    Task<bool> Exists(string code, CancellationToken cancel);
}
