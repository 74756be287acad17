using System.Diagnostics;
using System.Text;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Doorbuster.Accounts;

/// <summary>
/// People with sessions for load tests, by binary COPY. Person n of a group is always the same person, so that repeating a
/// test does not grow the database; another group is other people. They have no password.
/// </summary>
internal sealed class MakeTokens(
    [FromKeyedServices(AccountsFeature.SchemaName)] NpgsqlDataSource db, TokenKeys keys, Sessions sessions, SessionRedis redis,
    Ids ids, TimeProvider clock)
{
    private const int BatchMax = 10_000;

    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(1);

    public async Task Run(int count, string group, TextWriter output, Action<int> note, CancellationToken cancel)
    {
        var ring = await keys.Loaded(cancel);
        var noted = Stopwatch.StartNew();
        for (var done = 0; done < count;)
        {
            var size = Math.Min(BatchMax, count - done);
            var made = await MakeBatch(group, done + 1, size, cancel);
            await redis.Fill(made);    // as sign-in does: the first request of a person finds the session there

            var key = ring.ForSigning(clock.GetUtcNow());
            var lines = new StringBuilder(size * (SessionToken.Length + 1));
            foreach (var session in made)
                lines.Append(SessionToken.Write(key, session.Id, session.Person, session.ExpiresAt)).Append('\n');
            await output.WriteAsync(lines, cancel);

            done += size;
            if (noted.Elapsed > NoteEvery)
            {
                note(done);
                noted.Restart();
            }
        }
    }

    private async Task<List<Session>> MakeBatch(string group, int first, int size, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.Execute(
            "create temp table wanted (number int, person_id bigint, email text) on commit drop", cancel);

        await using (var copy = await connection.BeginBinaryImportAsync("copy wanted from stdin (format binary)", cancel))
        {
            for (var number = first; number < first + size; number++)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(number, NpgsqlDbType.Integer, cancel);
                await copy.WriteAsync(ids.Next(), NpgsqlDbType.Bigint, cancel);
                await copy.WriteAsync($"{group}-{number}@load.test", NpgsqlDbType.Text, cancel);
            }
            await copy.CompleteAsync(cancel);
        }

        await transaction.Execute(
            """
            insert into accounts.people (id, email, email_key, display_name, created_at)
            select person_id, email, email, 'Load ' || number, $1 from wanted
            on conflict (email_key) do nothing
            """,
            cancel, new NpgsqlParameter { Value = now });

        // Only people without a password: somebody may have registered such an address, and theirs is no toy.
        var people = await transaction.Query(
            """
            select p.id, p.is_admin from wanted w join accounts.people p on p.email_key = w.email
            where p.password_hash is null
            order by w.number
            """,
            row => (Id: row.GetInt64(0), IsAdmin: row.GetBoolean(1)), cancel);
        if (people.Count != size)
            throw new InvalidOperationException($"Some people of group '{group}' have a password: choose another group.");

        var made = people.ConvertAll(person => sessions.New(person.Id, person.IsAdmin, now));
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy accounts.sessions (id, person_id, created_at, expires_at) from stdin (format binary)", cancel))
        {
            foreach (var session in made)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(session.Id, NpgsqlDbType.Bigint, cancel);
                await copy.WriteAsync(session.Person, NpgsqlDbType.Bigint, cancel);
                await copy.WriteAsync(now, NpgsqlDbType.TimestampTz, cancel);
                await copy.WriteAsync(session.ExpiresAt, NpgsqlDbType.TimestampTz, cancel);
            }
            await copy.CompleteAsync(cancel);
        }
        await transaction.Audit(
            "session.make_tokens", group, null, new() { ["first"] = first, ["people"] = size }, cancel);
        await transaction.CommitAsync(cancel);
        return made;
    }
}
