namespace Doorbuster.Contracts.People;

/// <summary>One part of what a person sees of himself in one look (profile, orders, points, …), by the feature that owns
/// it. The user center runs the parts at once, each under its own time limit; one that fails is left out and named.</summary>
public interface IOverviewPart
{
    /// <summary>Its field in the answer, in camel case.</summary>
    string Name { get; }

    /// <summary>Parts whose result it reads; it starts when these have ended.</summary>
    IReadOnlyList<string> Needs => [];

    /// <summary>One JSON value.</summary>
    Task<ReadOnlyMemory<byte>> Load(
        long person, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> needed, CancellationToken cancel);
}
