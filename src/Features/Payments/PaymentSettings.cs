using System.Globalization;
using System.Security.Cryptography;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// The secrets between us and the sandbox: made by whoever needs them first, the same for every process.
/// </summary>
internal sealed class PaymentSettings(
    [FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db, TimeProvider clock)
{
    private const string ApiSecretName = "sandbox.api_secret";
    private const string WebhookSecretName = "webhook.secret";
    private const string OldWebhookSecretName = "webhook.secret.old";
    private const string AddressName = "sandbox.address";
    private const string ReconciledToName = "reconcile.to";
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);    // how long a changed secret may go unnoticed

    private Known? _known;

    /// <summary>What the shop shows the provider to be let in.</summary>
    public async ValueTask<string> ApiSecret(CancellationToken cancel) => (await Read(cancel)).ApiSecret;

    /// <summary>The secret to sign with, then the one before it while the change lasts.</summary>
    public async ValueTask<IReadOnlyList<string>> WebhookSecrets(CancellationToken cancel) =>
        (await Read(cancel)).WebhookSecrets;

    /// <summary>Where a process that has the sandbox's endpoints said it is; null when none has yet.</summary>
    public async ValueTask<string?> Address(CancellationToken cancel) => (await Read(cancel)).Address;

    public async Task NoteAddress(string address, CancellationToken cancel)
    {
        await db.Execute(
            """
            insert into payments.settings as s (name, value) values ($1, $2)
            on conflict (name) do update set value = excluded.value where s.value <> excluded.value
            """,
            cancel, new() { Value = AddressName }, new() { Value = address });
        _known = null;
    }

    /// <summary>Until when our payments were compared with the provider's; null when they never were.</summary>
    public async Task<DateTimeOffset?> ReconciledTo(CancellationToken cancel)
    {
        var found = await db.Query(
            "select value from payments.settings where name = $1", row => row.GetString(0), cancel,
            new NpgsqlParameter { Value = ReconciledToName });
        return found.Count == 0 ? null : DateTimeOffset.Parse(found[0], CultureInfo.InvariantCulture);
    }

    public Task NoteReconciled(DateTimeOffset to, CancellationToken cancel) => Note(ReconciledToName, to, cancel);

    /// <summary>New signatures use a new secret; the old one stays good until the next change.</summary>
    public async Task ChangeWebhookSecret(CancellationToken cancel)
    {
        await Read(cancel);    // there is one
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute(
            """
            insert into payments.settings (name, value) select $2, value from payments.settings where name = $1
            on conflict (name) do update set value = excluded.value
            """,
            cancel, new() { Value = WebhookSecretName }, new() { Value = OldWebhookSecretName });
        await transaction.Execute(
            "update payments.settings set value = $2 where name = $1",
            cancel, new() { Value = WebhookSecretName }, new() { Value = WebhookSignature.NewSecret() });
        await transaction.CommitAsync(cancel);
        _known = null;
    }

    private Task<int> Note(string name, DateTimeOffset at, CancellationToken cancel) => db.Execute(
        """
        insert into payments.settings (name, value) values ($1, $2)
        on conflict (name) do update set value = excluded.value
        """,
        cancel, new() { Value = name }, new() { Value = Text(at) });

    // Of one length, so that the texts compare as the times do.
    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private async ValueTask<Known> Read(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (Volatile.Read(ref _known) is { } known && now - known.ReadAt < Life)
            return known;

        await db.Execute(
            "insert into payments.settings (name, value) values ($1, $2), ($3, $4) on conflict do nothing",
            cancel,
            new() { Value = ApiSecretName },
            new() { Value = "sk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) },
            new() { Value = WebhookSecretName }, new() { Value = WebhookSignature.NewSecret() });
        var values = (await db.Query(
            "select name, value from payments.settings",
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancel))
            .ToDictionary();
        var secrets = new[] { WebhookSecretName, OldWebhookSecretName }
            .Where(values.ContainsKey).Select(name => values[name]).ToArray();
        return _known = new Known(now, values[ApiSecretName], secrets, values.GetValueOrDefault(AddressName));
    }

    private sealed record Known(DateTimeOffset ReadAt, string ApiSecret, string[] WebhookSecrets, string? Address);
}
