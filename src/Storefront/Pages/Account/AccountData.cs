using Doorbuster.Storefront.Api;

namespace Doorbuster.Storefront.Pages.Account;

// One person's things, as far as these pages read them.

public sealed record MyPage<T>(IReadOnlyList<T> Data, ApiPage Page);

public sealed record MyList<T>(IReadOnlyList<T> Data);

/// <summary>All of a person in one answer. A part is null when it could not be had, and is named in <see cref="Missing"/>.</summary>
public sealed record MyOverview
{
    public MyProfile? Profile { get; init; }
    public MyPage<MyOrder>? Orders { get; init; }
    public MySignIns? SignIn { get; init; }
    public MyPoints? Points { get; init; }
    public MyWallet? Wallet { get; init; }
    public MyCouponsAtAGlance? Coupons { get; init; }
    public MyNoticesAtAGlance? Notices { get; init; }
    public MyPacketsAtAGlance? RedPackets { get; init; }
    public MyList<MyViewed>? RecentlyViewed { get; init; }
    public IReadOnlyList<string> Missing { get; init; } = [];
    public IReadOnlyList<string> Stale { get; init; } = [];
}

public sealed record MyProfile(string Id, string Email, string DisplayName, DateTimeOffset CreatedAt, string? TimeZone = null);

public sealed record MyProfileChange(string? DisplayName, string? TimeZone);

public sealed record MyOrder(
    string Id, string State, IReadOnlyList<MyOrderLine> Lines, ApiMoney Total, DateTimeOffset PlacedAt, DateTimeOffset? PayBy = null);

public sealed record MyOrderLine(string Sku, string Title, int Quantity);

/// <param name="LastDay">Null: never.</param>
public sealed record MySignIns(int Streak, DateOnly? LastDay = null);

/// <param name="Points">What today earned, or would earn.</param>
public sealed record MyToday(DateOnly Day, string TimeZone, bool IsSignedIn, int Streak, int Points, DateTimeOffset NextAt);

public sealed record MySignedIn(DateOnly Day, int Streak, int Points);

public sealed record MyMonth(string Month, IReadOnlyList<int> Days);

public sealed record MyPoints(long Balance, MyExpiry? NextExpiry = null);

public sealed record MyExpiry(DateOnly On, long Points);

public sealed record MyPointsMove(string Reason, long Points, long Balance, DateTimeOffset At);

public sealed record MyWallet(IReadOnlyList<ApiMoney> Balances, long Points);

public sealed record MyMovement(string Id, string Reason, string Unit, long Amount, long Balance, DateTimeOffset At);

public sealed record MyCouponsAtAGlance(long Usable, IReadOnlyList<MyCoupon> Ending);

/// <param name="State"><c>usable</c>, <c>reserved</c>, <c>ordered</c>, <c>used</c> or <c>expired</c>.</param>
public sealed record MyCoupon(
    string Id, string Title, MyDiscount Discount, string State, DateTimeOffset ClaimedAt, DateTimeOffset? ExpiresAt = null,
    string? OrderId = null);

public sealed record MyCouponOffer(
    string Id, string Title, MyDiscount Discount, bool SoldOut, DateTimeOffset? ClosesAt = null, int? LimitPerPerson = null);

public sealed record MyDiscount(string Currency, long Minimum, bool Stackable);

/// <summary>A coupon just claimed: whole, or only that it is on its way.</summary>
public sealed record MyCouponClaimed(string Id, string? Title = null);

public sealed record MyCouponCode(string Code);

public sealed record MyNoticesAtAGlance(int Unread, IReadOnlyList<MyNotice> Newest);

public sealed record MyNotices(IReadOnlyList<MyNotice> Data, ApiPage Page, int? Unread = null);

public sealed record MyNotice(
    string Id, string Kind, string Title, string Text, DateTimeOffset MadeAt, string? Path = null, DateTimeOffset? ReadAt = null);

public sealed record MyPacketsAtAGlance(
    IReadOnlyList<MySentPacket> Sent, long GrabbedParts, IReadOnlyList<ApiMoney> GrabbedTotal, IReadOnlyList<MyGrabbedPart> Grabbed);

public sealed record MySentPacket(string Id, string Title, ApiMoney Amount, int Parts, DateTimeOffset ClosesAt, bool Ended);

public sealed record MyGrabbedPart(string PacketId, string Title, ApiMoney Amount, DateTimeOffset GrabbedAt);

/// <param name="Phase"><c>preparing</c>, <c>announced</c>, <c>open</c>, <c>gone</c>, <c>ended</c> or <c>not_covered</c>.</param>
/// <param name="Yours">Once it is written.</param>
public sealed record MyPacket(
    string Id, string Title, ApiMoney Amount, int Parts, string Kind, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, string Phase,
    bool SentByYou, long? Left = null, ApiMoney? Refunded = null, MyGrab? Yours = null);

public sealed record MyGrab(string Id, int Ordinal, string Name, bool IsYou, ApiMoney Amount, DateTimeOffset GrabbedAt, bool Best);

/// <summary>Right after grabbing: what it was, or only that a part is one's own.</summary>
public sealed record MyGrabAnswer(MyGrabbedNow? Grab = null);

public sealed record MyGrabbedNow(long Amount, string Currency);

public sealed record MyNewPacket(string Title, long Amount, string Currency, int Parts, string Kind);

public sealed record MyViewed(string Sku, string Title, ApiMoney Price);

public sealed record MyAddress(
    string Id, string Name, string Line1, string City, string Country, bool IsDefault, string? Line2 = null, string? Region = null,
    string? PostalCode = null);

public sealed record MyAddressChange(
    string Name, string Line1, string City, string Country, string? Line2, string? Region, string? PostalCode, bool IsDefault);

public sealed record MySession(string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, bool Current);

public sealed record MyPasswordChange(string OldPassword, string NewPassword);

public sealed record MyErasure(string Password);
