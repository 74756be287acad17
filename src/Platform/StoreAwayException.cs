namespace Doorbuster.Platform;

/// <summary>A store did not answer in time or refused the connection. Callers see 503 with Retry-After.</summary>
public sealed class StoreAwayException : Exception
{
    public StoreAwayException(string store, Exception? cause = null)
        : base($"{store} is away{(cause is null ? "" : $": {cause.Message}")}", cause) => Store = store;

    /// <summary><c>redis-gate</c>, <c>redis-cache</c> or <c>postgres</c>.</summary>
    public string Store { get; }
}
