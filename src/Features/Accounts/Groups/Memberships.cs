using Doorbuster.Contracts.Accounts;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Accounts;

/// <summary>
/// Who is in which group, all of it in this process's memory: few people are in any, and everybody who is in none must not cost
/// a look-up. Each second that somebody asks, one number is read in the background; when it is another, all is read anew.
/// </summary>
internal sealed class Memberships(GroupStore store, TimeProvider clock, ILogger<Memberships> log) : ICustomerGroups
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _turn = new();
    private volatile Known? _known;
    private Task<Known>? _loading;

    public ValueTask<IReadOnlyList<string>> GroupsOf(long person, CancellationToken cancel)
    {
        if (_known is { } known && clock.GetElapsedTime(known.AsOf) is var age && age < Life)
        {
            if (age >= RefreshAfter)
                _ = Load();
            return new(known.GroupsOf(person));
        }
        return Wait(person, cancel);
    }

    public async Task<bool> Exists(string code, CancellationToken cancel) => await store.Find(code, cancel) is not null;

    private async ValueTask<IReadOnlyList<string>> Wait(long person, CancellationToken cancel) =>
        (await Load().WaitAsync(cancel)).GroupsOf(person);

    private Task<Known> Load()
    {
        lock (_turn)
        {
            // Without the caller's cancellation: others wait for it too.
            if (_loading is null || _loading.IsCompleted)
                _loading = Task.Run(Refresh);
            return _loading;
        }
    }

    private async Task<Known> Refresh()
    {
        var (known, asOf) = (_known, clock.GetTimestamp());
        try
        {
            // The version first: what changes between the two is read, and read once more the next time.
            var version = await store.ReadVersion(CancellationToken.None);
            return _known = known?.Version == version
                ? known with { AsOf = asOf }
                : new Known(version, Shared(await store.ReadMemberships(CancellationToken.None)), asOf);
        }
        catch (NpgsqlException error) when (known is not null)
        {
            // Better what was so than nothing: nobody can order without PostgreSQL, and what is ordered is priced anew.
            log.GroupsNotRefreshed(error.Message);
            return _known = known with { AsOf = clock.GetTimestamp() };
        }
    }

    // Thousands are in the same few groups: one array for all of them.
    private static Dictionary<long, string[]> Shared(List<(long Person, string[] Groups)> rows)
    {
        var kept = new Dictionary<string, string[]>();
        var groups = new Dictionary<long, string[]>(rows.Count);
        foreach (var (person, codes) in rows)
        {
            var name = string.Join(',', codes);
            if (!kept.TryGetValue(name, out var same))
                kept[name] = same = codes;
            groups[person] = same;
        }
        return groups;
    }

    private sealed record Known(long Version, Dictionary<long, string[]> Groups, long AsOf)
    {
        public string[] GroupsOf(long person) => Groups.TryGetValue(person, out var codes) ? codes : [];
    }
}
