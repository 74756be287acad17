namespace Doorbuster.LoadTest.Sales;

/// <summary>Who comes to the sale, how, and how long they insist.</summary>
internal sealed record SaleOptions
{
    public required string Sale { get; init; }
    public required int People { get; init; }
    public required double RatePerSecond { get; init; }
    public TimeSpan Ramp { get; init; }

    /// <summary>Nobody arrives after this; null: until all people have.</summary>
    public TimeSpan? For { get; init; }
    public bool Poisson { get; init; } = true;
    public int Connections { get; init; } = 1_000;
    public int Seed { get; init; } = 42;
    public int Quantity { get; init; } = 1;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a person retries before giving up without a clear answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest pause between "it is yours" and paying.</summary>
    public TimeSpan PayWithin { get; init; } = TimeSpan.FromSeconds(3);

    // Shares of the people, 0 to 1.
    public double DoubleClickers { get; init; } = 0.05;
    public double LimitTesters { get; init; } = 0.05;
    public double Payers { get; init; } = 0.7;
    public double StateReaders { get; init; } = 0.1;

    /// <summary>Share of the claim requests whose connection we close without waiting for the answer.</summary>
    public double LostReplies { get; init; }

    /// <summary>Share of the claims whose order is looked up afterwards; below 1 the proof is a sample.</summary>
    public double LookUps { get; init; } = 1;

    /// <summary>How long orders and the ledger may take to come to rest before they are judged.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(15);

    public Dictionary<string, string> Describe() => new()
    {
        ["people"] = $"{People:N0}",
        ["rate"] = $"{RatePerSecond:N0}/s, {(Poisson ? "random (Poisson)" : "constant")}",
        ["ramp"] = $"{Ramp.TotalSeconds:0.#} s",
        ["for"] = For is { } time ? $"{time.TotalSeconds:0.#} s" : "until all have come",
        ["connections"] = $"{Connections}",
        ["timeout"] = $"{Timeout.TotalSeconds:0.#} s",
        ["patience"] = $"{Patience.TotalSeconds:0.#} s",
        ["double-clickers"] = $"{DoubleClickers:P0}",
        ["limit-testers"] = $"{LimitTesters:P0}",
        ["payers"] = $"{Payers:P0}",
        ["state-readers"] = $"{StateReaders:P0}",
        ["lose-replies"] = $"{LostReplies:P1}",
    };
}
