using Doorbuster.Accounts;
using Doorbuster.Contracts.Books;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.SignIn;

/// <summary>A shop whose clock the test sets, forward and back.</summary>
public sealed class ClockShop(SharedStores stores) : WholeShop(stores)
{
    public const int PointsLifeDays = 30;

    public SteppingClock Clock { get; } = new();

    internal SignInDesk Desk => Services.GetRequiredService<SignInDesk>();

    internal IBooks Books => Services.GetRequiredService<IBooks>();

    protected override Dictionary<string, string?> Settings => new() { ["SignIn:PointsLifeDays"] = $"{PointsLifeDays}" };

    protected override void Change(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);

    public async Task<Caller> NewPersonAt(DateTimeOffset now)
    {
        Clock.Set(now);
        return await NewPerson();
    }

    internal Task<SigningIn> SignIn(Caller me) =>
        Desk.SignIn(me.Person, $"k-{Services.GetRequiredService<Doorbuster.Platform.Ids>().Next()}", CancellationToken.None);

    public Task<long> Balance(Caller me) =>
        Books.Balance(BookAccounts.OfPerson(me.Person), BookUnits.Points, CancellationToken.None);

    public async Task Booked(Caller me, long points)
    {
        await Eventually.IsTrue(async () => await Balance(me) >= points, $"{points} points are booked");
        await Settled();
        Assert.Equal(points, await Balance(me));
    }

    public Task FlushCache() => Cache.Call(db => db.ExecuteAsync("FLUSHDB"));

    public Task SetZone(Caller me, string zone) => Services.GetRequiredService<AccountStore>()
        .ChangeProfile(me.Person, null, zone, null, CancellationToken.None);
}

/// <summary>The time of day as it is set; timers run as ever.</summary>
public sealed class SteppingClock : TimeProvider
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _offset));

    public void Set(DateTimeOffset now) => Volatile.Write(ref _offset, now.UtcTicks - base.GetUtcNow().UtcTicks);
}
