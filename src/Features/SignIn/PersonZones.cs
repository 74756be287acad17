using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.SignIn;

/// <summary>
/// In which zone a person's date is reckoned. A zone that the person chooses counts from the end of the day in the zone
/// before, which is written down before it comes: at any moment all requests see the same zone, so that nobody lives through
/// two dates in an hour by changing zones.
/// </summary>
internal sealed class PersonZones(
    [FromKeyedServices(SignInFeature.SchemaName)] NpgsqlDataSource db, IPeople people, IOptions<SignInOptions> options)
{
    private const int TriesMax = 5;

    public async Task<TimeZoneInfo> Of(long person, DateTimeOffset now, CancellationToken cancel)
    {
        if (!options.Value.UsePersonZone)
            return options.Value.ShopZone;

        var wanted = (await people.Find(person, cancel))?.TimeZone ?? "";
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var found = await Find(person, cancel);
            if (found is null)
                await Begin(person, wanted, cancel);
            else if (found.IsSettledFor(wanted, now) || await Turn(person, found, wanted, now, cancel))
                return Zone(found.At(now));
        }
        throw new InvalidOperationException($"The zone of person {person} changes faster than it can be read.");
    }

    private TimeZoneInfo Zone(string name) =>
        name.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : options.Value.ShopZone;

    private Task<Filed?> Find(long person, CancellationToken cancel) => db.QueryFirst(
        "select zone, next_zone, next_from from sign_in.zones where person = $1",
        row => new Filed(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.ValueOrNull<DateTimeOffset>(2)),
        cancel, new NpgsqlParameter { Value = person });

    private Task<int> Begin(long person, string zone, CancellationToken cancel) => db.Execute(
        "insert into sign_in.zones (person, zone) values ($1, $2) on conflict do nothing", cancel,
        new() { Value = person }, new() { Value = zone });

    // Compare-and-set on what was read: false when somebody else was quicker.
    private async Task<bool> Turn(long person, Filed from, string wanted, DateTimeOffset now, CancellationToken cancel)
    {
        var today = from.At(now);
        var turns = wanted != today;
        var at = LocalDays.EndOf(LocalDays.Of(now, Zone(today)), Zone(today));
        return await db.Execute(
            """
            update sign_in.zones set zone = $2, next_zone = $3, next_from = $4
            where person = $1 and zone = $5 and next_zone is not distinct from $6 and next_from is not distinct from $7
            """,
            cancel,
            new() { Value = person }, new() { Value = today },
            new NpgsqlParameter<string?> { TypedValue = turns ? wanted : null },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = turns ? at : null },
            new() { Value = from.Zone },
            new NpgsqlParameter<string?> { TypedValue = from.NextZone },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = from.NextFrom?.ToUniversalTime() }) == 1;
    }

    private sealed record Filed(string Zone, string? NextZone, DateTimeOffset? NextFrom)
    {
        public string At(DateTimeOffset now) => NextFrom <= now ? NextZone! : Zone;

        public bool IsSettledFor(string wanted, DateTimeOffset now) =>
            At(now) == wanted ? NextFrom is null || NextFrom <= now : NextZone == wanted && NextFrom > now;
    }
}
