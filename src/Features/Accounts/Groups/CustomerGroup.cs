namespace Doorbuster.Accounts;

/// <summary>A group of customers.</summary>
/// <param name="Code">For ever: other features name the group by it.</param>
internal sealed record CustomerGroup(long Id, string Code, string Name, long Members, long Version, DateTimeOffset MadeAt)
{
    public const string CodeShape = "^[a-z0-9][a-z0-9-]{0,39}$";
    public const string CodeAdvice = "must be 1 to 40 lower case letters, digits and hyphens, such as trade";
    public const int CodeMax = 40;
    public const int NameMax = 80;

    /// <summary>In the shop.</summary>
    public const int GroupsMax = 200;

    /// <summary>One person is in.</summary>
    public const int PerPersonMax = 20;

    /// <summary>People in groups, counted once a group, in the shop. Every process has them in memory: some 10 MB.</summary>
    public const int MembersMax = 200_000;
}

internal sealed record GroupMember(long Person, string Email, string DisplayName, DateTimeOffset AddedAt);

internal enum Joining { Done, AlreadyIn, UnknownGroup, UnknownPerson, TooManyGroups, TooManyMembers }
