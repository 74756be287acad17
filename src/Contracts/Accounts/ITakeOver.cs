namespace Doorbuster.Contracts.Accounts;

/// <summary>What somebody did as a guest becomes theirs when they sign in. Any number of features take part.</summary>
public interface ITakeOver
{
    /// <summary>Called while they sign in, by a request that proved both the guest's token and the account. Doing it again
    /// changes nothing; when it throws nobody is signed in, and the next try does it.</summary>
    Task TakeOver(long guest, long person, CancellationToken cancel);
}
