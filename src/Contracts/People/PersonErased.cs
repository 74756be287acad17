namespace Doorbuster.Contracts.People;

/// <summary>The person asked to be forgotten. Every feature removes or blanks what names them; amounts and counts that the
/// books need stay, without a name.</summary>
public sealed record PersonErased
{
    public required long Person { get; init; }
    public required DateTimeOffset At { get; init; }
}
