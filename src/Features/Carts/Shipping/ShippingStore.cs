using System.Text.Json.Nodes;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Carts;

/// <summary>The table of shipping rates: small, read whole, and remembered for seconds.</summary>
internal sealed class ShippingStore(
    [FromKeyedServices(CartsFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    public const int RatesMax = 5_000;

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

    public async Task<IReadOnlyList<ShippingRate>> List(CancellationToken cancel) => await db.Query(
        """
        select method, country, currency, title, price_minor, free_from_minor, version from carts.shipping_rates
        order by method, country, currency limit $1
        """,
        row => new ShippingRate(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
            row.ValueOrNull<long>(5), row.GetInt32(6)),
        cancel, new NpgsqlParameter { Value = RatesMax });

    /// <summary>False when it is of another version than given; 0 stands for one that is not there.</summary>
    public async Task<bool> TryWrite(ShippingRate rate, int? version, CancellationToken cancel)
    {
        var old = Actor.Current is null ? null : await FindExactly(rate.Method, rate.Country, rate.Currency, cancel);
        var written = await db.ExecuteAudited(
            AuditNote.Of("shipping_rate.write", IdOf(rate), Facts(old), Facts(rate)),
            version switch
            {
                null => Insert + """
                     on conflict (method, country, currency) do update set title = excluded.title,
                      price_minor = excluded.price_minor, free_from_minor = excluded.free_from_minor,
                      version = shipping_rates.version + 1
                    """,
                0 => Insert + " on conflict (method, country, currency) do nothing",
                _ => """
                    update carts.shipping_rates
                    set title = $4, price_minor = $5, free_from_minor = $6, version = version + 1
                    where method = $1 and country = $2 and currency = $3 and version = $7
                    """,
            },
            cancel,
            [
                new() { Value = rate.Method }, new() { Value = rate.Country }, new() { Value = rate.Currency },
                new() { Value = rate.Title }, new() { Value = rate.PriceMinor },
                new() { Value = (object?)rate.FreeFromMinor ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                .. version is > 0 ? [new NpgsqlParameter { Value = version.Value }] : Array.Empty<NpgsqlParameter>(),
            ]);
        Forget();
        return written == 1;
    }

    /// <summary>Null: there was none; false: of another version.</summary>
    public async Task<bool?> Remove(
        string method, string country, string currency, int version, CancellationToken cancel)
    {
        if (await FindExactly(method, country, currency, cancel) is not { } old)
            return null;
        var removed = await db.ExecuteAudited(
            new("shipping_rate.remove", IdOf(old), Facts(old)),
            "delete from carts.shipping_rates where method = $1 and country = $2 and currency = $3 and version = $4", cancel,
            new NpgsqlParameter { Value = method }, new NpgsqlParameter { Value = country },
            new NpgsqlParameter { Value = currency }, new NpgsqlParameter { Value = version });
        Forget();
        return removed == 1;
    }

    private async Task<ShippingRate?> FindExactly(
        string method, string country, string currency, CancellationToken cancel) => (await List(cancel))
        .FirstOrDefault(rate => (rate.Method, rate.Country, rate.Currency) == (method, country, currency));

    private static string IdOf(ShippingRate rate) => $"{rate.Method}/{rate.Country}/{rate.Currency}";

    /// <summary>What the audit log says of a rate.</summary>
    private static JsonObject? Facts(ShippingRate? rate) => rate is null ? null : new()
    {
        ["title"] = rate.Title,
        ["price"] = rate.PriceMinor,
        ["freeFrom"] = rate.FreeFromMinor,
    };

    private const string Insert =
        """
        insert into carts.shipping_rates (method, country, currency, title, price_minor, free_from_minor)
        values ($1, $2, $3, $4, $5, $6)
        """;

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
