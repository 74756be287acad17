using System.Text.Json.Nodes;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Carts;

/// <summary>The table of shipping rates: small, read whole, and remembered for seconds.</summary>
internal sealed class ShippingStore(
    [FromKeyedServices(CartsFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    public const int RatesMax = 5_000;

    private const string Columns = "method, country, currency, title, price_minor, free_from_minor, version";
    private const string ListAll = $"select {Columns} from carts.shipping_rates order by method, country, currency limit $1";
    private const string Given = "$1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]";

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    private Known? _known;

    /// <summary>How goods can be sent to a country, one rate a method, the cheapest first.</summary>
    public async ValueTask<IReadOnlyList<ShippingRate>> MethodsTo(
        string country, string currency, CancellationToken cancel)
    {
        var rates = (await All(cancel)).Where(rate => rate.Currency == currency).ToList();
        return
        [
            .. rates.Where(rate => rate.Country == country
                || rate.Country == ShippingRate.Elsewhere
                && !rates.Exists(own => own.Method == rate.Method && own.Country == country))
            .OrderBy(rate => rate.PriceMinor).ThenBy(rate => rate.Method, StringComparer.Ordinal),
        ];
    }

    /// <summary>Null when nothing is sent there this way.</summary>
    public async ValueTask<ShippingRate?> Find(
        string method, string country, string currency, CancellationToken cancel) =>
        (await MethodsTo(country, currency, cancel)).FirstOrDefault(rate => rate.Method == method);

    public async Task<IReadOnlyList<ShippingRate>> List(CancellationToken cancel) =>
        await db.Query(ListAll, Read, cancel, new NpgsqlParameter { Value = RatesMax });

    /// <summary>False when it is of another version than given; 0 stands for one that is not there.</summary>
    public async Task<bool> TryWrite(ShippingRate rate, int version, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var old = await Lock(transaction, rate.Method, rate.Country, rate.Currency, cancel);
        if ((old?.Version ?? 0) != version || await Write(transaction, [rate], isNew: old is null, cancel) == 0)
            return false;
        await transaction.Audit(NoteOf(old, rate), cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return true;
    }

    /// <summary>All of these, whatever their versions; those that are as they are stay untouched. False, and nothing is written,
    /// when there would be too many.</summary>
    public async Task<bool> TryWriteAll(IReadOnlyCollection<ShippingRate> rates, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Nobody makes or changes one between the look and the writing; who reads goes on.
        await transaction.Execute("lock table carts.shipping_rates in share row exclusive mode", cancel);
        var there = (await transaction.Query(ListAll, Read, cancel, new NpgsqlParameter { Value = int.MaxValue }))
            .ToDictionary(KeyOf);
        if (there.Keys.Union(rates.Select(KeyOf)).Count() > RatesMax)
            return false;

        var made = rates.Where(rate => !there.ContainsKey(KeyOf(rate))).ToList();
        var changed = rates.Where(rate => there.TryGetValue(KeyOf(rate), out var old) && rate with { Version = old.Version } != old)
            .ToList();
        await Write(transaction, made, isNew: true, cancel);
        await Write(transaction, changed, isNew: false, cancel);
        await transaction.AuditAll(
            "shipping_rate.import", [.. made.Concat(changed).Select(rate => NoteOf(there.GetValueOrDefault(KeyOf(rate)), rate))],
            cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return true;
    }

    /// <summary>Null: there was none; false: of another version.</summary>
    public async Task<bool?> Remove(
        string method, string country, string currency, int version, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Lock(transaction, method, country, currency, cancel) is not { } old)
            return null;
        if (old.Version != version)
            return false;
        await transaction.Execute(
            "delete from carts.shipping_rates where method = $1 and country = $2 and currency = $3", cancel,
            new NpgsqlParameter { Value = method }, new NpgsqlParameter { Value = country },
            new NpgsqlParameter { Value = currency });
        await transaction.Audit(new("shipping_rate.remove", IdOf(old), Facts(old)), cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return true;
    }

    private static async Task<ShippingRate?> Lock(
        NpgsqlTransaction transaction, string method, string country, string currency, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from carts.shipping_rates where method = $1 and country = $2 and currency = $3 for update", Read,
            cancel, new() { Value = method }, new() { Value = country }, new() { Value = currency })).SingleOrDefault();

    // One that somebody else made meanwhile is left as it is.
    private static async Task<int> Write(
        NpgsqlTransaction transaction, List<ShippingRate> rates, bool isNew, CancellationToken cancel) =>
        rates.Count == 0 ? 0 : await transaction.Execute(
            isNew
                ? $"""
                insert into carts.shipping_rates (method, country, currency, title, price_minor, free_from_minor)
                select * from unnest({Given}) on conflict do nothing
                """
                : $"""
                update carts.shipping_rates s
                set title = r.title, price_minor = r.price_minor, free_from_minor = r.free_from_minor, version = s.version + 1
                from unnest({Given}) as r (method, country, currency, title, price_minor, free_from_minor)
                where (s.method, s.country, s.currency) = (r.method, r.country, r.currency)
                """,
            cancel, new() { Value = rates.Select(rate => rate.Method).ToArray() },
            new() { Value = rates.Select(rate => rate.Country).ToArray() },
            new() { Value = rates.Select(rate => rate.Currency).ToArray() },
            new() { Value = rates.Select(rate => rate.Title).ToArray() },
            new() { Value = rates.Select(rate => rate.PriceMinor).ToArray() },
            new() { Value = rates.Select(rate => rate.FreeFromMinor).ToArray() });

    private static ShippingRate Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.ValueOrNull<long>(5),
        row.GetInt32(6));

    private static (string, string, string) KeyOf(ShippingRate rate) => (rate.Method, rate.Country, rate.Currency);

    private static AuditNote NoteOf(ShippingRate? old, ShippingRate rate) =>
        AuditNote.Of("shipping_rate.write", IdOf(rate), Facts(old), Facts(rate));

    private static string IdOf(ShippingRate rate) => $"{rate.Method}/{rate.Country}/{rate.Currency}";

    /// <summary>What the audit log says of a rate.</summary>
    private static JsonObject? Facts(ShippingRate? rate) => rate is null ? null : new()
    {
        ["title"] = rate.Title,
        ["price"] = rate.PriceMinor,
        ["freeFrom"] = rate.FreeFromMinor,
    };

    private async ValueTask<IReadOnlyList<ShippingRate>> All(CancellationToken cancel)
    {
        if (Volatile.Read(ref _known) is { } known && clock.GetElapsedTime(known.AsOf) < Life)
            return known.Rates;
        var asOf = clock.GetTimestamp();
        var rates = await List(cancel);
        Volatile.Write(ref _known, new(rates, asOf));
        return rates;
    }

    private void Forget() => Volatile.Write(ref _known, null);

    private sealed record Known(IReadOnlyList<ShippingRate> Rates, long AsOf);
}
