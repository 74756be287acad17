namespace Doorbuster.Accounts;

/// <summary>A person as accounts know them.</summary>
internal sealed record Account
{
    /// <summary>What a person's id is called outside: <c>usr_…</c>.</summary>
    public const string IdPrefix = "usr";

    public const int EmailMax = 254;

    /// <summary>One @, no white space or control characters, a dot in the domain. Who reads the mail proves the rest.</summary>
    public const string EmailShape = @"^[^@\s\p{Cc}]{1,64}@[^@\s\p{Cc}.]+(\.[^@\s\p{Cc}.]+)+$";

    public const string EmailAdvice = "must be an e-mail address";

    /// <summary>No control characters, and something to see.</summary>
    public const string NameShape = @"^[^\p{Cc}]*[^\s\p{Cc}][^\p{Cc}]*$";

    public const string NameAdvice = "must have a letter or sign, and no control characters";

    public required long Id { get; init; }
    public required string Email { get; init; }
    public required string DisplayName { get; init; }
    public required bool IsAdmin { get; init; }

    /// <summary>Null: cannot sign in with a password.</summary>
    public required string? PasswordHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>IANA name; null: the shop's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Of the profile; one more per change.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Since when he is kept out; null: he is not.</summary>
    public DateTimeOffset? BlockedAt { get; init; }

    /// <summary>For those who run the shop.</summary>
    public string? BlockedBecause { get; init; }

    /// <summary>Asked to be forgotten: what named the person is gone.</summary>
    public bool IsErased { get; init; }

    /// <summary>One address, one account: what is compared.</summary>
    public static string KeyOf(string email) => email.ToLowerInvariant();
}
