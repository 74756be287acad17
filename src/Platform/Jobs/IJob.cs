namespace Doorbuster.Platform.Jobs;

/// <summary>Work that is done at certain times, by one process of the cluster. A process may die in the middle of it and
/// another begin again, so what it does is safe to do twice.</summary>
public interface IJob
{
    /// <summary>What it did, in a few words: <c>removed 12</c>. A throw is a failure and tried again earlier than the next
    /// time.</summary>
    Task<string> Run(CancellationToken cancel);
}
