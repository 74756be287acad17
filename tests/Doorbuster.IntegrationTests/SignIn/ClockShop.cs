using Doorbuster.Accounts;
using Doorbuster.Contracts.Books;
using Doorbuster.IntegrationTests.UserCenter;
using Doorbuster.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.SignIn;

/// <summary>A shop whose clock the test sets, forward and back.</summary>
public sealed class ClockShop(SharedStores stores) : PeopleShop(stores)
{
    public const int PointsLifeDays = 30;

    public SteppingClock Clock { get; } = new();

    internal SignInDesk Desk => Services.GetRequiredService<SignInDesk>();

    internal IBooks Books => Services.GetRequiredService<IBooks>();

    protected override Dictionary<string, string?> Settings => new() { ["SignIn:PointsLifeDays"] = $"{PointsLifeDays}" };

    protected override void Change(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);

    public async Task<Somebody> NewPersonAt(DateTimeOffset now)
    {
        Clock.Set(now);
        ForgetTokens();
        return await NewPerson();
    }

    internal Task<SigningIn> SignIn(Somebody me) =>
        Desk.SignIn(me.Person, $"k-{Services.GetRequiredService<Doorbuster.Platform.Ids>().Next()}", CancellationToken.None);

    public Task<long> Balance(Somebody me) =>
        Books.Balance(BookAccounts.OfPerson(me.Person), BookUnits.Points, CancellationToken.None);

    public async Task Booked(Somebody me, long points)
    {
        await Eventually.IsTrue(async () => await Balance(me) >= points, $"{points} points are booked");
        await Quiet();
        Assert.Equal(points, await Balance(me));
    }

    /// <summary>Every message is through: nothing more is booked.</summary>
    public Task Quiet() => Eventually.IsTrue(
        async () => await Count("select count(*) from messaging.outbox") == 0, "all messages are through");

    public Task SetZone(Somebody me, string zone) => Services.GetRequiredService<AccountStore>()
        .ChangeProfile(me.Person, null, zone, null, CancellationToken.None);
}

/// <summary>The time of day as it is set; timers run as ever.</summary>
public sealed class SteppingClock : TimeProvider
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _offset));

    public void Set(DateTimeOffset now) => Volatile.Write(ref _offset, now.UtcTicks - base.GetUtcNow().UtcTicks);
}
