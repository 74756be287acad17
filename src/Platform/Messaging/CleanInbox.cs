using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Messaging;

/// <summary>Forgets which messages were handled long ago.</summary>
internal sealed class CleanInbox(
    [FromKeyedServices(Outbox.Schema)] NpgsqlDataSource db, IOptions<MessagingOptions> options) : IJob
{
    private const int AtOnce = 10_000;    // so that no statement takes long

    public async Task<string> Run(CancellationToken cancel)
    {
        var (all, some) = (0, AtOnce);
        while (some == AtOnce)
        {
            some = await db.Execute(
                """
                delete from messaging.inbox where ctid = any(array(
                  select ctid from messaging.inbox where handled_at < now() - $1 limit $2))
                """,
                cancel, new NpgsqlParameter { Value = options.Value.InboxRetention },
                new NpgsqlParameter { Value = AtOnce });
            all += some;
        }
        return $"forgot {all}";
    }
}
