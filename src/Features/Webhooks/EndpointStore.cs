using System.Text.Json.Nodes;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Webhooks;

internal sealed class EndpointStore(
    [FromKeyedServices(WebhooksFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    public const int EndpointsMax = 100;

    private const string Columns =
        """
        id, url, description, events, secret, old_secret, old_secret_until, enabled, disabled_because, failing_since,
        version, made_at
        """;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);    // how long a change may go unnoticed elsewhere

    private Known? _known;

    /// <summary>All there are, as this process last read them.</summary>
    public async ValueTask<IReadOnlyList<WebhookEndpoint>> All(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (Volatile.Read(ref _known) is { } known && now - known.ReadAt < Life)
            return known.Endpoints;
        var read = await db.Query($"select {Columns} from webhooks.endpoints order by id", Read, cancel);
        _known = new Known(now, read);
        return read;
    }

    /// <summary>False when nobody wanted to know this a moment ago.</summary>
    public bool MayWant(string type) =>
        Volatile.Read(ref _known) is not { } known || clock.GetUtcNow() - known.ReadAt >= Life
        || known.Endpoints.Any(endpoint => endpoint.Wants(type));

    /// <summary>What was read before is old.</summary>
    public void Forget() => _known = null;

    public Task<List<WebhookEndpoint>> List(long after, int count, CancellationToken cancel) => db.Query(
        $"select {Columns} from webhooks.endpoints where id > $1 order by id limit $2", Read, cancel,
        new() { Value = after }, new() { Value = count });

    public Task<WebhookEndpoint?> Find(long endpoint, CancellationToken cancel) => db.QueryFirst(
        $"select {Columns} from webhooks.endpoints where id = $1", Read, cancel, new NpgsqlParameter { Value = endpoint });

    /// <summary>False when there are as many as there may be.</summary>
    public static async Task<bool> Add(
        NpgsqlTransaction transaction, WebhookEndpoint endpoint, CancellationToken cancel)
    {
        // One at a time, or two could both be the last that fits.
        await transaction.Execute("lock table webhooks.endpoints in share row exclusive mode", cancel);
        if (await transaction.Execute(
            """
            insert into webhooks.endpoints (id, url, description, events, secret, enabled, made_at)
            select $1, $2, $3, $4, $5, true, $6 where (select count(*) from webhooks.endpoints) < $7
            """,
            cancel, new() { Value = endpoint.Id }, new() { Value = endpoint.Url.AbsoluteUri },
            new() { Value = endpoint.Description }, new() { Value = endpoint.Events.ToArray() },
            new() { Value = endpoint.Secret }, new() { Value = endpoint.MadeAt.UtcDateTime },
            new() { Value = EndpointsMax }) == 0)
            return false;
        await transaction.Audit("webhook_endpoint.create", IdOf(endpoint.Id), null, Facts(endpoint), cancel);
        return true;
    }

    /// <summary>The endpoint as it then is; null when its version is another.</summary>
    public async Task<WebhookEndpoint?> Change(
        WebhookEndpoint old, WebhookEndpoint changed, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var stored = (await transaction.Query(
            $"""
            update webhooks.endpoints
            set url = $3, description = $4, events = $5, enabled = $6, disabled_because = $7, failing_since = $8,
              version = version + 1
            where id = $1 and version = $2
            returning {Columns}
            """,
            Read, cancel, new() { Value = changed.Id }, new() { Value = changed.Version },
            new() { Value = changed.Url.AbsoluteUri }, new() { Value = changed.Description },
            new() { Value = changed.Events.ToArray() }, new() { Value = changed.IsEnabled }, Text(changed.DisabledBecause),
            Time(changed.FailingSince))).SingleOrDefault();
        if (stored is not null)
            await transaction.Audit(
                AuditNote.Of("webhook_endpoint.change", IdOf(old.Id), Facts(old), Facts(stored)), cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return stored;
    }

    public async Task<bool> Remove(long endpoint, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var removed = (await transaction.Query(
            $"delete from webhooks.endpoints where id = $1 returning {Columns}", Read, cancel,
            new NpgsqlParameter { Value = endpoint })).SingleOrDefault();
        if (removed is null)
            return false;
        await transaction.Audit("webhook_endpoint.remove", IdOf(endpoint), Facts(removed), null, cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return true;
    }

    /// <summary>Signs with the new secret from now on, and with the old one too until <paramref name="until"/>.</summary>
    public static async Task<bool> ChangeSecret(
        NpgsqlTransaction transaction, long endpoint, string secret, DateTimeOffset until, CancellationToken cancel)
    {
        if (await transaction.Execute(
            """
            update webhooks.endpoints
            set old_secret = secret, old_secret_until = $3, secret = $2, version = version + 1
            where id = $1
            """,
            cancel, new() { Value = endpoint }, new() { Value = secret }, new() { Value = until.UtcDateTime }) == 0)
            return false;
        await transaction.Audit(
            "webhook_endpoint.change_secret", IdOf(endpoint), null, new() { ["oldSecretUntil"] = until }, cancel);
        return true;
    }

    /// <summary>True when this call disabled it.</summary>
    public async Task<bool> Disable(long endpoint, string reason, CancellationToken cancel)
    {
        var count = await db.Execute(
            """
            update webhooks.endpoints set enabled = false, disabled_because = $2, version = version + 1
            where id = $1 and enabled
            """,
            cancel, new() { Value = endpoint }, new() { Value = reason });
        Forget();
        return count == 1;
    }

    internal static string IdOf(long endpoint) => PublicId.Format(WebhookEndpoint.PublicPrefix, endpoint);

    /// <summary>What the audit log says of an endpoint.</summary>
    private static JsonObject Facts(WebhookEndpoint endpoint) => new()
    {
        ["url"] = endpoint.Url.AbsoluteUri,
        ["description"] = endpoint.Description,
        ["events"] = string.Join(' ', endpoint.Events),
        ["enabled"] = endpoint.IsEnabled,
    };

    private static NpgsqlParameter Text(string? text) =>
        new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Time(DateTimeOffset? at) =>
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static WebhookEndpoint Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Url = new Uri(row.GetString(1)),
        Description = row.GetString(2),
        Events = row.GetFieldValue<string[]>(3),
        Secret = row.GetString(4),
        OldSecret = row.IsDBNull(5) ? null : row.GetString(5),
        OldSecretUntil = row.ValueOrNull<DateTimeOffset>(6),
        IsEnabled = row.GetBoolean(7),
        DisabledBecause = row.IsDBNull(8) ? null : row.GetString(8),
        FailingSince = row.ValueOrNull<DateTimeOffset>(9),
        Version = row.GetInt32(10),
        MadeAt = row.GetFieldValue<DateTimeOffset>(11),
    };

    private sealed record Known(DateTimeOffset ReadAt, IReadOnlyList<WebhookEndpoint> Endpoints);
}
