namespace Doorbuster.Platform;

/// <summary>This process's number among its siblings, 0 to 63, leased in PostgreSQL; part of every id it makes.</summary>
public sealed class NodeNumber
{
    public const int Max = 63;

    private int _value = -1;

    public int Value
    {
        get => _value >= 0 ? _value : throw new InvalidOperationException("No node number is leased yet: start NodeLease first.");
        internal set => _value = value;
    }
}
