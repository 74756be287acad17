namespace Doorbuster.LoadTest.Replays;

internal sealed record ReplayOptions
{
    public required string File { get; init; }

    /// <summary>How many times faster than the file.</summary>
    public required double Speed { get; init; }
    public int Connections { get; init; } = 1_000;
    public int Seed { get; init; } = 42;
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(15);

    public Dictionary<string, string> Describe() => new()
    {
        ["file"] = File,
        ["speed"] = $"{Speed:0.##} times its own",
        ["connections"] = $"{Connections}",
        ["timeout"] = $"{Timeout.TotalSeconds:0.#} s",
        ["patience"] = $"{Patience.TotalSeconds:0.#} s",
    };
}
