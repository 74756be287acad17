namespace Doorbuster.Contracts;

/// <summary>
/// On a message whose handling may be put off by some seconds while buyers queue: what follows from it is shown from elsewhere
/// meanwhile, or nobody waits for it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MayBePutOffAttribute : Attribute;
