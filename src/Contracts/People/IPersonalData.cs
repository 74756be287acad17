namespace Doorbuster.Contracts.People;

/// <summary>What one feature keeps about a person, for the person's own export.</summary>
public interface IPersonalData
{
    /// <summary>The section's name in the export, in camel case.</summary>
    string Name { get; }

    /// <summary>One JSON value with everything that names or belongs to the person.</summary>
    Task<ReadOnlyMemory<byte>> Export(long person, CancellationToken cancel);
}
